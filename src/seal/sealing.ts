import type { Effects } from '../effects.ts'
import type { Entry, SecretManifest } from '../manifests/manifest.ts'
import type { RenderedKey } from '../render/rendered-file.ts'
import { certificateId, type Certificate } from './certificate.ts'
import type { Fingerprints } from './fingerprint.ts'
import { labelOf, type Scope } from './scope.ts'
import { seal } from './seal.ts'
import type { SealedFile } from './sealed-file.ts'

/** Why a value that has not changed was sealed anew. */
export type Reason = 'no-key' | 'no-fingerprint' | 'other-key' | 'new-certificate' | 'tampered'

export interface SealContext {
  readonly certificate: Certificate
  /** Undefined where there is no key: nothing can be known to be unchanged then. */
  readonly fingerprints: Fingerprints | undefined
  readonly resealsOnNewCertificate: boolean
  readonly random: Effects['random']
}

/** The ciphertexts and fingerprints of a file, and what became of each key. */
export interface Sealed {
  readonly encrypted: ReadonlyMap<string, string>
  readonly fingerprints: ReadonlyMap<string, string>
  readonly keys: readonly RenderedKey[]
  readonly reasons: readonly { readonly key: string; readonly reason: Reason }[]
}

/** Seals a manifest's values for its scope; what the former file holds of the same value is kept as it is. */
export function sealManifest(
  manifest: SecretManifest,
  { scope, former }: { scope: Scope; former: SealedFile | undefined },
  context: SealContext,
): Sealed {
  const done = [...manifest.data].flatMap(([key, entry]) => {
    const sealed = sealEntry(entry, { manifest, key, scope, former }, context)
    return sealed === undefined ? [] : [{ key, source: entry.source, ...sealed }]
  })
  const there = new Set(done.map(({ key }) => key))
  const removed = [...(former?.encrypted.keys() ?? [])].filter((key) => !there.has(key))
  return {
    encrypted: new Map(done.map(({ key, ciphertext }) => [key, ciphertext])),
    fingerprints: new Map(
      done.flatMap(({ key, fingerprint }) =>
        fingerprint === undefined ? [] : [[key, fingerprint] as const],
      ),
    ),
    keys: [
      ...done.map(({ key, action, source }) => ({ key, action, source })),
      ...removed.map((key) => ({ key, action: 'removed' as const, source: '' })),
    ],
    reasons: done.flatMap(({ key, reason }) => (reason === undefined ? [] : [{ key, reason }])),
  }
}

interface Place {
  readonly manifest: SecretManifest
  readonly key: string
  readonly scope: Scope
  readonly former: SealedFile | undefined
}

interface SealedEntry {
  readonly action: RenderedKey['action']
  readonly reason?: Reason | undefined
  readonly ciphertext: string
  readonly fingerprint?: string | undefined
}

/** Undefined where the value is absent and the file has none of it either. */
function sealEntry({ value }: Entry, place: Place, context: SealContext): SealedEntry | undefined {
  const { key, former, manifest, scope } = place
  const old = former?.encrypted.get(key)
  const kept = (action: 'same' | 'kept'): SealedEntry | undefined =>
    old === undefined ? undefined : { action, ciphertext: old, fingerprint: former?.fingerprints.get(key) }
  if (value === undefined) return kept('kept')
  const found = old === undefined ? { action: 'added' as const } : judge(value, { place, old }, context)
  if (found.action === 'same') return kept('same')
  const { certificate, random, fingerprints } = context
  const ciphertext = seal(value.bytes(), { key: certificate, label: labelOf(scope, manifest), random })
  const id = certificateId(certificate)
  const mark = fingerprints?.make(identityOf(place, id), value, ciphertext)
  return { ...found, ciphertext, fingerprint: mark === undefined ? undefined : `${id}.${mark}` }
}

type Judged =
  { readonly action: 'same' | 'changed' } | { readonly action: 'resealed'; readonly reason: Reason }

/** Whether the file's ciphertext is of this value, as far as its fingerprint tells. */
function judge(
  value: NonNullable<Entry['value']>,
  { place, old }: { place: Place; old: string },
  { fingerprints, certificate, resealsOnNewCertificate }: SealContext,
): Judged {
  const anew = (reason: Reason): Judged => ({ action: 'resealed', reason })
  const line = place.former?.fingerprints.get(place.key)
  if (fingerprints === undefined) return anew('no-key')
  if (line === undefined) return anew('no-fingerprint')
  if (place.former?.fingerprintKey !== fingerprints.id) return anew('other-key')
  const at = line.indexOf('.')
  const id = line.slice(0, Math.max(0, at))
  const sealed = { fingerprint: line.slice(at + 1), ciphertext: old }
  const told = fingerprints.judge(identityOf(place, id), value, sealed)
  if (told === 'tampered') return anew('tampered')
  if (told === 'changed') return { action: 'changed' }
  const outdated = resealsOnNewCertificate && id !== certificateId(certificate)
  return outdated ? anew('new-certificate') : { action: 'same' }
}

function identityOf(
  { manifest: { namespace, name }, key, scope }: Place,
  certificate: string,
): Parameters<Fingerprints['make']>[0] {
  return { namespace, name, key, scope, certificate }
}
