import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml'
import type { Place, Problem } from '../error.ts'
import { MOST_PROBLEMS, parseFailsafe } from './parser.ts'
import { tokensOf, tooMuch, type Excess } from './token-limit.ts'

/** YAML as plain data: every scalar is the string that was written, an empty or null plain one is null. */
export type Plain = string | null | readonly Plain[] | { readonly [key: string]: Plain }

export type Path = readonly (string | number)[]

/** A parsed file, with the place of everything in it. */
export interface ParsedDocument {
  readonly root: Plain
  /** The syntax errors, with their places and never a quote of the source; of very many the first hundred. */
  readonly problems: readonly Problem[]
  /** What it has more of than is read, where that is the problem. */
  readonly excess?: Excess
  /** Where the value at `path` stands; with `key`, where its key does. The nearest ancestor where there is none. */
  readonly place: (path: Path, options?: { key?: boolean }) => Place
}

/** How much a document may expand to by aliases: nodes. A file written by hand has a few thousand. */
const NODE_LIMIT = 50_000
const DEPTH_LIMIT = 50

/**
 * Parses YAML 1.2 without touching its scalars: `0123`, `1.10`, `no` stay what was written. Parser messages quote the
 * source, so only their codes and positions are used. `locate` turns a position into a Place.
 */
export function parseYaml(text: string, locate: (line: number, column: number) => Place): ParsedDocument {
  const none = (problem: Problem): ParsedDocument => ({
    root: null,
    problems: [problem],
    place: () => locate(1, 1),
  })
  const lexed = tokensOf(text)
  if ('excess' in lexed) return { ...none(tooMuch(text, lexed.excess, locate)), excess: lexed.excess }
  const lines = new LineCounter()
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return locate(Math.max(1, line), Math.max(1, col))
  }
  const document = parseFailsafe(text, lines, lexed.tokens)
  if (document === undefined) return none(problemOf({ code: 'RESOURCE_EXHAUSTION', offset: 0 }, at))
  const { targets, duplicates } = survey(document)
  const pairOf = createPairs()
  const place = (path: Path, options?: { key?: boolean }): Place =>
    at(offsetOf(document, { targets, pairOf }, { path, key: options?.key ?? false }))
  const problems = [...syntaxFaults(document), ...duplicates].slice(0, MOST_PROBLEMS)
  if (problems.length > 0)
    return { root: null, problems: problems.map((fault) => problemOf(fault, at)), place }
  const walk = createWalk(targets)
  const root = walk.plain(document.contents, 0)
  return {
    root: walk.problems.length === 0 ? root : null,
    problems: walk.problems.map(({ offset, ...problem }) => ({ ...problem, at: at(offset) })),
    place,
  }
}

interface SyntaxFault {
  readonly code: string
  readonly offset: number
}

/** A tag that is not understood is only a warning to the parser, but its value would not be what was meant. */
function syntaxFaults({ errors, warnings }: Document): readonly SyntaxFault[] {
  const tags = warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED')
  return [...errors, ...tags].map(({ code, pos }) => ({ code, offset: pos[0] }))
}

function problemOf({ code, offset }: SyntaxFault, at: (offset: number) => Place): Problem {
  return {
    code: 'CONFIG_INVALID',
    message: `invalid YAML: ${describeCode(code)}`,
    hint: HINTS[code] ?? 'check quotes, colons and indentation around here',
    at: at(offset),
  }
}

/** What each alias stands for; undefined where nothing before it has its name. */
type Targets = ReadonlyMap<unknown, Node | undefined>

