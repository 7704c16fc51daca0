import { isDeepStrictEqual } from 'node:util'
import type { Secret } from '../secret.ts'
import type { AppliedSecret, LiveSecret, ManagedFields } from './cluster.ts'
import { list, mapping } from './objects.ts'

/** A write of ours: what was sent, under which field manager, and what was there before (undefined: nothing). */
export interface Write {
  readonly object: AppliedSecret
  readonly former: LiveSecret | undefined
  readonly manager: string
}

/**
 * Whether a live object is exactly what a write of ours makes of what was there before, and nobody else has touched it
 * since. Inclusion is not enough: what somebody else added meanwhile would be undone with our own write.
 */
export function isLanded(live: LiveSecret, { object, former, manager }: Write): boolean {
  const before = former ?? NOTHING
  const dropped = droppedFields(before, { object, manager })
  return (
    isUntouchedByOthers(live, former, manager) &&
    live.type === (object.type ?? before.type) &&
    sameData(live.data, new Map([...without(before.data, dropped.dataKeys), ...object.data])) &&
    sameTexts(live.labels, expected(before.labels, object.labels, dropped.labels)) &&
    sameTexts(live.annotations, expected(before.annotations, object.annotations, dropped.annotations))
  )
}

/**
 * Whether all that others have in an object (their managedFields entries, finalizers, owners) is as it was. Without a
 * former object: whether there is nobody else in it.
 */
export function isUntouchedByOthers(
  live: LiveSecret,
  former: LiveSecret | undefined,
  manager: string,
): boolean {
  if (former === undefined) return foreignEntries(live, manager).length === 0
  // A restore takes what it changes from all others, until its second half gives it back.
  const own = list(live.metadata['managedFields']).filter((entry) => isOwnUpdate(entry, manager))
  const passing = new Set(own.flatMap(ownedPaths))
  const others = (of: LiveSecret): readonly object[] =>
    foreignEntries(of, manager).flatMap((entry) => withoutPaths(entry, passing))
  return (
    isDeepStrictEqual(sorted(others(live)), sorted(others(former))) &&
    isDeepStrictEqual(framework(live), framework(former))
  )
}

function isOwnUpdate(entry: unknown, manager: string): boolean {
  return mapping(entry)['manager'] === manager && mapping(entry)['operation'] === 'Update'
}

/** Every path that an entry owns. A map that is owned itself is `{}` where it is alone, and has a `.` where it is not. */
function ownedPaths(entry: unknown): readonly string[] {
  const paths = (tree: unknown, path: readonly string[]): readonly string[] => {
    const below = Object.entries(mapping(tree))
    if (below.length === 0) return [path.join('\n')]
    return below.flatMap(([name, each]) => (name === '.' ? [path.join('\n')] : paths(each, [...path, name])))
  }
  return paths(mapping(entry)['fieldsV1'], [])
}

/** An entry with the paths that it owns, but for these; nothing where that is all of it. */
function withoutPaths(entry: unknown, gone: ReadonlySet<string>): readonly object[] {
  const left = ownedPaths(entry).filter((path) => !gone.has(path))
  return left.length === 0 ? [] : [{ ...mapping(entry), fieldsV1: [...left].sort() }]
}

/** The server sorts entries anew when one comes or goes. */
function sorted(entries: readonly object[]): readonly object[] {
  const text = (entry: object): string => JSON.stringify(entry)
  return [...entries].sort((one, other) => (text(one) < text(other) ? -1 : 1))
}

/** The entries of managedFields that are not this manager's, as the server sent them. */
export function foreignEntries({ metadata }: LiveSecret, manager: string): readonly unknown[] {
  return list(metadata['managedFields']).filter((entry) => mapping(entry)['manager'] !== manager)
}

/** Whether two states of an object are the same in everything that a restore brings back, managedFields included. */
export function isSameObject(a: LiveSecret, b: LiveSecret): boolean {
  return isSameContent(a, b) && isDeepStrictEqual(lasting(a), lasting(b))
}

/** Whether data, type, flags, labels and annotations are the same, whoever owns them. */
export function isSameContent(a: LiveSecret, b: LiveSecret, ignoring: readonly string[] = []): boolean {
  const visible = (annotations: Texts): Texts =>
    Object.fromEntries(Object.entries(annotations).filter(([key]) => !ignoring.includes(key)))
  return (
    a.type === b.type &&
    a.immutable === b.immutable &&
    sameTexts(a.labels, b.labels) &&
    sameTexts(visible(a.annotations), visible(b.annotations)) &&
    sameData(a.data, b.data)
  )
}

type Texts = Readonly<Record<string, string>>
type Fields = Pick<ManagedFields, 'dataKeys' | 'labels' | 'annotations'>

const NOTHING: Pick<LiveSecret, 'data' | 'labels' | 'annotations' | 'type' | 'managedFields'> = {
  data: new Map(),
  labels: {},
  annotations: {},
  type: 'Opaque',
  managedFields: [],
}

/** What of our former fields a write leaves out: gone after it, unless somebody else owns them too. */
function droppedFields(
  { managedFields }: Pick<LiveSecret, 'managedFields'>,
  { object, manager }: { object: AppliedSecret; manager: string },
): Fields {
  const owned = (of: keyof Fields, ours: boolean): ReadonlySet<string> =>
    new Set(
      managedFields
        .filter((entry) => (entry.manager === manager) === ours)
        .flatMap((entry) => [...entry[of]]),
    )
  const dropped = (of: keyof Fields, sent: (key: string) => boolean): ReadonlySet<string> =>
    new Set([...owned(of, true)].filter((key) => !sent(key) && !owned(of, false).has(key)))
  return {
    dataKeys: dropped('dataKeys', (key) => object.data.has(key)),
    labels: dropped('labels', (key) => Object.hasOwn(object.labels, key)),
    annotations: dropped('annotations', (key) => Object.hasOwn(object.annotations, key)),
  }
}

function without<T>(entries: ReadonlyMap<string, T>, dropped: ReadonlySet<string>): [string, T][] {
  return [...entries].filter(([key]) => !dropped.has(key))
}

function expected(before: Texts, sent: Texts, dropped: ReadonlySet<string>): Texts {
  return Object.fromEntries([...without(new Map(Object.entries(before)), dropped), ...Object.entries(sent)])
}

/** All metadata but what every write moves. */
function lasting({ metadata }: LiveSecret): object {
  return { ...metadata, resourceVersion: undefined }
}

/** The metadata that no write of ours touches: finalizers, owners, deletion. */
function framework(live: LiveSecret): object {
  return {
    ...lasting(live),
    labels: undefined,
    annotations: undefined,
    managedFields: undefined,
  }
}

function sameData(a: ReadonlyMap<string, Secret>, b: ReadonlyMap<string, Secret>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key)?.equals(value) === true)
}

function sameTexts(a: Texts, b: Texts): boolean {
  return (
    Object.keys(a).length === Object.keys(b).length &&
    Object.entries(a).every(([key, value]) => b[key] === value)
  )
}
