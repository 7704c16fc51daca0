import { isDeepStrictEqual } from 'node:util'
import {
  difference,
  fieldSet,
  fromFieldsV1,
  intersection,
  printPath,
  sortedPaths,
  toFieldsV1,
  union,
  type FieldSet,
} from './field-set.ts'
import {
  asJson,
  asObject,
  isJsonObject,
  now,
  type Json,
  type KubeObject,
  type ManagedFieldsEntry,
} from './object.ts'
import type { Schema } from './schema.ts'
import { quote, StatusError, type Cause } from './status.ts'
import { compare, merge, removeItems, toFieldSet, withNamedFields } from './typed.ts'

/** Who wrote, and how; an Apply entry is the same whatever its apiVersion. */
export interface Manager {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
}

interface Owner {
  readonly entry: Manager
  readonly fields: FieldSet
  readonly time: string | undefined
}

type Owners = ReadonlyMap<string, Owner>

/** What never appears in fieldsV1. */
const STRIPPED = fieldSet(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation'].map(
    (field) => ['f:metadata', `f:${field}`],
  ),
  ['f:metadata', 'f:managedFields'],
  ['f:metadata', 'f:resourceVersion'],
)

/**
 * The object as a PUT, POST or merge patch leaves it: `next` with the managedFields that follow from what it changes.
 * `next`'s own managedFields are taken where they can be read, else the live ones; an empty list gives all up.
 */
export function updateManagedFields(
  schema: Schema,
  live: KubeObject | undefined,
  next: KubeObject,
  manager: Manager,
): KubeObject {
  const given = next.metadata.managedFields
  const bare = withoutManagedFields(next)
  const owners = ownersAfterUpdate(given, live)
  if (owners.size === 0 && live !== undefined) return bare
  const before = live === undefined ? emptyLike(bare) : withoutManagedFields(live)
  return withManagedFields(bare, changeOwners(schema, { before, next: bare }, owners, manager))
}

/** Server-side apply of `applied` onto `live`; throws the 409 that names the managers in its way. */
export function applyConfiguration(
  schema: Schema,
  live: KubeObject | undefined,
  applied: KubeObject,
  by: { manager: string; apiVersion: string; force: boolean },
): KubeObject {
  const before = live === undefined ? emptyLike(applied) : withoutManagedFields(live)
  const owners = ownersBeforeApply(schema, live, before)
  const entry: Manager = { manager: by.manager, operation: 'Apply', apiVersion: by.apiVersion }
  const id = identifierOf(entry)
  const last = owners.get(id)
  const applying = new Map(owners)
  const fields = toFieldSet(schema, asJson(applied))
  applying.set(id, { entry, fields, time: last?.time })
  const merged = merge(schema, asJson(before), asJson(applied)) ?? {}
  const pruned = last === undefined ? merged : prune(schema, merged, applying, last.fields)
  const left = takeFields(applying, id, compare(schema, asJson(before), pruned), by.force)
  const changed = !isDeepStrictEqual(pruned, asJson(before))
  strip(left, id, changed ? now() : last?.time)
  return withManagedFields(changed ? asObject(pruned) : before, left)
}

