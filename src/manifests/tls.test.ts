import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeAuthority, makeLeaf, makeSelfSigned, type Certificate } from '../../test/support/certificates.ts'
import { plainSecret } from '../../test/support/plain-secret.ts'
import { NO_FINDINGS } from './finding.ts'
import { checkTls } from './tls.ts'

const NOW = Date.now()
const DAY = 86_400_000
const subject = { commonName: 'web.example.com' }
const inDays = (days: number) => new Date(NOW + days * DAY)
const date = (days: number) => inDays(days).toISOString().slice(0, 10)

let authority: Certificate
let other: Certificate
let leaf: Certificate
let rsa: Certificate

beforeAll(async () => {
  authority = complete(await makeAuthority())
  other = complete(await makeAuthority('another CA'))
  leaf = complete(await makeLeaf(authority, { subject }))
  rsa = complete(await makeSelfSigned({ subject, keyType: 'rsa' }))
})

/** Both ending in a line end. */
function complete({ cert, key }: Certificate): Certificate {
  return { cert: `${cert.trimEnd()}\n`, key: `${key.trimEnd()}\n` }
}

function check(cert: Uint8Array | string, key: Uint8Array | string) {
  const { problems, warnings } = checkTls({ cert: plainSecret(cert), key: plainSecret(key) }, NOW)
  for (const { message, hint } of [...problems, ...warnings]) {
    expect(hint).not.toBe('')
    expect(message + hint).not.toMatch(/MII|MIG/)
  }
  return {
    problems: problems.map(({ message }) => message),
    warnings: warnings.map(({ message }) => message),
  }
}

const right = { problems: [], warnings: [] }

describe('what is right', () => {
  test('a leaf, its chain, a certificate that signs itself', () => {
    expect(checkTls({ cert: plainSecret(leaf.cert), key: plainSecret(leaf.key) }, NOW)).toEqual(NO_FINDINGS)
    expect(check(leaf.cert + authority.cert, leaf.key)).toEqual(right)
    expect(check(rsa.cert, rsa.key)).toEqual(right)
  })

  test('a key as PKCS #1 or SEC 1, and parameters before it', () => {
    const pkcs1 = createPrivateKey(rsa.key).export({ type: 'pkcs1', format: 'pem' })
    expect(check(rsa.cert, pkcs1.toString())).toEqual(right)
    const sec1 = createPrivateKey(leaf.key).export({ type: 'sec1', format: 'pem' })
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
    expect(check(leaf.cert, parameters + sec1.toString())).toEqual(right)
  })

  test('text between the blocks', () => {
    expect(check(`Subject: web\n${leaf.cert}\nIssuer: CA\n${authority.cert}`, leaf.key)).toEqual(right)
  })
})

describe('what does not belong together', () => {
  test('a key that is not the certificate’s', () => {
    expect(check(leaf.cert, rsa.key).problems).toEqual([
      'tls.key is not the key of the certificate in tls.crt',
    ])
  })

  test('a chain that begins with the authority', () => {
    expect(check(authority.cert + leaf.cert, leaf.key)).toEqual({
      problems: ['tls.key belongs to certificate 2 of tls.crt, not to the first'],
      warnings: ['tls.crt: certificate 2 did not sign the one before it'],
    })
  })

  test('a certificate in the chain that signed nothing in it', () => {
    expect(check(leaf.cert + other.cert, leaf.key)).toEqual({
      problems: [],
      warnings: ['tls.crt: certificate 2 did not sign the one before it'],
    })
  })

  test('values that are swapped', () => {
    const { problems } = checkTls({ cert: plainSecret(leaf.key), key: plainSecret(leaf.cert) }, NOW)
    expect(problems.map(({ message }) => message)).toEqual([
      'tls.crt holds no certificate',
      'tls.key holds no private key',
    ])
    expect(problems.every(({ hint }) => hint.includes('swapped'))).toBe(true)
  })
})

