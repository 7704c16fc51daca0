import type { LiveSecret, ManagedFields } from './cluster.ts'
import { list, mapping, text } from './objects.ts'
import type { SetIdentity } from './set.ts'

/** Whether a half-done restore left an Update entry under our own manager. */
export function hasOwnUpdate(live: LiveSecret, { manager }: SetIdentity): boolean {
  return live.managedFields.some((entry) => entry.manager === manager && entry.operation === 'Update')
}

/** Everything that our manager owns, by its Apply entry and by what an interrupted restore left; undefined: nothing. */
export function ownFields(live: LiveSecret, { manager }: SetIdentity): ManagedFields | undefined {
  const own = live.managedFields.filter((entry) => entry.manager === manager)
  const [first] = own
  if (first === undefined) return undefined
  return {
    manager,
    operation: 'Apply',
    dataKeys: new Set(own.flatMap(({ dataKeys }) => [...dataKeys])),
    labels: new Set(own.flatMap(({ labels }) => [...labels])),
    annotations: new Set(own.flatMap(({ annotations }) => [...annotations])),
    ownsType: own.some(({ ownsType }) => ownsType),
    ownsImmutable: own.some(({ ownsImmutable }) => ownsImmutable),
  }
}

/**
 * The object with all that our manager owns under one Apply entry, as it was before a restore was interrupted: applying
 * our fields can then give up what is no longer declared, which it can't where an Update entry owns it.
 */
export function withOneOwnEntry(live: LiveSecret, { manager }: SetIdentity): LiveSecret {
  const entries = list(live.metadata['managedFields']).map(mapping)
  const own = entries.filter((entry) => text(entry['manager']) === manager)
  const apply = own.find((entry) => entry['operation'] === 'Apply') ?? own[0]
  if (apply === undefined) return live
  const fieldsV1 = own.reduce<unknown>((merged, entry) => mergeFields(merged, entry['fieldsV1']), {})
  const merged = { ...apply, operation: 'Apply', fieldsV1 }
  const managedFields = entries.flatMap((entry) =>
    entry === apply ? [merged] : own.includes(entry) ? [] : [entry],
  )
  return { ...live, metadata: { ...live.metadata, managedFields } }
}

/** The union of two fieldsV1 trees. */
function mergeFields(a: unknown, b: unknown): unknown {
  const [left, right] = [mapping(a), mapping(b)]
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])]
  return Object.fromEntries(keys.map((key) => [key, mergeFields(left[key], right[key])]))
}
