import { isJsonObject, type JsonObject } from './object.ts'

/** A path, an element each as fieldsV1 writes it: `f:data`, `k:{"uid":"…"}`, `v:"x"`. */
export type Path = readonly string[]

/** A set of paths (structured-merge-diff's fieldpath.Set), by their joined form. */
export type FieldSet = ReadonlyMap<string, Path>

export function fieldSet(...paths: readonly Path[]): Map<string, Path> {
  return new Map(paths.map((path) => [keyOf(path), path]))
}

/** Adds `path`; the root isn't tracked. */
export function insert(set: Map<string, Path>, path: Path): void {
  if (path.length > 0) set.set(keyOf(path), path)
}

export function has(set: FieldSet, path: Path): boolean {
  return set.has(keyOf(path))
}

export function union(...sets: readonly FieldSet[]): FieldSet {
  return new Map(sets.flatMap((set) => [...set]))
}

export function difference(set: FieldSet, other: FieldSet): FieldSet {
  return new Map([...set].filter(([key]) => !other.has(key)))
}

export function intersection(set: FieldSet, other: FieldSet): FieldSet {
  return new Map([...set].filter(([key]) => other.has(key)))
}

/** The paths in Kubernetes' order: a level's members first, then what is below them. */
export function sortedPaths(set: FieldSet): readonly Path[] {
  return pathsBelow(treeOf(set), [])
}

/** `.data.a`, `.metadata.ownerReferences[uid="x"]`: as causes and conflict messages write a path. */
export function printPath(path: Path): string {
  return path.map(printElement).join('')
}

/** The set in the form of `fieldsV1`. */
export function toFieldsV1(set: FieldSet): JsonObject {
  return fieldsOf(treeOf(set))
}

export function fromFieldsV1(fields: JsonObject, prefix: Path = []): FieldSet {
  const set = fieldSet()
  for (const [element, below] of Object.entries(fields)) {
    const path = element === '.' ? prefix : [...prefix, element]
    const children = isJsonObject(below) ? below : {}
    if (element === '.' || Object.keys(children).length === 0) insert(set, path)
    for (const each of fromFieldsV1(children, path).values()) insert(set, each)
  }
  return set
}

interface Node {
  member: boolean
  readonly children: Map<string, Node>
}

function keyOf(path: Path): string {
  return path.join('\u0001')
}

function treeOf(set: FieldSet): Node {
  const root: Node = { member: false, children: new Map() }
  for (const path of set.values()) {
    let node = root
    for (const element of path) node = childOf(node, element)
    node.member = true
  }
  return root
}

function childOf(node: Node, element: string): Node {
  const child = node.children.get(element) ?? { member: false, children: new Map<string, Node>() }
  node.children.set(element, child)
  return child
}

function sortedChildren(node: Node): [string, Node][] {
  return [...node.children].sort(([a], [b]) => (a < b ? -1 : 1))
}

function pathsBelow(node: Node, prefix: Path): Path[] {
  const children = sortedChildren(node)
  const members = children.filter(([, child]) => child.member).map(([element]) => [...prefix, element])
  return [...members, ...children.flatMap(([element, child]) => pathsBelow(child, [...prefix, element]))]
}

function fieldsOf(node: Node): JsonObject {
  const fields: JsonObject = {}
  if (node.member && node.children.size > 0) fields['.'] = {}
  for (const [element, child] of sortedChildren(node)) fields[element] = fieldsOf(child)
  return fields
}

function printElement(element: string): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('v:')) return `[=${rest}]`
  const keys = Object.entries(JSON.parse(rest) as JsonObject)
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}