describe('dates', () => {
  const dated = async (notBefore: Date, notAfter: Date) =>
    complete(await makeLeaf(authority, { subject, notBefore, notAfter }))

  test('expired', async () => {
    const { cert, key } = await dated(inDays(-90), inDays(-1))
    expect(check(cert, key).problems).toEqual([`the certificate in tls.crt expired on ${date(-1)}`])
  })

  test('not yet valid', async () => {
    const { cert, key } = await dated(inDays(2), inDays(90))
    expect(check(cert, key).problems).toEqual([`the certificate in tls.crt is not valid before ${date(2)}`])
  })

  test('within 30 days of its end, and just not', async () => {
    const soon = await dated(inDays(-60), inDays(29))
    expect(check(soon.cert, soon.key)).toEqual({
      problems: [],
      warnings: [`the certificate in tls.crt expires on ${date(29)}`],
    })
    const later = await dated(inDays(-60), inDays(31))
    expect(check(later.cert, later.key)).toEqual(right)
  })

  test('every certificate of the chain counts', async () => {
    const old = await dated(inDays(-90), inDays(-1))
    const { problems } = check(leaf.cert + old.cert, leaf.key)
    expect(problems).toEqual([`certificate 2 of tls.crt expired on ${date(-1)}`])
  })
})

describe('what happens to PEM on its way', () => {
  test.each<[string, (pem: string) => Uint8Array | string, string]>([
    ['emptied', () => '', 'is empty'],
    ['blank', () => ' \n', 'is empty'],
    ['cut', (pem) => pem.slice(0, 100), 'holds PEM of which a part can’t be read'],
    ['joined without a line end', (pem) => pem.trimEnd() + pem, 'holds PEM of which a part can’t be read'],
    ['something else', () => 'hello', 'is not PEM'],
    ['in DER', () => Uint8Array.of(0x30, 0x82, 0xff), 'is not text'],
    [
      'literal line ends',
      (pem) => pem.replaceAll('\n', '\\n'),
      'holds the characters `\\n` where lines should end',
    ],
    ['one line', (pem) => pem.replaceAll('\n', ' '), 'stands on one line'],
    ['one line without blanks', (pem) => pem.replaceAll('\n', ''), 'stands on one line'],
    ['indented', (pem) => pem.replace(/^/gm, '  '), 'is indented'],
    ['indented but for its first line', (pem) => pem.replaceAll('\n', '\n  '), 'is indented'],
    ['base64 of it', (pem) => Buffer.from(pem).toString('base64'), 'is in base64 twice'],
    ['a byte order mark', (pem) => `\uFEFF${pem}`, 'begins with a byte order mark'],
  ])('%s', (_what, change, message) => {
    expect(check(change(leaf.cert), leaf.key).problems).toEqual([`tls.crt ${message}`])
    expect(check(leaf.cert, change(leaf.key)).problems).toEqual([`tls.key ${message}`])
  })

  test('CRLF and a missing last line end are warned about', () => {
    expect(check(leaf.cert.replaceAll('\n', '\r\n'), leaf.key.trimEnd())).toEqual({
      problems: [],
      warnings: ['tls.crt has Windows line ends (CRLF)', 'tls.key does not end in a line end'],
    })
  })

  test('a body that was changed', () => {
    const broken = (pem: string) => pem.replace(/\n[^-][^\n]{9}/, '\nAAAAAAAAAA')
    expect(check(broken(leaf.cert), leaf.key).problems).toEqual([
      'tls.crt holds a certificate that can’t be read',
    ])
    expect(check(leaf.cert, broken(leaf.key)).problems).toEqual(['tls.key can’t be read'])
  })
})

describe('keys that are none', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const encryption = { format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const

  test('encrypted, in both forms', () => {
    for (const type of ['pkcs8', 'sec1'] as const)
      expect(check(leaf.cert, privateKey.export({ ...encryption, type })).problems).toEqual([
        'tls.key is encrypted',
      ])
  })

  test('public, and OpenSSH’s', () => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    expect(check(leaf.cert, pem).problems).toEqual(['tls.key holds no private key'])
    const ssh = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n'
    expect(check(leaf.cert, ssh).problems).toEqual(['tls.key is an OpenSSH key'])
  })

  test('a request in place of the certificate', () => {
    const request = '-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n'
    expect(check(request, leaf.key).problems).toEqual(['tls.crt holds no certificate'])
  })
})

test('a megabyte of anything is judged in a moment', () => {
  for (const piece of [
    '-----BEGIN A-----',
    '-----BEGIN A-----\n',
    '-----BEGIN A-----\nx\n',
    ' ',
    '-',
    '\n',
    '\\n',
  ]) {
    const text = piece.repeat(1_000_000 / piece.length)
    const started = performance.now()
    check(text, text)
    expect(performance.now() - started, JSON.stringify(piece)).toBeLessThan(3000)
  }
})
