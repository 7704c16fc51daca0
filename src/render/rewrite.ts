import { isMap, isScalar, LineCounter, type Pair, type YAMLMap } from 'yaml'
import { parseFailsafe } from '../config/parser.ts'
import { isMapping, writeScalar, writeYaml, type Mapping, type Node } from '../manifests/yaml.ts'
import { readFormer, type Former } from './former.ts'

/**
 * The file's text with the wanted object in it. Comments, quotes and the order of keys stay where they were; `kept` is
 * false where a file was written in a way that does not let them.
 */
export function rewrite(
  text: string,
  former: Former,
  wanted: Mapping,
): { readonly text: string; readonly kept: boolean } {
  if (former.canonical) return { text: writeYaml(inOrderOf(former.root, wanted)), kept: true }
  if (isSame(former.root, wanted)) return { text, kept: true }
  const edited = edit(text, wanted)
  if (edited !== undefined && holds(edited, wanted)) return { text: edited, kept: true }
  return { text: writeYaml(inOrderOf(former.root, wanted)), kept: false }
}

/** The wanted mapping with its keys in the order in which they were, new ones last. */
function inOrderOf(former: Node | undefined, wanted: Mapping): Mapping {
  if (!isMapping(former)) return wanted
  const ordered = new Map<string, Node>()
  const put = (key: string, node: Node | undefined): void => {
    if (node === undefined || ordered.has(key)) return
    ordered.set(key, isMapping(node) ? inOrderOf(former.get(key), node) : node)
  }
  for (const key of former.keys()) put(key, wanted.get(key))
  for (const [key, node] of wanted) put(key, node)
  return ordered
}

/** Whether two nodes say the same, in whatever order and quotes. */
function isSame(one: Node | undefined, other: Node | undefined): boolean {
  if (isMapping(one) && isMapping(other))
    return one.size === other.size && [...one].every(([key, node]) => isSame(node, other.get(key)))
  if (isList(one) && isList(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]))
  return isScalarNode(one) && isScalarNode(other) && String(one) === String(other)
}

function isList(node: Node | undefined): node is readonly Node[] {
  return Array.isArray(node)
}

function isScalarNode(node: Node | undefined): node is string | number | boolean {
  return node !== undefined && typeof node !== 'object'
}

function holds(text: string, wanted: Mapping): boolean {
  const read = readFormer({ name: '', kind: 'file', text, readOnly: false, mode: 0, stamp: '' }, '')
  return 'former' in read && isSame(read.former.root, wanted)
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The text with as little of it replaced as can be; undefined where it is written in a way that is not understood here. */
function edit(text: string, wanted: Mapping): string | undefined {
  const document = parseFailsafe(text, new LineCounter())
  if (document === undefined || !isMap(document.contents)) return undefined
  const edits: Edit[] = []
  if (!editMap(document.contents, wanted, { text, edits })) return undefined
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((result, { start, end, text: by }) => result.slice(0, start) + by + result.slice(end), text)
}

interface Editing {
  readonly text: string
  readonly edits: Edit[]
}

function editMap(map: YAMLMap, wanted: Mapping, editing: Editing): boolean {
  const pairs = map.items.map((pair) => ({
    pair,
    key: isScalar(pair.key) ? String(pair.key.value) : undefined,
  }))
  const [first] = pairs
  if (map.flow === true || first === undefined || pairs.some(({ key }) => key === undefined)) return false
  const indent = columnOf(editing.text, startOf(first.pair))
  let last = 0
  for (const { pair, key = '' } of pairs) {
    const node = wanted.get(key)
    last = Math.max(last, endOfLine(editing.text, endOf(pair)))
    if (node === undefined) remove(pair, editing)
    else if (!editPair(pair, { key, node, indent }, editing)) return false
  }
  const known = new Set(pairs.map(({ key }) => key))
  const added = new Map([...wanted].filter(([key]) => !known.has(key)))
  if (added.size > 0) insert(last, indented(added, indent), editing)
  return true
}

function editPair(
  pair: Pair,
  { key, node, indent }: { key: string; node: Node; indent: number },
  editing: Editing,
): boolean {
  const { value } = pair
  if (isMapping(node) && isMap(value)) return editMap(value, node, editing)
  if (isScalar(value) && isScalarNode(node) && String(value.value) === String(node)) return true
  const block = blockOf(value, node, editing.text)
  if (block !== undefined) {
    editing.edits.push(block)
    return true
  }
  const place = placeOf(value, node)
  if (place !== undefined && isScalarNode(node)) editing.edits.push({ ...place, text: writeScalar(node) })
  else {
    const start = startOf(pair)
    const end = endOfLine(editing.text, endOf(pair))
    editing.edits.push({ start, end, text: indented(new Map([[key, node]]), indent).slice(indent) })
  }
  return true
}

/** The literal block with other lines in it, indented as it was; undefined where one of them is no such block. */
function blockOf(value: unknown, node: Node, text: string): Edit | undefined {
  if (!isScalar(value) || !value.range || value.type !== 'BLOCK_LITERAL' || typeof node !== 'string')
    return undefined
  const [start, end] = value.range
  const [, head = '', indent = ''] = /^(\|[ \t]*(?:#.*)?\n)( +)\S/.exec(text.slice(start, end)) ?? []
  if (head === '' || !/^(?:\S.*\n)+$/.test(node)) return undefined
  const lines = node.slice(0, -1).split('\n')
  return { start, end, text: head + lines.map((line) => `${indent}${line}\n`).join('') }
}

/** Where a scalar of one line can be put in the place of another; undefined where the whole entry has to be written. */
function placeOf(value: unknown, node: Node): { start: number; end: number } | undefined {
  if (!isScalar(value) || !value.range || value.type?.startsWith('BLOCK') === true) return undefined
  const [start, end] = value.range
  const isBlock = typeof node === 'string' && node.includes('\n')
  // An empty scalar has no place of its own.
  return isBlock || end === start ? undefined : { start, end }
}

function remove(pair: Pair, { text, edits }: Editing): void {
  const start = startOf(pair)
  edits.push({ start: start - columnOf(text, start), end: endOfLine(text, endOf(pair)), text: '' })
}

function insert(at: number, lines: string, { text, edits }: Editing): void {
  edits.push({ start: at, end: at, text: at > 0 && text[at - 1] !== '\n' ? `\n${lines}` : lines })
}

function indented(node: Mapping, indent: number): string {
  const prefix = ' '.repeat(indent)
  return writeYaml(node)
    .split('\n')
    .map((line) => (line === '' ? '' : prefix + line))
    .join('\n')
}

function startOf({ key }: Pair): number {
  return rangeOf(key)?.[0] ?? 0
}

function endOf({ key, value }: Pair): number {
  return rangeOf(value)?.[1] ?? rangeOf(key)?.[1] ?? 0
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return (node as { range?: [number, number, number] } | null | undefined)?.range
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}

/** Where the line after the one that `offset` is in, or just behind, begins. */
function endOfLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end + 1
}
