import type { AppliedSecret, LiveSecret, ManagedFields } from './cluster.ts'
import { list, mapping } from './objects.ts'
import { withMetadata, withoutFields } from './own-fields.ts'
import type { SetIdentity } from './set.ts'

/** A field that would change and that others own. */
export interface Contest {
  /** As reports name it: `key PASSWORD`, `label team`. */
  readonly field: string
  /** Its place in fieldsV1. */
  readonly path: readonly string[]
  readonly managers: readonly string[]
}

type Kind = 'dataKeys' | 'labels' | 'annotations'

/** The fields that the API server would refuse to let us change for their owners' sake. Equal values are no conflict. */
export function contestedFields(
  live: LiveSecret,
  desired: AppliedSecret,
  set: SetIdentity,
): readonly Contest[] {
  const others = live.managedFields.filter(({ manager }) => manager !== set.manager)
  const contest = (
    field: string,
    path: readonly string[],
    owns: (entry: ManagedFields) => boolean,
  ): Contest => ({
    field,
    path,
    managers: [...new Set(others.filter(owns).map(({ manager }) => manager))],
  })
  const has = (kind: Kind, name: string) => (entry: ManagedFields) => entry[kind].has(name)
  const texts = (kind: 'labels' | 'annotations', noun: string): readonly Contest[] =>
    Object.entries(desired[kind])
      .filter(([name, value]) => live[kind][name] !== value)
      .map(([name]) => contest(`${noun} ${name}`, ['f:metadata', `f:${kind}`, `f:${name}`], has(kind, name)))
  const keys = [...desired.data]
    .filter(([key, value]) => live.data.get(key)?.equals(value) !== true)
    .map(([key]) => contest(`key ${key}`, ['f:data', `f:${key}`], has('dataKeys', key)))
  const flag =
    desired.immutable === live.immutable ? [] : [contest('immutable', ['f:immutable'], ownsImmutable)]
  const all = [...keys, ...texts('labels', 'label'), ...texts('annotations', 'annotation'), ...flag]
  return all.filter(({ managers }) => managers.length > 0)
}

const ownsImmutable = (entry: ManagedFields): boolean => entry.ownsImmutable

/** The object as a forced apply sees it: the contested fields are nobody's any more. */
export function withoutContested(
  live: LiveSecret,
  contests: readonly Contest[],
  set: SetIdentity,
): LiveSecret {
  const paths = new Set(contests.map(({ path }) => path.join('\n')))
  const entries = list(live.metadata['managedFields']).map(mapping)
  const left = entries.flatMap((entry) =>
    entry['manager'] === set.manager ? [entry] : withoutFields(entry, (path) => paths.has(path.join('\n'))),
  )
  return withMetadata(live, { managedFields: left })
}
