import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import type { Secret } from '../secret.ts'
import { joinFindings, NO_FINDINGS, problem, warning, type Findings } from './finding.ts'
import { checkArmour, lineEndFindings, parsePem, type PemBlock } from './pem.ts'

const DAY = 86_400_000
/** How long before its end a certificate is warned about. */
const SOON = 30 * DAY

/**
 * What the API server does not look at, or only warns of, in a Secret of type tls: that both values can be read, belong
 * together, and are valid at `now`. Needs no network and trusts no one: who signed the chain is not judged.
 */
export function checkTls({ cert, key }: { cert: Secret; key: Secret }, now: number): Findings {
  const armour = [checkArmour(cert, 'tls.crt'), checkArmour(key, 'tls.key')]
  const [certReadable, keyReadable] = armour.map(({ problems }) => problems.length === 0)
  const chain = certReadable === true ? readChain(parsePem(cert.reveal())) : NO_FINDINGS
  const privateKey = keyReadable === true ? readKey(parsePem(key.reveal())) : NO_FINDINGS
  const certificates = 'certificates' in chain ? chain.certificates : []
  const found = [...armour, 'certificates' in chain ? checkChain(certificates, now) : chain]
  if (!('key' in privateKey)) return withLineEnds([...found, privateKey], { cert, key })
  return withLineEnds([...found, checkMatch(certificates, privateKey.key)], { cert, key })
}

/** Line ends are worth a warning only where all else is right. */
function withLineEnds(found: readonly Findings[], { cert, key }: { cert: Secret; key: Secret }): Findings {
  const all = joinFindings(found)
  if (all.problems.length > 0) return all
  const warnings = [...lineEndFindings(cert, 'tls.crt'), ...lineEndFindings(key, 'tls.key')]
  return { problems: [], warnings: [...all.warnings, ...warnings] }
}

function readChain(blocks: readonly PemBlock[]): { certificates: readonly X509Certificate[] } | Findings {
  const wanted = blocks.filter(({ label }) => label === 'CERTIFICATE')
  if (wanted.length === 0) return problem('tls.crt holds no certificate', insteadOfCertificate(blocks))
  try {
    return { certificates: wanted.map(({ pem }) => new X509Certificate(pem)) }
  } catch {
    // OpenSSL's message is no help to a user, and is not ours to vouch for.
    return problem(
      'tls.crt holds a certificate that can’t be read',
      'was it cut or edited? `openssl x509 -in FILE -noout` tells',
    )
  }
}

function insteadOfCertificate(blocks: readonly PemBlock[]): string {
  const labels = blocks.map(({ label }) => label)
  if (labels.some((label) => label.endsWith('PRIVATE KEY')))
    return 'it holds a private key: are tls.crt and tls.key swapped?'
  if (labels.some((label) => label.endsWith('CERTIFICATE REQUEST')))
    return 'it holds a request: give the certificate that the authority made of it'
  return 'it begins with `-----BEGIN CERTIFICATE-----`'
}

function readKey(blocks: readonly PemBlock[]): { key: KeyObject } | Findings {
  const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (block === undefined) return problem('tls.key holds no private key', insteadOfKey(blocks))
  if (block.label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: 4,ENCRYPTED/m.test(block.pem))
    return problem(
      'tls.key is encrypted',
      'nothing in the cluster can ask for its passphrase: `openssl pkey -in FILE` decrypts it',
    )
  if (block.label === 'OPENSSH PRIVATE KEY')
    return problem(
      'tls.key is an OpenSSH key',
      'give the key that the certificate was made for; `type: ssh-auth` is for OpenSSH keys',
    )
  try {
    return { key: createPrivateKey(block.pem) }
  } catch {
    return problem('tls.key can’t be read', 'was it cut or edited? `openssl pkey -in FILE -noout` tells')
  }
}

function insteadOfKey(blocks: readonly PemBlock[]): string {
  const labels = blocks.map(({ label }) => label)
  if (labels.includes('CERTIFICATE')) return 'it holds a certificate: are tls.crt and tls.key swapped?'
  if (labels.includes('PUBLIC KEY')) return 'it holds the public key: give the private one'
  return 'it begins with `-----BEGIN PRIVATE KEY-----`, or RSA or EC before PRIVATE'
}

function checkMatch(chain: readonly X509Certificate[], key: KeyObject): Findings {
  const owner = chain.findIndex((certificate) => certificate.checkPrivateKey(key))
  if (chain.length === 0 || owner === 0) return NO_FINDINGS
  if (owner === -1)
    return problem(
      'tls.key is not the key of the certificate in tls.crt',
      'were both renewed together, and stored both?',
    )
  return problem(
    `tls.key belongs to certificate ${String(owner + 1)} of tls.crt, not to the first`,
    'put the server’s own certificate first, then the one that signed it, and so on',
  )
}

function checkChain(chain: readonly X509Certificate[], now: number): Findings {
  const dates = chain.map((certificate, index) => checkDates(certificate, nameOf(index, chain.length), now))
  const disorder = chain.slice(1).findIndex((issuer, index) => chain[index]?.checkIssued(issuer) === false)
  if (disorder === -1) return joinFindings(dates)
  const disordered = warning(
    `tls.crt: certificate ${String(disorder + 2)} did not sign the one before it`,
    'order the chain: the server’s own certificate, the one that signed it, and so on',
  )
  return joinFindings([...dates, disordered])
}

function nameOf(index: number, count: number): string {
  return count === 1 ? 'the certificate in tls.crt' : `certificate ${String(index + 1)} of tls.crt`
}

function checkDates({ validFromDate, validToDate }: X509Certificate, name: string, now: number): Findings {
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()]
  if (now > to) return problem(`${name} expired on ${day(to)}`, 'renew it')
  if (now < from)
    return problem(
      `${name} is not valid before ${day(from)}`,
      'wait until then, or give one that is valid now',
    )
  if (to - now > SOON) return NO_FINDINGS
  return warning(`${name} expires on ${day(to)}`, 'renew it soon')
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