/** The entries as they are stored, sorted as Kubernetes sorts them. */
function encode(owners: Owners): ManagedFieldsEntry[] {
  const entries = [...owners.values()].map(({ entry, fields, time }) => ({
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
  }))
  const sortKey = (entry: ManagedFieldsEntry): string =>
    [entry.operation, entry.time ?? '', entry.manager, entry.apiVersion].join('\u0001')
  return entries.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

/** Undefined where an entry can't be read. */
function decode(entries: readonly ManagedFieldsEntry[] | undefined): Owners | undefined {
  const owners = new Map<string, Owner>()
  for (const { manager, operation, apiVersion, fieldsType, fieldsV1, time } of entries ?? []) {
    if (operation !== 'Apply' && operation !== 'Update') return undefined
    if (!apiVersion || fieldsType !== 'FieldsV1') return undefined
    const entry: Manager = { manager, operation, apiVersion }
    const fields = fromFieldsV1(isJsonObject(fieldsV1) ? fieldsV1 : {})
    owners.set(identifierOf(entry), { entry, fields, time })
  }
  return owners
}

function identifierOf({ manager, operation, apiVersion }: Manager): string {
  return JSON.stringify(operation === 'Apply' ? [manager, operation] : [manager, operation, apiVersion])
}

function ownersAfterUpdate(given: ManagedFieldsEntry[] | undefined, live: KubeObject | undefined): Owners {
  if (isReset(given)) return new Map()
  const owners = decode(given)
  if (owners !== undefined && owners.size > 0) return owners
  return decode(live?.metadata.managedFields) ?? new Map<string, Owner>()
}

/** `[]` and `[{}]` ask for the managedFields to be given up. */
function isReset(given: ManagedFieldsEntry[] | undefined): boolean {
  if (given === undefined) return false
  return given.length === 0 || (given.length === 1 && Object.keys(given[0] ?? {}).length === 0)
}

/** Fields of an object that nobody owns belong to `before-first-apply`. */
function ownersBeforeApply(schema: Schema, live: KubeObject | undefined, before: KubeObject): Owners {
  const owners = decode(live?.metadata.managedFields) ?? new Map<string, Owner>()
  if (owners.size > 0 || live === undefined) return owners
  const manager: Manager = {
    manager: 'before-first-apply',
    operation: 'Update',
    apiVersion: live.apiVersion ?? 'v1',
  }
  return changeOwners(schema, { before: emptyLike(before), next: before }, owners, manager)
}

function changeOwners(
  schema: Schema,
  objects: { before: KubeObject; next: KubeObject },
  owners: Owners,
  manager: Manager,
): Map<string, Owner> {
  const changes = compare(schema, asJson(objects.before), asJson(objects.next))
  const left = takeFields(new Map(owners), undefined, changes, true)
  const fields = difference(union(changes.modified, changes.added), STRIPPED)
  if (fields.size === 0) return left
  const id = identifierOf(manager)
  const previous = left.get(id)?.fields ?? fieldSet()
  return left.set(id, { entry: manager, fields: union(fields, previous), time: now() })
}

/** Takes what changed from everybody but `applying`; without force, who owns any of it is a conflict. */
function takeFields(
  owners: ReadonlyMap<string, Owner>,
  applying: string | undefined,
  changes: ReturnType<typeof compare>,
  force: boolean,
): Map<string, Owner> {
  const touched = union(changes.modified, changes.added)
  const others = [...owners].filter(([id]) => id !== applying)
  const contested = others
    .map(([, owner]) => ({ owner, paths: intersection(owner.fields, touched) }))
    .filter(({ paths }) => paths.size > 0)
  if (contested.length > 0 && !force) throw applyConflict(contested)
  const gone = union(touched, changes.removed)
  const left = new Map<string, Owner>()
  for (const [id, owner] of owners) {
    const fields = id === applying ? owner.fields : difference(owner.fields, gone)
    if (fields.size > 0) left.set(id, { ...owner, fields })
  }
  return left
}

function strip(owners: Map<string, Owner>, id: string, time: string | undefined): void {
  const owner = owners.get(id)
  if (owner === undefined) return
  const fields = difference(owner.fields, STRIPPED)
  if (fields.size === 0) owners.delete(id)
  else owners.set(id, { ...owner, fields, time })
}

/** Removes what the applying manager applied before and no longer does, unless somebody else owns it. */
function prune(schema: Schema, merged: Json, owners: Owners, last: FieldSet): Json {
  const named = (set: FieldSet): FieldSet => withNamedFields(schema, set)
  const fieldsOf = (value: Json): FieldSet => named(toFieldSet(schema, value))
  const mergedFields = fieldsOf(merged)
  const lastFields = named(last)
  const owned = named(union(...[...owners.values()].map((owner) => owner.fields)))
  const bare = fieldsOf(removeItems(schema, merged, lastFields) ?? {})
  const unowned = difference(mergedFields, union(bare, owned))
  const kept = fieldsOf(removeItems(schema, merged, unowned) ?? {})
  const dropped = intersection(difference(mergedFields, kept), lastFields)
  return removeItems(schema, merged, dropped) ?? {}
}

function applyConflict(contested: readonly { owner: Owner; paths: FieldSet }[]): StatusError {
  const conflicts = contested
    .map(({ owner, paths }) => ({
      by: printManager(owner.entry),
      fields: sortedPaths(paths).map(printPath),
    }))
    .sort((a, b) => (a.by < b.by ? -1 : 1))
  const causes: Cause[] = conflicts.flatMap(({ by, fields }) =>
    fields.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${by}`, field })),
  )
  return new StatusError(409, 'Conflict', conflictMessage(conflicts, causes.length), { causes })
}

function conflictMessage(conflicts: readonly { by: string; fields: string[] }[], count: number): string {
  const [first] = conflicts
  if (count === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${first.by}: ${first.fields[0] ?? ''}`
  }
  const lines = conflicts.flatMap(({ by, fields }) => [
    `conflicts with ${by}:`,
    ...fields.map((field) => `- ${field}`),
  ])
  return `Apply failed with ${count} conflicts: ${lines.join('\n')}`
}

function printManager({ manager, operation, apiVersion }: Manager): string {
  return operation === 'Update' ? `${quote(manager)} using ${apiVersion}` : quote(manager)
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const metadata = { ...object.metadata }
  delete metadata.managedFields
  return { ...object, metadata }
}

function withManagedFields(object: KubeObject, owners: Owners): KubeObject {
  const bare = withoutManagedFields(object)
  if (owners.size === 0) return bare
  return { ...bare, metadata: { ...bare.metadata, managedFields: encode(owners) } }
}

function emptyLike({ apiVersion, kind }: KubeObject): KubeObject {
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata: {},
  }
}