/** Aliases with their targets, and keys that stand twice, in one pass: the parser's own ways take a pass for each. */
function survey(document: Document): { targets: Targets; duplicates: readonly SyntaxFault[] } {
  const anchors = new Map<string, Node>()
  const targets = new Map<unknown, Node | undefined>()
  const duplicates: SyntaxFault[] = []
  const see = (node: unknown): void => {
    if (isAlias(node)) targets.set(node, anchors.get(node.source))
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    if (isSeq(node)) node.items.forEach(see)
    if (isMap(node)) seeMap(node)
  }
  const seeMap = (map: YAMLMap): void => {
    if (duplicates.length < MOST_PROBLEMS) duplicates.push(...duplicateKeys(map))
    for (const { key, value } of map.items) {
      see(key)
      see(value)
    }
  }
  see(document.contents)
  return { targets, duplicates }
}

/** The keys that stand there before, of very many the first hundred. */
function duplicateKeys({ items }: YAMLMap): readonly SyntaxFault[] {
  const seen = new Set<unknown>()
  const twice: SyntaxFault[] = []
  for (const { key } of items) {
    if (!isScalar(key)) continue
    if (seen.has(key.value)) twice.push({ code: 'DUPLICATE_KEY', offset: startOf(key) })
    if (twice.length === MOST_PROBLEMS) break
    seen.add(key.value)
  }
  return twice
}

const HINTS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'write each key of a mapping once',
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'write one document: drop the `---` in the middle',
  BAD_ALIAS: 'write an alias as `*name`, or quote the text',
  TAG_RESOLVE_FAILED: 'remove the tag (`!name`): every scalar is text, exactly as it is written',
  UNEXPECTED_TOKEN: 'quote a text that holds brackets, braces, commas or ` #`',
  MISSING_CHAR: 'is a quote, bracket, comma or space missing?',
  RESOURCE_EXHAUSTION: 'use less nesting',
}

/** `BAD_INDENT` → `bad indent`. */
function describeCode(code: string): string {
  if (code === 'TAG_RESOLVE_FAILED') return 'a tag that is not understood'
  return code.toLowerCase().replaceAll('_', ' ')
}

interface Walk {
  readonly plain: (node: unknown, depth: number) => Plain
  readonly problems: (Problem & { offset: number })[]
}

function createWalk(targets: Targets): Walk {
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
    return isAlias(node) ? aliased(node, depth) : inner(node, depth)
  }
  const aliased = (node: unknown, depth: number): Plain => {
    const target = targets.get(node)
    if (target !== undefined) return plain(target, depth + 1)
    return refuse(
      startOf(node),
      'an alias without its anchor',
      'declare `&name` before `*name`, or quote the text',
    )
  }
  const inner = (node: unknown, depth: number): Plain => {
    if (isSeq(node)) return node.items.map((item) => plain(item, depth + 1))
    if (isMap(node)) return Object.fromEntries(node.items.map((pair) => entry(pair, depth)))
    return isScalar(node) ? scalar(node) : null
  }
  const entry = ({ key, value }: Pair, depth: number): [string, Plain] => {
    // An object would take it for its prototype, and the key would be lost in silence.
    if (isScalar(key) && key.value !== '__proto__') return [String(key.value), plain(value, depth + 1)]
    refuse(startOf(key), 'a key that can’t be one', 'write keys as plain words')
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
function offsetOf(
  document: Document,
  { targets, pairOf }: { targets: Targets; pairOf: Pairs },
  { path, key }: { path: Path; key: boolean },
): number {
  let node: unknown = document.contents
  let offset = startOf(node)
  for (const [index, step] of path.entries()) {
    const resolved = isAlias(node) ? targets.get(node) : node
    const wantsKey = key && index === path.length - 1
    if (isMap(resolved)) {
      const pair = pairOf(resolved, String(step))
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

/** The pair of a mapping by its key. */
type Pairs = (map: YAMLMap, key: string) => Pair | undefined

/** Each mapping is gone through once, however many of its keys are asked for. */
function createPairs(): Pairs {
  const known = new Map<YAMLMap, ReadonlyMap<unknown, Pair>>()
  return (map, key) => {
    const pairs =
      known.get(map) ??
      new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[pair.key.value, pair]] : [])))
    known.set(map, pairs)
    return pairs.get(key)
  }
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}
