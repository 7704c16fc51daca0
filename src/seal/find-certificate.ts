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
import { findController } from './controller.ts'

const FETCH_LIMIT_MS = 20_000

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

function readSource(source: string, search: Search): Promise<Found> {
  if (source === 'controller') return readController(search)
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source) ? readUrl(source, search) : readFile(source, search)
}

async function readFile(source: string, { world }: Search): Promise<Found> {
  const { files } = world.effects
  const bytes = await files.read(source, CERTIFICATE_LIMIT)
  const from = files.display(source)
  if (bytes !== undefined) return { bytes, from }
  throw new ActionError({
    code: 'CERTIFICATE_INVALID',
    message: `there is no certificate at ${from}`,
    hint: 'fetch it once and commit it: kubeseal --fetch-cert > FILE',
  })
}

async function readController({ seal, world }: Search): Promise<Found> {
  const { service, certificate } = await findController(await world.cluster(), seal.controller)
  return { bytes: certificate, from: `of the controller ${service.namespace}/${service.name}` }
}

/** Whoever is on the way could put another in its place: only a pinned one is taken. */
async function readUrl(source: string, { seal, world, pinned }: Search): Promise<Found> {
  const url = URL.canParse(source) ? new URL(source) : undefined
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw refuse(
      seal,
      'the certificate’s URL is not one of https without credentials',
      'write `https://host/path`',
    )
  if (pinned === undefined)
    throw refuse(
      seal,
      'a certificate from a URL without its fingerprint: nothing tells that it is the controller’s',
      'set `certificate-fingerprint`: openssl x509 -in FILE -noout -fingerprint -sha256',
    )
  const from = `from ${url.host}`
  try {
    return { bytes: await download(url, { seal, world, from }), from }
  } catch (error) {
    if (error instanceof ActionError) throw error
    throw refuse(
      seal,
      `the certificate ${from} could not be fetched`,
      'check the URL and any proxy (a redirect is refused), or commit the certificate',
    )
  }
}

async function download(
  url: URL,
  { seal, world, from }: Pick<Search, 'seal' | 'world'> & { from: string },
): Promise<Uint8Array> {
  const signal = AbortSignal.any([world.deadline.signal, AbortSignal.timeout(FETCH_LIMIT_MS)])
  const answer = await world.effects.fetch(url, { redirect: 'error', signal })
  if (!answer.ok)
    throw refuse(seal, `the certificate ${from} is not there (${answer.status})`, 'check the URL')
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (bytes.byteLength <= CERTIFICATE_LIMIT) return bytes
  throw refuse(seal, `what is ${from} is too large for a certificate`, 'check the URL')
}

function refuse({ at }: SealSpec, message: string, hint: string): ActionError {
  return new ActionError({ code: 'CERTIFICATE_INVALID', message, hint, at })
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
