import type { Secret } from '../secret.ts'
import { joinFindings, NO_FINDINGS, problem, warning, type Findings } from './finding.ts'
import { checkArmour, lineEndFindings, NEWLINE_HINT, parsePem, type PemBlock } from './pem.ts'

/** What OpenSSH itself demands of a private key file, and what a pod can't give it: a passphrase. */
export function checkSshAuth(privateKey: Secret): Findings {
  const mistaken = privateKey.isText
    ? MISTAKEN.find(({ begins }) => begins.test(privateKey.reveal()))
    : undefined
  if (mistaken !== undefined) return problem(mistaken.message, mistaken.hint)
  const armour = checkArmour(privateKey, 'ssh-privatekey')
  if (armour.problems.length > 0) return armour
  const text = privateKey.reveal()
  const block = parsePem(text).find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (block === undefined) return problem('ssh-privatekey holds no private key', PRIVATE_HINT)
  const unreadable = block.label === OPENSSH ? checkStrictLineEnds(text) : NO_FINDINGS
  if (unreadable.problems.length > 0) return unreadable
  const loose = { problems: [], warnings: lineEndFindings(privateKey, 'ssh-privatekey') }
  return joinFindings([loose, isEncrypted(block) ? ENCRYPTED : NO_FINDINGS])
}

const OPENSSH = 'OPENSSH PRIVATE KEY'

/** OpenSSH 9 reads its own format only with LF, the last one included; older formats it reads either way. */
function checkStrictLineEnds(text: string): Findings {
  if (text.includes('\r'))
    return problem('ssh-privatekey has Windows line ends (CRLF), which OpenSSH refuses', 'save it with LF')
  if (text.endsWith('\n')) return NO_FINDINGS
  return problem('ssh-privatekey does not end in a line end, without which OpenSSH refuses it', NEWLINE_HINT)
}

const ENCRYPTED = warning(
  'ssh-privatekey is encrypted',
  'unless what reads it has the passphrase, decrypt it: ssh-keygen -p',
)

const PRIVATE_HINT = 'give the private key: it begins with `-----BEGIN OPENSSH PRIVATE KEY-----` or the like'

/** What is pasted in place of a private key. */
const MISTAKEN = [
  {
    begins:
      /^\s*(?:ssh-|ecdsa-|sk-ssh-|sk-ecdsa-|-----BEGIN (?:RSA )?PUBLIC KEY-----|---- BEGIN SSH2 PUBLIC KEY)/,
    message: 'ssh-privatekey is a public key',
    hint: 'give the private key: the file whose name does not end in .pub',
  },
  {
    begins: /^\s*PuTTY-User-Key-File/,
    message: 'ssh-privatekey is a key of PuTTY’s',
    hint: 'export it as an OpenSSH key in PuTTYgen',
  },
] as const

/** The cipher's name follows the magic of OpenSSH's format; older formats say so in a header or in their label. */
function isEncrypted({ label, pem }: PemBlock): boolean {
  if (label !== OPENSSH) return label.startsWith('ENCRYPTED') || /^Proc-Type: 4,ENCRYPTED/m.test(pem)
  const body = Buffer.from(pem.replace(/-----[^\n]*-----/g, ''), 'base64').toString('latin1')
  return body.startsWith('openssh-key-v1\0') && !body.startsWith('openssh-key-v1\0\0\0\0\x04none')
}
