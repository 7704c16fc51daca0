import type { SecretManifest } from '../manifests/manifest.ts'
import type { Secret } from '../secret.ts'
import type { AppliedSecret, LiveSecret, ManagedFields } from './cluster.ts'
import { ownFields } from './own-fields.ts'
import type { Taking } from './ownership.ts'
import {
  MANAGED_BY_LABEL,
  PROVENANCE,
  REVISIONS_ANNOTATION,
  SET_ANNOTATION,
  SET_LABEL,
  type SetIdentity,
} from './set.ts'
import { startOf, wayFrom, type Way } from './way.ts'

/** One key of a Secret in a plan. A value is shown by identity, the random id of its revision, never by content. */
export interface KeyChange {
  readonly key: string
  /** `released`: we give up a key that another manager owns too, so it stays. `kept`: absent and optional. */
  readonly action: 'added' | 'changed' | 'removed' | 'released' | 'same' | 'kept'
  readonly source: string
  readonly revision: string | undefined
}

/** What is decided for one Secret: the same value is shown, dry-run, applied, audited and inverted. */
export type Change =
  | (Decided & { readonly action: 'create'; readonly live: undefined })
  | (Decided & { readonly action: 'update'; readonly live: LiveSecret })
  | (Decided & { readonly action: 'unchanged'; readonly live: LiveSecret })
  | (Decided & { readonly action: 'delete'; readonly live: LiveSecret })

interface Decided extends Way {
  readonly manifest: SecretManifest
  readonly desired: AppliedSecret
  readonly keys: readonly KeyChange[]
  /** Of a deletion: that what uses it is pointed to another by this run. */
  readonly superseded?: true
  /** Whether labels, annotations or `immutable` change. */
  readonly metadataChanges: readonly string[]
}

export interface DiffContext {
  readonly set: SetIdentity
  /** Written only together with another change: a changed annotation alone is a change too. */
  readonly provenance: Readonly<Partial<Record<keyof typeof PROVENANCE, string>>>
  /** A fresh random id for a key whose value is new. */
  readonly newRevision: () => string
  /** What is taken from others; undefined: nothing. */
  readonly taking?: Taking | undefined
  /** Whether fields are taken by force. */
  readonly force?: boolean
}

/** The change that brings a live Secret (or none) to what the manifest says. Pure but for `newRevision`. */
export function diffSecret(
  manifest: SecretManifest,
  live: LiveSecret | undefined,
  context: DiffContext,
): Change {
  if (live === undefined) {
    const { desired, keys } = compare(manifest, undefined, context)
    return {
      action: 'create',
      manifest,
      live,
      desired: withProvenance(desired, context),
      keys,
      metadataChanges: [],
    }
  }
  const start = startOf(live, context)
  const { desired, keys, own } = compare(manifest, start.object, context)
  const metadataChanges = diffMetadata(desired, start.object, own)
  const settled = own !== undefined && !start.putFirst && !live.deleting
  const same = keys.every(({ action }) => action === 'same' || action === 'kept')
  if (settled && same && metadataChanges.length === 0)
    return { action: 'unchanged', manifest, live, desired, keys, metadataChanges }
  const whole = withProvenance(desired, context)
  const way = wayFrom(start, whole, context)
  return { action: 'update', manifest, live, desired: whole, keys, metadataChanges, ...way }
}

interface Compared {
  readonly desired: AppliedSecret
  readonly keys: readonly KeyChange[]
  readonly own: ManagedFields | undefined
}

function compare(manifest: SecretManifest, live: LiveSecret | undefined, context: DiffContext): Compared {
  const own = live === undefined ? undefined : ownFields(live, context.set)
  const data = desiredData(manifest, live, own)
  const revisions = reviseKeys(data, live, context.newRevision)
  const desired = desiredObject({ manifest, data, revisions }, context)
  return { desired, keys: diffKeys({ manifest, live, data, revisions, own }), own }
}

function withProvenance(desired: AppliedSecret, context: DiffContext): AppliedSecret {
  return { ...desired, annotations: { ...desired.annotations, ...provenanceOf(context) } }
}

function desiredObject(
  { manifest, data, revisions }: Pick<KeyDiffInput, 'manifest' | 'data' | 'revisions'>,
  { set }: DiffContext,
): AppliedSecret {
  return {
    namespace: manifest.namespace,
    name: manifest.name,
    type: manifest.type,
    data,
    labels: { ...manifest.labels, [MANAGED_BY_LABEL]: 'secretferry', [SET_LABEL]: set.digest },
    annotations: {
      ...manifest.annotations,
      [SET_ANNOTATION]: set.name,
      [REVISIONS_ANNOTATION]: JSON.stringify(Object.fromEntries(revisions)),
    },
    immutable: manifest.immutable,
  }
}

