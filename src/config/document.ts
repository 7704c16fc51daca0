import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml'
import type { Place, Problem } from '../error.ts'

/** YAML as plain data: every scalar is the string that was written, an empty or null plain one is null. */
export type Plain = string | null | readonly Plain[] | { readonly [key: string]: Plain }

export type Path = readonly (string | number)[]

/** A parsed file, with the place of everything in it. */
export interface ParsedDocument {
  readonly root: Plain
  /** Every syntax error, with its place and never a quote of the source. */
  readonly problems: readonly Problem[]
  /** Where the value at `path` stands; with `key`, where its key does. The nearest ancestor where there is none. */
  readonly place: (path: Path, options?: { key?: boolean }) => Place
}

/** How much a document may expand to by aliases: nodes. A file written by hand has a few thousand. */
const NODE_LIMIT = 100_000
const DEPTH_LIMIT = 50

/**
 * Parses YAML 1.2 without touching its scalars: `0123`, `1.10`, `no` stay what was written. Parser messages quote the
 * source, so only their codes and positions are used. `locate` turns a position into a Place.
 */
export function parseYaml(text: string, locate: (line: number, column: number) => Place): ParsedDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
  })
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return locate(Math.max(1, line), Math.max(1, col))
  }
  const problems: Problem[] = document.errors.map(({ code, pos }) => ({
    code: 'CONFIG_INVALID',
    message: `invalid YAML: ${describeCode(code)}`,
    hint: HINTS[code] ?? 'check quotes, colons and indentation around here',
    at: at(pos[0]),
  }))
  const place = (path: Path, options?: { key?: boolean }): Place =>
    at(offsetOf(document, path, options?.key ?? false))
  if (problems.length > 0) return { root: null, problems, place }
  const walk = createWalk(document)
  const root = walk.plain(document.contents, 0)
  return {
    root,
    problems: walk.problems.map(({ offset, ...problem }) => ({ ...problem, at: at(offset) })),
    place,
  }
}

const HINTS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'write each key of a mapping once',
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'write one document: drop the `---` in the middle',
  BAD_ALIAS: 'declare the anchor (`&name`) before the alias (`*name`)',
}

/** `BAD_INDENT` → `bad indent`. */
function describeCode(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ')
}

interface Walk {
  readonly plain: (node: unknown, depth: number) => Plain
  readonly problems: (Problem & { offset: number })[]
}

function createWalk(document: Document): Walk {
  const problems: (Problem & { offset: number })[] = []
  let budget = NODE_LIMIT
  const refuse = (offset: number, message: string, hint: string): null => {
    if (problems.length === 0) problems.push({ code: 'CONFIG_INVALID', message, hint, offset })
    return null
  }
  const plain = (node: unknown, depth: number): Plain => {
    if (problems.length > 0) return null
    if (budget-- <= 0 || depth > DEPTH_LIMIT)
      return refuse(startOf(node), 'the document expands to too much', 'use fewer aliases and less nesting')
    return isAlias(node) ? plain(node.resolve(document), depth + 1) : inner(node, depth)
  }
  const inner = (node: unknown, depth: number): Plain => {
    if (isSeq(node)) return node.items.map((item) => plain(item, depth + 1))
    if (isMap(node)) return Object.fromEntries(node.items.map((pair) => entry(pair, depth)))
    return isScalar(node) ? scalar(node) : null
  }
  const entry = ({ key, value }: Pair, depth: number): [string, Plain] => {
    if (isScalar(key)) return [String(key.value), plain(value, depth + 1)]
    refuse(startOf(key), 'a key that is no plain text', 'write keys as plain words')
    return ['', null]
  }
  return { plain, problems }
}

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL'])

function scalar({ value, type }: { value: unknown; type?: string }): string | null {
  const text = typeof value === 'string' ? value : ''
  return type === 'PLAIN' && NULLS.has(text) ? null : text
}

/** The offset of the node at `path`, or of its nearest ancestor. */
function offsetOf(document: Document, path: Path, key: boolean): number {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const [index, step] of path.entries()) {
    const resolved = isAlias(node) ? node.resolve(document) : node
    const wantsKey = key && index === path.length - 1
    if (isMap(resolved)) {
      const pair = resolved.items.find(({ key: name }) => isScalar(name) && name.value === String(step))
      if (pair === undefined) return offset
      node = pair.value
      offset = wantsKey || node === null ? startOf(pair.key) : startOf(node)
    } else if (isSeq(resolved)) {
      node = resolved.items[Number(step)]
      offset = node === undefined ? offset : startOf(node)
    } else return offset
  }
  return offset
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}
