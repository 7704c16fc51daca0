import { REVISIONS_ANNOTATION } from '../../src/kubernetes/set.ts'
import type { LiveObject, Snapshot, Stage } from './stage.ts'

/** Two namespaces of a case's own. */
export interface Place {
  readonly a: string
  readonly b: string
}

/** Every Secret of a place by `a/name` and `b/name`, the journals apart. */
export type Look = Snapshot

/** `a` comes before `b`, as it does in every run: the first namespace's journal decides. */
export async function emptyPlace(stage: Stage): Promise<Place> {
  const [a = '', b = ''] = [await stage.fresh(), await stage.fresh()].sort()
  return { a, b }
}

export async function lookAt(stage: Stage, { a, b }: Place): Promise<Look> {
  const [inA, inB] = [await stage.snapshot(a), await stage.snapshot(b)]
  const named = (where: string, snapshot: Snapshot): [string, LiveObject][] =>
    Object.entries(snapshot).map(([name, object]) => [`${where}/${name}`, object])
  return Object.fromEntries([...named('a', inA), ...named('b', inB)])
}

export interface Since {
  readonly place: Place
  readonly before: Look
}

/**
 * A look without what cannot be the same in two places: the names of the namespaces, who an object is (uid, creation),
 * for which it is said whether it is still the one from before; the same of the random id of each value; and the times
 * in managedFields, with the order that the server gives the entries by them. Provenance is the same, for every run here is told the same.
 */
export function comparable(look: Look, { place, before }: Since): unknown {
  const objects = Object.entries(look).map(([name, { metadata, ...fields }]) => {
    const former = before[name]?.metadata
    const known = (field: string): string => (metadata[field] === former?.[field] ? 'as before' : 'new')
    const annotations = metadata['annotations'] as Readonly<Record<string, string>> | undefined
    const formerly = former?.['annotations'] as Readonly<Record<string, string>> | undefined
    return [
      name,
      {
        ...fields,
        metadata: {
          ...metadata,
          uid: known('uid'),
          creationTimestamp: known('creationTimestamp'),
          annotations: { ...annotations, [REVISIONS_ANNOTATION]: revisions(annotations, formerly) },
          managedFields: timeless(metadata['managedFields'] as readonly ManagedFields[]),
        },
      },
    ]
  })
  const text = JSON.stringify(Object.fromEntries(objects))
  return JSON.parse(text.replaceAll(place.a, '{a}').replaceAll(place.b, '{b}')) as unknown
}

interface ManagedFields {
  readonly manager: string
  readonly operation: string
}

function timeless(entries: readonly ManagedFields[]): readonly object[] {
  const key = ({ manager, operation }: ManagedFields): string => `${manager} ${operation}`
  return [...entries]
    .sort((one, other) => (key(one) < key(other) ? -1 : 1))
    .map((entry) => ({ ...entry, time: '' }))
}

/** Which keys have the random ids that they had. */
function revisions(
  now: Readonly<Record<string, string>> = {},
  former: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const read = (of: Readonly<Record<string, string>>): Record<string, string> =>
    JSON.parse(of[REVISIONS_ANNOTATION] ?? '{}') as Record<string, string>
  const ids = read(former)
  return Object.fromEntries(
    Object.entries(read(now)).map(([key, id]) => [key, id === ids[key] ? 'as before' : 'new']),
  )
}
