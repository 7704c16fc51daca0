import { closingQuote, plain, quoted } from './scalar.ts'
import { DEPTH_LIMIT, type Entry, type Node, type Scalar } from './tree.ts'

export interface Flow {
  readonly node: Node
  /** Behind it. */
  readonly end: number
  /** Whether it was closed. Where it was not, the node has what came before. */
  readonly whole: boolean
}

interface Cursor {
  readonly text: string
  readonly to: number
  at: number
  broken: boolean
}

/** Reads `{…}` or `[…]`, JSON too, from `start`. */
export function readFlow(text: string, start: number, to: number): Flow {
  const cursor: Cursor = { text, to, at: start, broken: false }
  const node = readNode(cursor, 0) ?? { kind: 'mapping', entries: [] }
  return { node, end: cursor.at, whole: !cursor.broken }
}

function readNode(cursor: Cursor, depth: number): Node | undefined {
  skipSpace(cursor)
  skipProperties(cursor)
  const { text, at } = cursor
  if (depth > DEPTH_LIMIT) {
    cursor.broken = true
    return undefined
  }
  if (text[at] === '[') return { kind: 'sequence', items: readItems(cursor, depth) }
  if (text[at] === '{' && text[at + 1] !== '{')
    return { kind: 'mapping', entries: readEntries(cursor, depth) }
  return readScalar(cursor)
}

function readItems(cursor: Cursor, depth: number): readonly (Node | undefined)[] {
  const items: (Node | undefined)[] = []
  untilClosed(cursor, ']', () => {
    const item = readNode(cursor, depth + 1)
    skipSpace(cursor)
    // `[a: b]` is a list of one mapping.
    if (cursor.text[cursor.at] !== ':' || item?.kind !== 'scalar') return items.push(item)
    cursor.at++
    return items.push({ kind: 'mapping', entries: [{ key: item.text, value: readNode(cursor, depth + 1) }] })
  })
  return items
}

function readEntries(cursor: Cursor, depth: number): readonly Entry[] {
  const entries: Entry[] = []
  untilClosed(cursor, '}', () => {
    const key = readScalar(cursor)
    skipSpace(cursor)
    const hasValue = cursor.text[cursor.at] === ':'
    if (hasValue) cursor.at++
    const value = hasValue ? readValue(cursor, depth) : undefined
    entries.push({ key: key?.text ?? '', value })
  })
  return entries
}

function readValue(cursor: Cursor, depth: number): Node | undefined {
  skipSpace(cursor)
  return /[,}]/.test(cursor.text[cursor.at] ?? ',') ? undefined : readNode(cursor, depth + 1)
}

/** Reads one thing after the other, and the bracket that closes them. */
function untilClosed(cursor: Cursor, close: string, read: () => void): void {
  cursor.at++
  for (;;) {
    skipSpace(cursor)
    const { text, at, to } = cursor
    if (at >= to) cursor.broken = true
    if (cursor.broken) return
    if (text[at] === close) break
    if (text[at] === ',') cursor.at++
    else read()
    if (cursor.at === at) cursor.broken = true
  }
  cursor.at++
}

function readScalar(cursor: Cursor): Scalar | undefined {
  const { text, at, to } = cursor
  if (text[at] === '"' || text[at] === "'") {
    const close = closingQuote(text, at, { to })
    if (close === undefined) {
      cursor.broken = true
      return undefined
    }
    cursor.at = close + 1
    return quoted(text, at, close)
  }
  cursor.at = plainEnd(cursor)
  const found = plain(text, at, cursor.at)
  return found.text.startsWith('*') ? undefined : { ...found, ...trimmed(found) }
}

function trimmed({ start, text }: Scalar): Pick<Scalar, 'end' | 'text'> {
  const short = text.trimEnd()
  return { end: start + short.length, text: short }
}

const PLAIN_END = /[,[\]{}\n]|:(?=[\s,[\]{}])|\s#/g

function plainEnd({ text, at, to }: Cursor): number {
  let from = at
  for (;;) {
    if (text.startsWith('{{', from)) from = behindTemplate(text, from, to)
    PLAIN_END.lastIndex = from
    const end = Math.min(PLAIN_END.exec(text)?.index ?? to, to)
    if (end >= to || !text.startsWith('{{', end)) return end
    from = end
  }
}

function behindTemplate(text: string, at: number, to: number): number {
  const close = text.indexOf('}}', at)
  return close === -1 || close + 2 > to ? to : close + 2
}

/** Anchors and tags before a node. */
function skipProperties(cursor: Cursor): void {
  while (/[&!]/.test(cursor.text[cursor.at] ?? '')) {
    const { at, to } = cursor
    while (cursor.at < to && !/[\s,[\]{}]/.test(cursor.text[cursor.at] ?? '')) cursor.at++
    skipSpace(cursor)
    if (cursor.at === at) return
  }
}

function skipSpace(cursor: Cursor): void {
  const { text, to } = cursor
  while (cursor.at < to) {
    if (text.charCodeAt(cursor.at) <= 32) cursor.at++
    else if (text[cursor.at] === '#' && text.charCodeAt(cursor.at - 1) <= 32) {
      const newline = text.indexOf('\n', cursor.at)
      cursor.at = newline === -1 ? to : Math.min(to, newline)
    } else return
  }
}
