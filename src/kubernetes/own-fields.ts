import type { LiveSecret, ManagedFields } from './cluster.ts'
import { list, mapping, parseManagedFields, parseReference, text } from './objects.ts'
import type { Taking } from './ownership.ts'
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

type Json = Readonly<Record<string, unknown>>

/**
 * The object with all that our manager owns, and what it takes over, under one Apply entry of ours: applying our fields
 * can then give up what is no longer declared, which it can't where an Update entry or somebody else owns it. Where
 * something is taken over, so is what nobody owns; the references of the tools that it is taken from go.
 */
export function withOneOwnEntry(live: LiveSecret, { manager }: SetIdentity, taking?: Taking): LiveSecret {
  const entries = list(live.metadata['managedFields']).map(mapping)
  const isTaken = (entry: Json): boolean =>
    text(entry['manager']) === manager || taking?.takes(text(entry['manager'])) === true
  const own = entries.filter(isTaken)
  const others = entries.filter((entry) => !isTaken(entry)).flatMap((entry) => withoutMarks(entry, taking))
  const merged = own.reduce<unknown>((fields, entry) => mergeFields(fields, entry['fieldsV1']), {})
  const fieldsV1 =
    taking === undefined ? merged : mergeFields(known(merged), unowned(live, [...others, ...own]))
  const first = own.find((entry) => entry['manager'] === manager && entry['operation'] === 'Apply') ?? own[0]
  if (first === undefined && taking === undefined) return live
  const ours = { apiVersion: 'v1', fieldsType: 'FieldsV1', ...first, manager, operation: 'Apply', fieldsV1 }
  return withMetadata(live, { managedFields: [ours, ...others], ...referencesLeft(live, taking) })
}

/** The object with other metadata (undefined takes some away), and its managedFields and owners as they are read of it. */
export function withMetadata(live: LiveSecret, changed: Json): LiveSecret {
  const all = Object.entries({ ...live.metadata, ...changed })
  const metadata: Json = Object.fromEntries(all.filter(([, value]) => value !== undefined))
  return {
    ...live,
    metadata,
    managedFields: list(metadata['managedFields']).map(mapping).map(parseManagedFields),
    ownerReferences: list(metadata['ownerReferences']).map(parseReference),
  }
}

/** An entry of somebody else's without the marks of tools that the object is taken from; nothing where that is all of it. */
function withoutMarks(entry: Json, taking: Taking | undefined): readonly Json[] {
  const isMark = (name: string): boolean =>
    taking?.tools.some(({ marks }) => marks.some((mark) => name.startsWith(`f:${mark}`))) === true
  return withoutFields(
    entry,
    (path) => path.length === 3 && path[0] === 'f:metadata' && isMark(path[2] ?? ''),
  )
}

/** An entry without the fields that are told, and nothing where it is empty then. */
export function withoutFields(entry: Json, isGone: (path: readonly string[]) => boolean): readonly Json[] {
  const prune = (tree: Json, path: readonly string[]): Json =>
    Object.fromEntries(
      Object.entries(tree).flatMap(([name, below]): [string, unknown][] => {
        const at = [...path, name]
        if (isGone(at)) return []
        if (Object.keys(mapping(below)).length === 0) return [[name, below]]
        const left = prune(mapping(below), at)
        return Object.keys(left).length === 0 ? [] : [[name, left]]
      }),
    )
  const before = mapping(entry['fieldsV1'])
  const fieldsV1 = prune(before, [])
  return Object.keys(before).length > 0 && Object.keys(fieldsV1).length === 0 ? [] : [{ ...entry, fieldsV1 }]
}

/** Of what was taken, what we can own: never finalizers and owners, which stay as they are; `stringData` is in `data`. */
function known(fields: unknown): Json {
  const { 'f:metadata': metadata, 'f:data': data, 'f:type': type, 'f:immutable': immutable } = mapping(fields)
  const { 'f:labels': labels, 'f:annotations': annotations } = mapping(metadata)
  const flags = {
    ...(type === undefined ? {} : { 'f:type': type }),
    ...(immutable === undefined ? {} : { 'f:immutable': immutable }),
  }
  return {
    ...flags,
    ...maps({ data: mapping(data), labels: mapping(labels), annotations: mapping(annotations) }),
  }
}

/** The fields of an object that none of the entries owns. */
function unowned(live: LiveSecret, entries: readonly Json[]): Json {
  const owners = entries.map(parseManagedFields)
  const free = (kind: 'dataKeys' | 'labels' | 'annotations', names: Iterable<string>): Json =>
    Object.fromEntries(
      [...names]
        .filter((name) => !owners.some((owner) => owner[kind].has(name)))
        .map((name) => [`f:${name}`, {}]),
    )
  const type = owners.some(({ ownsType }) => ownsType) ? {} : { 'f:type': {} }
  return {
    ...type,
    ...maps({
      data: free('dataKeys', live.data.keys()),
      labels: free('labels', Object.keys(live.labels)),
      annotations: free('annotations', Object.keys(live.annotations)),
    }),
  }
}

/** The parts of a fieldsV1 tree that have keys. One without any must not be there: it would stand for the whole map. */
function maps({
  data,
  labels,
  annotations,
}: Readonly<Record<'data' | 'labels' | 'annotations', Json>>): Json {
  const part = (name: string, fields: Json): Json =>
    Object.keys(fields).length === 0 ? {} : { [name]: fields }
  const metadata = { ...part('f:labels', labels), ...part('f:annotations', annotations) }
  return { ...part('f:data', data), ...part('f:metadata', metadata) }
}

function referencesLeft({ metadata }: LiveSecret, taking: Taking | undefined): Json {
  const isTaken = (reference: unknown): boolean =>
    taking?.tools.some(({ kind }) => kind === mapping(reference)['kind']) === true
  const all = list(metadata['ownerReferences'])
  const left = all.filter((reference) => !isTaken(reference))
  return left.length === all.length ? {} : { ownerReferences: left.length === 0 ? undefined : left }
}

/** The union of two fieldsV1 trees. */
function mergeFields(a: unknown, b: unknown): Json {
  const [left, right] = [mapping(a), mapping(b)]
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])]
  return Object.fromEntries(keys.map((key) => [key, mergeFields(left[key], right[key])]))
}
