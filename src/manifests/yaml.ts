/** What a rendered file holds: mappings keep the order of their keys. */
export type Node = string | number | boolean | readonly Node[] | Mapping

export type Mapping = ReadonlyMap<string, Node>

/** A mapping of these pairs, without those whose value is undefined or an empty mapping. */
export function mapping(pairs: Readonly<Record<string, Node | undefined>>): Mapping {
  return new Map(
    Object.entries(pairs).filter(
      (pair): pair is [string, Node] => pair[1] !== undefined && !(isMapping(pair[1]) && pair[1].size === 0),
    ),
  )
}

export function isMapping(node: Node | undefined): node is Mapping {
  return node instanceof Map
}

/**
 * One document in the one shape that is written here: two spaces a level, texts of several lines as literal blocks, every
 * other text plain where nobody can take it for something else and quoted elsewhere. `readYaml` reads this shape.
 */
export function writeYaml(root: Mapping): string {
  const lines: string[] = []
  writeMapping(root, '', lines)
  return `${lines.join('\n')}\n`
}

/** A scalar as it stands after `key: `, where it takes one line. */
export function writeScalar(value: string | number | boolean): string {
  return typeof value === 'string' ? quoteIfNeeded(value) : String(value)
}

function writeMapping(node: Mapping, indent: string, lines: string[]): void {
  for (const [key, value] of node) writeEntry(`${indent}${quoteIfNeeded(key)}:`, value, { indent, lines })
}

function writeEntry(head: string, value: Node, { indent, lines }: { indent: string; lines: string[] }): void {
  const inner = `${indent}  `
  if (isMapping(value)) {
    lines.push(value.size === 0 ? `${head} {}` : head)
    writeMapping(value, inner, lines)
  } else if (isList(value)) {
    lines.push(value.length === 0 ? `${head} []` : head)
    for (const item of value) writeItem(item, inner, lines)
  } else if (typeof value === 'string' && isBlock(value)) {
    lines.push(
      `${head} |`,
      ...value
        .slice(0, -1)
        .split('\n')
        .map((line) => (line === '' ? '' : inner + line)),
    )
  } else lines.push(`${head} ${writeScalar(value)}`)
}

/** An item of a list: its first line after the dash, the others below that. */
function writeItem(item: Node, indent: string, lines: string[]): void {
  if (!isMapping(item) && !isList(item)) {
    lines.push(`${indent}- ${writeScalar(item)}`)
    return
  }
  const own: string[] = []
  if (isMapping(item)) writeMapping(item, `${indent}  `, own)
  else for (const each of item) writeItem(each, `${indent}  `, own)
  const [first, ...rest] = own
  const empty = isMapping(item) ? '{}' : '[]'
  lines.push(`${indent}- ${first === undefined ? empty : first.slice(indent.length + 2)}`, ...rest)
}

function isList(node: Node): node is readonly Node[] {
  return Array.isArray(node)
}

/** Several lines of printable characters, each ended and none indented or ending in a space: what a literal block shows as it is. */
function isBlock(text: string): boolean {
  return /^(?:[!-~](?:[ -~]*[!-~])?\n)+$/.test(text) && text.indexOf('\n') !== -1
}

/** Nobody takes these for anything but text, whichever version of YAML they speak. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_./+=-]*$/
const WORDS = /^(?:true|false|yes|no|on|off|null|y|n|e[-+]?\d+)$/i
/** What JSON does not escape and YAML takes for a line end, or nobody sees. */
const HIDDEN =
  /[\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff0-\uffff]/g

function quoteIfNeeded(text: string): string {
  if (PLAIN.test(text) && !WORDS.test(text)) return text
  return JSON.stringify(text).replace(
    HIDDEN,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/**
 * The mapping of a text in exactly the shape that `writeYaml` writes, without lists; undefined for any other text, however
 * valid. Many times as fast as a parser of YAML.
 */
export function readYaml(text: string): Mapping | undefined {
  if (!text.endsWith('\n')) return undefined
  const lines = text.slice(0, -1).split('\n')
  const reading = { lines, at: 0 }
  const root = readMapping(reading, 0)
  return root === undefined || reading.at < lines.length || writeYaml(root) !== text ? undefined : root
}

interface Reading {
  readonly lines: readonly string[]
  at: number
}

/** The mapping whose keys stand at this indentation; undefined where something else does. */
function readMapping(reading: Reading, indent: number): Mapping | undefined {
  const found = new Map<string, Node>()
  for (let line = lineAt(reading, indent); line !== undefined; line = lineAt(reading, indent)) {
    reading.at++
    const colon = line.startsWith('"')
      ? line.indexOf('": ') + 1 || line.lastIndexOf('":') + 1
      : line.indexOf(':')
    const key = readScalar(line.slice(0, colon))
    if (colon < 1 || typeof key !== 'string' || found.has(key)) return undefined
    const value = readValue(line.slice(colon + 1), reading, indent)
    if (value === undefined) return undefined
    found.set(key, value)
  }
  return found.size === 0 ? undefined : found
}

/** The line that comes next, without its indentation, where that is this one. */
function lineAt({ lines, at }: Reading, indent: number): string | undefined {
  const line = lines[at]
  if (line === undefined || line.length <= indent) return undefined
  for (let column = 0; column < indent; column++) if (line[column] !== ' ') return undefined
  return line[indent] === ' ' ? undefined : line.slice(indent)
}

function readValue(rest: string, reading: Reading, indent: number): Node | undefined {
  if (rest === '') return readMapping(reading, indent + 2)
  if (rest === ' |') return readBlock(reading, indent + 2)
  return rest.startsWith(' ') ? readScalar(rest.slice(1)) : undefined
}

function readBlock(reading: Reading, indent: number): string {
  const prefix = ' '.repeat(indent)
  let text = ''
  for (
    let line = reading.lines[reading.at];
    line?.startsWith(prefix) === true;
    line = reading.lines[reading.at]
  ) {
    text += `${line.slice(indent)}\n`
    reading.at++
  }
  return text
}

function readScalar(text: string): string | number | boolean | undefined {
  if (text.startsWith('"')) return readQuoted(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return /^\d{1,9}$/.test(text) ? Number(text) : text
}

function readQuoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
