import { isDeepStrictEqual } from 'node:util'
import { fieldSet, has, insert, type FieldSet, type Path } from './field-set.ts'
import { isJsonObject, type Json, type JsonObject } from './object.ts'
import type { Schema } from './schema.ts'

/** What became of an object's fields; no path is in two of the sets. */
export interface Comparison {
  readonly removed: FieldSet
  readonly modified: FieldSet
  readonly added: FieldSet
}

/** The fields that a configuration names. */
export function toFieldSet(schema: Schema, value: Json): FieldSet {
  const set = fieldSet()
  collectFields(schema, value, [], set)
  return set
}

/** How `next` differs from `before`. */
export function compare(schema: Schema, before: Json, next: Json): Comparison {
  const changes = { removed: fieldSet(), modified: fieldSet(), added: fieldSet() }
  compareAt(schema, before, next, { path: [], changes })
  return changes
}

/** `before` with everything that `next` says; what only one of them has stays. Undefined where nothing is left. */
export function merge(schema: Schema, before: Json | undefined, next: Json | undefined): Json | undefined {
  if (isLeaf(schema, before, next)) return next ?? (next === null ? null : before)
  if (schema.kind === 'list') return mergeList(schema, before, next)
  const out: JsonObject = {}
  for (const key of keysOf(before, next)) {
    const child = childSchema(schema, key)
    const merged = child && merge(child, at(before, key), at(next, key))
    if (merged !== undefined) out[key] = merged
  }
  return Object.keys(out).length > 0 ? out : undefined
}

/** The value without the items of `set`; undefined where nothing is left of it. */
export function removeItems(schema: Schema, value: Json, set: FieldSet, path: Path = []): Json | undefined {
  if (schema.kind === 'scalar') return value
  if (isAtomic(schema) || isEmpty(value)) return undefined
  if (schema.kind === 'list') return removeListItems(schema, value, set, path)
  const out: JsonObject = {}
  for (const [key, item] of Object.entries(value as JsonObject)) {
    const below = [...path, `f:${key}`]
    if (has(set, below)) continue
    const child = childSchema(schema, key)
    const kept = child && hasBelow(set, below) ? removeItems(child, item, set, below) : item
    out[key] = kept ?? null
  }
  return Object.keys(out).length > 0 ? out : undefined
}

/** The set and every struct field on the way to its paths. */
export function withNamedFields(schema: Schema, set: FieldSet): FieldSet {
  const out = new Map(set)
  for (const path of set.values()) {
    let current: Schema | undefined = schema
    for (let length = 1; length < path.length && current; length++) {
      const element = path[length - 1] ?? ''
      if (current.kind === 'struct') insert(out, path.slice(0, length))
      current = schemaBelow(current, element)
    }
  }
  return out
}

/** The path element of a list's item. */
export function itemElement(schema: Schema & { kind: 'list' }, item: Json, index: number): string {
  if (schema.items === 'set') return `v:${JSON.stringify(item)}`
  if (schema.items === 'atomic') return `i:${index}`
  const keys = schema.items.map((name) => [name, at(item, name) ?? null])
  return `k:${JSON.stringify(Object.fromEntries(keys))}`
}

/** The schema of the field or key; undefined where a struct has no such field. */
export function childSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.kind === 'map') return schema.of
  return schema.kind === 'struct' && Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined
}

function schemaBelow(schema: Schema, element: string): Schema | undefined {
  return schema.kind === 'list' ? schema.of : childSchema(schema, element.slice(2))
}

function isAtomic(schema: Schema): boolean {
  return schema.kind === 'struct'
    ? schema.atomic === true
    : schema.kind === 'list' && schema.items === 'atomic'
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || Object.keys(value as object).length === 0
}

/** A null or an empty map is a leaf too, so that the two stay distinct. */
function isLeaf(schema: Schema, before: Json | undefined, next: Json | undefined): boolean {
  return schema.kind === 'scalar' || isAtomic(schema) || (isEmpty(before) && isEmpty(next))
}

function at(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function keysOf(...values: readonly (Json | undefined)[]): Set<string> {
  return new Set(values.flatMap((value) => (isJsonObject(value) ? Object.keys(value) : [])))
}

function itemsOf(schema: Schema & { kind: 'list' }, value: Json | undefined): Map<string, Json> {
  const items = Array.isArray(value) ? value : []
  return new Map(items.map((item, index) => [itemElement(schema, item, index), item]))
}

function collectFields(schema: Schema, value: Json, path: Path, set: Map<string, Path>): void {
  if (schema.kind === 'scalar' || isAtomic(schema)) {
    insert(set, path)
    return
  }
  if (schema.kind === 'list') {
    for (const [element, item] of itemsOf(schema, value)) {
      collectFields(schema.of, item, [...path, element], set)
      insert(set, [...path, element])
    }
    return
  }
  for (const [key, item] of Object.entries(isJsonObject(value) ? value : {})) {
    const below = [...path, `f:${key}`]
    const child = childSchema(schema, key)
    if (child) collectFields(child, item, below, set)
    if (schema.kind === 'map' || (isEmptyMap(item) && !Array.isArray(item))) insert(set, below)
  }
}

function isEmptyMap(value: Json): boolean {
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0)
}

interface Walk {
  readonly path: Path
  readonly changes: { removed: Map<string, Path>; modified: Map<string, Path>; added: Map<string, Path> }
}

function compareAt(schema: Schema, before: Json | undefined, next: Json | undefined, walk: Walk): void {
  const { path, changes } = walk
  if (isLeaf(schema, before, next)) {
    if (before !== undefined && next !== undefined) {
      if (!isDeepStrictEqual(before, next)) insert(changes.modified, path)
      return
    }
  } else if (schema.kind === 'list') {
    compareLists(schema, before, next, walk)
  } else {
    for (const key of keysOf(before, next)) {
      const child = childSchema(schema, key)
      if (child) compareAt(child, at(before, key), at(next, key), { path: [...path, `f:${key}`], changes })
    }
  }
  if (before === undefined) insert(changes.added, path)
  else if (next === undefined) insert(changes.removed, path)
}

function compareLists(
  schema: Schema & { kind: 'list' },
  before: Json | undefined,
  next: Json | undefined,
  { path, changes }: Walk,
): void {
  const [old, current] = [itemsOf(schema, before), itemsOf(schema, next)]
  for (const element of new Set([...old.keys(), ...current.keys()])) {
    compareAt(schema.of, old.get(element), current.get(element), { path: [...path, element], changes })
  }
}

function mergeList(
  schema: Schema & { kind: 'list' },
  before: Json | undefined,
  next: Json | undefined,
): Json | undefined {
  const [old, current] = [itemsOf(schema, before), itemsOf(schema, next)]
  const elements = [...new Set([...old.keys(), ...current.keys()])]
  const merged = elements.map((element) => merge(schema.of, old.get(element), current.get(element)))
  const kept = merged.filter((item) => item !== undefined)
  return kept.length > 0 ? kept : undefined
}

function removeListItems(
  schema: Schema & { kind: 'list' },
  value: Json,
  set: FieldSet,
  path: Path,
): Json | undefined {
  const kept: Json[] = []
  for (const [element, item] of itemsOf(schema, value)) {
    const below = [...path, element]
    if (has(set, below)) continue
    const left = hasBelow(set, below) ? removeItems(schema.of, item, set, below) : item
    kept.push(left ?? null)
  }
  return kept.length > 0 ? kept : undefined
}

function hasBelow(set: FieldSet, path: Path): boolean {
  for (const each of set.values()) {
    if (each.length > path.length && path.every((element, index) => each[index] === element)) return true
  }
  return false
}
