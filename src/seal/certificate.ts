import { createPublicKey, X509Certificate } from 'node:crypto'
import { ActionError, type Code } from '../error.ts'
import type { SealingKey } from './seal.ts'

/** A certificate of Sealed Secrets: what is sealed for it, only its controller unseals. */
export interface Certificate extends SealingKey {
  /** SHA-256 of its DER, in lower case hexadecimal. */
  readonly fingerprint: string
  /** When it begins to be valid, in milliseconds since the epoch: the controller seals by the newest. */
  readonly notBefore: number
  readonly warnings: readonly Fault[]
}

export interface Fault {
  readonly message: string
  readonly hint: string
}

/** A file that is no certificate is not read to its end. */
export const CERTIFICATE_LIMIT = 64 * 1024
const DAY_MS = 24 * 3_600_000
const SOON_MS = 30 * DAY_MS
const STRONG_BITS = 2048
/** OAEP with SHA-256 leaves this much of the modulus less: a smaller key holds no session key. */
const LEAST_BITS = 784
/** Hexadecimal digits by which certificates are told apart. */
const ID_DIGITS = 16
const MARK = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'

/** The one way to get it anew, for every hint. */
export const FETCH_HINT = 'fetch it anew: kubeseal --fetch-cert > FILE'

/**
 * The certificate in a PEM text. `from` is what it is called in errors: a path, a host. Throws where it can't seal: it is
 * none, not of RSA, expired, cut short, or one of several.
 */
export function parseCertificate(
  bytes: Uint8Array,
  { from, now }: { from: string; now: number },
): Certificate {
  const text = Buffer.from(bytes).toString('latin1')
  const fault = shapeFault(text, bytes)
  if (fault !== undefined) throw refuse(from, fault)
  const certificate = readX509(text, from)
  const publicKey = readKey(certificate, from)
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < LEAST_BITS)
    throw refuse(from, { message: `its RSA key of ${bits} bits is too short to seal with`, hint: FETCH_HINT })
  const expires = certificate.validToDate.getTime()
  if (now > expires)
    throw refuse(from, {
      message: `it expired on ${day(expires)}`,
      hint: `${FETCH_HINT}; the controller makes a new one every 30 days, unless that is switched off`,
    })
  return {
    publicKey,
    bytes: Math.ceil(bits / 8),
    fingerprint: plainFingerprint(certificate.fingerprint256),
    notBefore: certificate.validFromDate.getTime(),
    warnings: warningsOf(from, { expires, now, bits }),
  }
}

/** A fingerprint as people write it (`SHA256:`, colons, capitals) in the form of `Certificate`; undefined for none. */
export function parseFingerprint(text: string): string | undefined {
  const plain = plainFingerprint(text.trim().replace(/^sha-?256[:= ]/i, ''))
  return /^[0-9a-f]{64}$/.test(plain) ? plain : undefined
}

/** What a sealed value's fingerprint says of the certificate that it was sealed for. */
export function certificateId({ fingerprint }: Pick<Certificate, 'fingerprint'>): string {
  return fingerprint.slice(0, ID_DIGITS)
}

/** Refuses a certificate that is not the one that was pinned. */
export function demandFingerprint({ fingerprint }: Certificate, pinned: string, from: string): void {
  if (fingerprint !== pinned)
    throw new ActionError({
      code: 'CERTIFICATE_INVALID',
      message: `the certificate ${from} is another than the pinned one: its fingerprint is SHA256:${fingerprint}`,
      hint: 'ask who runs the controller which one is right, then correct `certificate-fingerprint` or the certificate',
    })
}

/** What can be told before anything is parsed: that it is something else altogether. */
function shapeFault(text: string, bytes: Uint8Array): Fault | undefined {
  const begins = count(text, MARK)
  if (begins === 0) return kindOf(text, bytes)
  if (begins > 1)
    return {
      message: `it holds ${begins} certificates`,
      hint: 'keep the controller’s newest alone: kubeseal would use the first and say nothing',
    }
  return text.indexOf(END) > text.indexOf(MARK) ? undefined : { message: 'it is cut short', hint: FETCH_HINT }
}

/** What a text is in which no certificate begins. */
function kindOf(text: string, bytes: Uint8Array): Fault {
  if (/PRIVATE KEY-----/.test(text))
    return {
      message: 'it holds a private key',
      hint: 'that is the controller’s own secret if it is of Sealed Secrets: take it out of here, and replace it. Only the certificate is needed',
    }
  if (/^\s*(?:<!doctype|<html|<\?xml|<head|<body)/i.test(text))
    return {
      message: 'it is an HTML page: a log-in page or proxy has answered in the place of the controller',
      hint: 'fetch the certificate from where no proxy is in between, and keep it in the repository',
    }
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80)
    return {
      message: 'it is DER, not PEM',
      hint: 'convert it: openssl x509 -inform der -in FILE -out FILE.pem',
    }
  return text.trim() === ''
    ? { message: 'it is empty', hint: FETCH_HINT }
    : { message: 'it is not PEM', hint: `${FETCH_HINT}; it begins with ${MARK}` }
}

function readX509(text: string, from: string): X509Certificate {
  try {
    return new X509Certificate(text.slice(text.indexOf(MARK), text.indexOf(END) + END.length))
  } catch (cause) {
    const fault = { message: 'it is damaged or cut short', hint: FETCH_HINT }
    throw refuse(from, fault, cause)
  }
}

function readKey(certificate: X509Certificate, from: string): SealingKey['publicKey'] {
  const wrong = (type: string): ActionError =>
    refuse(from, {
      message: `its key is ${type}, and the controller only seals with RSA`,
      hint: `is it the certificate of a web server? ${FETCH_HINT}`,
    })
  let key: SealingKey['publicKey']
  try {
    key = certificate.publicKey
  } catch {
    throw wrong('of a kind that is not known here')
  }
  const type = key.asymmetricKeyType ?? 'unknown'
  if (type !== 'rsa') throw wrong(type.toUpperCase())
  // One that was made anew is a plain key, whatever else the certificate says of its use.
  return createPublicKey({ key: key.export({ type: 'spki', format: 'der' }), type: 'spki', format: 'der' })
}

function warningsOf(
  from: string,
  { expires, now, bits }: { expires: number; now: number; bits: number },
): readonly Fault[] {
  const soon = expires - now < SOON_MS
  const days = Math.floor((expires - now) / DAY_MS)
  return [
    ...(soon
      ? [
          {
            message: `the certificate ${from} expires in ${days} ${days === 1 ? 'day' : 'days'}`,
            hint: FETCH_HINT,
          },
        ]
      : []),
    ...(bits < STRONG_BITS
      ? [
          {
            message: `the certificate ${from} has a key of ${bits} bits, which is no longer held to be safe`,
            hint: 'have the controller make keys of 4096 bits (`--key-size`), and fetch the new certificate',
          },
        ]
      : []),
  ]
}

function refuse(from: string, { message, hint }: Fault, cause?: unknown): ActionError {
  const code: Code = 'CERTIFICATE_INVALID'
  return new ActionError(
    { code, message: `the certificate ${from} is not used: ${message}`, hint },
    { cause },
  )
}

function plainFingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase()
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function count(text: string, part: string): number {
  return text.split(part).length - 1
}
