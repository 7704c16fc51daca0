import type { SealSpec } from '../config/config.ts'
import { ActionError } from '../error.ts'
import type { World } from '../modes/world.ts'
import {
  CERTIFICATE_LIMIT,
  demandFingerprint,
  parseCertificate,
  parseFingerprint,
  type Certificate,
} from './certificate.ts'

/** The certificate that the configuration names, checked, from wherever it is. Warnings are said. */
export async function findCertificate(seal: SealSpec, world: World): Promise<Certificate> {
  const { certificate: source } = seal
  if (source === undefined) throw missing(seal)
  const pinned = pinOf(seal)
  const { bytes, from } = await readSource(source, { seal, world, pinned })
  const certificate = parseCertificate(bytes, { from, now: world.effects.now() })
  if (pinned !== undefined) demandFingerprint(certificate, pinned, from)
  for (const { message, hint } of certificate.warnings)
    world.effects.log.warning(`${message}. ${hint}`, seal.at)
  return certificate
}

interface Search {
  readonly seal: SealSpec
  readonly world: World
  readonly pinned: string | undefined
}

interface Found {
  readonly bytes: Uint8Array
  /** What it is called in reports. */
  readonly from: string
}

async function readSource(source: string, { world }: Search): Promise<Found> {
  const { files } = world.effects
  const bytes = await files.read(source, CERTIFICATE_LIMIT)
  const from = files.display(source)
  if (bytes === undefined)
    throw new ActionError({
      code: 'CERTIFICATE_INVALID',
      message: `there is no certificate at ${from}`,
      hint: 'fetch it once and commit it: kubeseal --fetch-cert > FILE',
    })
  return { bytes, from }
}

function pinOf({ certificateFingerprint: text, at }: SealSpec): string | undefined {
  if (text === undefined) return undefined
  const pinned = parseFingerprint(text)
  if (pinned !== undefined) return pinned
  throw new ActionError({
    code: 'CONFIG_INVALID',
    message: 'the `certificate-fingerprint` is no SHA-256: 64 hexadecimal digits, with colons or without',
    hint: 'print it: openssl x509 -in FILE -noout -fingerprint -sha256',
    at,
  })
}

function missing({ at }: SealSpec): ActionError {
  return new ActionError({
    code: 'CONFIG_INVALID',
    message: '`deliver: sealed-secret` without a certificate to seal with',
    hint: 'commit the controller’s (kubeseal --fetch-cert > k8s/sealed-secrets.pem) and name it in `seal.certificate`, or in the `certificate` input',
    at,
  })
}