/** Where an optional value is absent, what we own of the live key is sent along, for leaving it out would delete it. */
function desiredData(
  { data }: SecretManifest,
  live: LiveSecret | undefined,
  own: ManagedFields | undefined,
): ReadonlyMap<string, Secret> {
  return new Map(
    [...data].flatMap(([key, { value }]) => {
      const kept = value ?? (own?.dataKeys.has(key) === true ? live?.data.get(key) : undefined)
      return kept === undefined ? [] : [[key, kept] as const]
    }),
  )
}

/** The revision of every key: its former one while the value is the same, else a fresh random one. */
function reviseKeys(
  data: ReadonlyMap<string, Secret>,
  live: LiveSecret | undefined,
  newRevision: () => string,
): ReadonlyMap<string, string> {
  const former = readRevisions(live)
  return new Map(
    [...data].map(([key, value]) => {
      const before = live?.data.get(key)
      const known = before?.equals(value) === true ? former.get(key) : undefined
      return [key, known ?? newRevision()]
    }),
  )
}

function readRevisions(live: LiveSecret | undefined): ReadonlyMap<string, string> {
  try {
    const parsed = JSON.parse(live?.annotations[REVISIONS_ANNOTATION] ?? '{}') as unknown
    const entries = Object.entries(parsed as Record<string, unknown>)
    return new Map(
      entries.filter((entry): entry is [string, string] => /^[0-9a-f]{12}$/.test(String(entry[1]))),
    )
  } catch {
    return new Map()
  }
}

interface KeyDiffInput {
  readonly manifest: SecretManifest
  readonly live: LiveSecret | undefined
  readonly data: ReadonlyMap<string, Secret>
  readonly revisions: ReadonlyMap<string, string>
  readonly own: ManagedFields | undefined
}

function diffKeys({ manifest, live, data, revisions, own }: KeyDiffInput): readonly KeyChange[] {
  const declared = [...manifest.data].map(([key, { value, source }]): KeyChange => {
    const revision = revisions.get(key)
    if (value === undefined) return { key, action: 'kept', source, revision }
    const before = live?.data.get(key)
    if (before === undefined) return { key, action: 'added', source, revision }
    const owned = own?.dataKeys.has(key) === true
    return { key, action: before.equals(value) && owned ? 'same' : 'changed', source, revision }
  })
  const others = new Set(
    live?.managedFields
      .filter((entry) => entry.manager !== own?.manager)
      .flatMap(({ dataKeys }) => [...dataKeys]),
  )
  const removed = [...(own?.dataKeys ?? [])]
    .filter((key) => !data.has(key) && !manifest.data.has(key))
    .map((key): KeyChange => ({
      key,
      action: others.has(key) ? 'released' : 'removed',
      source: '',
      revision: undefined,
    }))
  return [...declared, ...removed].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Which labels, annotations and flags differ from what we own, by name. Provenance does not count. */
function diffMetadata(
  desired: AppliedSecret,
  live: LiveSecret,
  own: ManagedFields | undefined,
): readonly string[] {
  const provenance = new Set<string>(Object.values(PROVENANCE))
  const ownAnnotations = new Set([...(own?.annotations ?? [])].filter((key) => !provenance.has(key)))
  return [
    ...diffMap(desired.labels, live.labels, own?.labels ?? new Set()).map((key) => `label ${key}`),
    ...diffMap(desired.annotations, live.annotations, ownAnnotations).map((key) => `annotation ${key}`),
    ...(desired.immutable === live.immutable ? [] : ['immutable']),
  ]
}

function diffMap(
  desired: Readonly<Record<string, string>>,
  live: Readonly<Record<string, string>>,
  owned: ReadonlySet<string>,
): readonly string[] {
  const changed = Object.entries(desired).filter(([key, value]) => live[key] !== value || !owned.has(key))
  const dropped = [...owned].filter((key) => key !== '.' && !Object.hasOwn(desired, key))
  return [...changed.map(([key]) => key), ...dropped]
}

function provenanceOf({ provenance }: DiffContext): Record<string, string> {
  return Object.fromEntries(
    Object.entries(PROVENANCE).flatMap(([name, key]) => {
      const value = provenance[name as keyof typeof PROVENANCE]
      return value === undefined ? [] : [[key, value]]
    }),
  )
}
