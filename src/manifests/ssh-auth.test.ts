import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { plainSecret } from '../../test/support/plain-secret.ts'
import { NO_FINDINGS } from './finding.ts'
import { checkSshAuth } from './ssh-auth.ts'

const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** The beginning of a key file as ssh-keygen writes it: magic, cipher, key derivation. */
function openssh(cipher: string): string {
  const text = (word: string) => Buffer.concat([Buffer.of(0, 0, 0, word.length), Buffer.from(word)])
  const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), text(cipher), text('none'), Buffer.alloc(64)])
  const lines = body.toString('base64').replace(/.{70}/g, '$&\n')
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`
}

const messages = (value: Uint8Array | string) =>
  checkSshAuth(plainSecret(value)).problems.map(({ message }) => message)

describe('checkSshAuth', () => {
  test('a key of OpenSSH’s or in PEM, ending in a line end', () => {
    expect(checkSshAuth(plainSecret(openssh('none')))).toEqual(NO_FINDINGS)
    expect(checkSshAuth(plainSecret(PEM))).toEqual(NO_FINDINGS)
  })

  test.each<[string, Uint8Array | string, string]>([
    ['empty', '', 'ssh-privatekey is empty'],
    [
      'no last line end',
      openssh('none').trimEnd(),
      'ssh-privatekey does not end in a line end, without which OpenSSH refuses it',
    ],
    [
      'CRLF',
      openssh('none').replaceAll('\n', '\r\n'),
      'ssh-privatekey has Windows line ends (CRLF), which OpenSSH refuses',
    ],
    [
      'literal line ends',
      openssh('none').replaceAll('\n', '\\n'),
      'ssh-privatekey holds the characters `\\n` where lines should end',
    ],
    ['one line', openssh('none').replaceAll('\n', ' '), 'ssh-privatekey stands on one line'],
    ['a public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@host\n', 'ssh-privatekey is a public key'],
    ['an ECDSA public key', 'ecdsa-sha2-nistp256 AAAA me@host\n', 'ssh-privatekey is a public key'],
    [
      'a public key in PEM',
      '-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n',
      'ssh-privatekey is a public key',
    ],
    ['PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\n', 'ssh-privatekey is a key of PuTTY’s'],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nMCow\n-----END CERTIFICATE-----\n',
      'ssh-privatekey holds no private key',
    ],
    ['base64 twice', Buffer.from(PEM).toString('base64'), 'ssh-privatekey is in base64 twice'],
    ['bytes', Uint8Array.of(0xff), 'ssh-privatekey is not text'],
  ])('%s', (_what, value, message) => {
    expect(messages(value)).toEqual([message])
  })

  test('the older formats are read with other line ends, which are warned about', () => {
    const warned = (key: string) => checkSshAuth(plainSecret(key)).warnings.map(({ message }) => message)
    expect(messages(PEM.trimEnd())).toEqual([])
    expect(warned(PEM.trimEnd())).toEqual(['ssh-privatekey does not end in a line end'])
    expect(warned(PEM.replaceAll('\n', '\r\n'))).toEqual(['ssh-privatekey has Windows line ends (CRLF)'])
  })

  test('warns of an encrypted key, in either format', () => {
    const headers = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMCow\n'
    const old = `-----BEGIN RSA PRIVATE KEY-----\n${headers}-----END RSA PRIVATE KEY-----\n`
    for (const key of [openssh('aes256-ctr'), old])
      expect(checkSshAuth(plainSecret(key))).toMatchObject({
        problems: [],
        warnings: [{ message: 'ssh-privatekey is encrypted' }],
      })
  })
})
