import {
  advance,
  atEnd,
  column,
  current,
  ended,
  isDash,
  seek,
  skipProperties,
  type Cursor,
} from './cursor.ts'
import { readFlow } from './flow.ts'
import { keyAt } from './keys.ts'
import { documentsOf, linesOf, type Line } from './lines.ts'
import { closingQuote, plain, quoted } from './scalar.ts'
import { DEPTH_LIMIT, type Entry, type Mapping, type Node, type Scalar, type Sequence } from './tree.ts'

/** Brackets that are not closed after which the rest of a document is left: each may have been looked for to its end. */
const BROKEN_LIMIT = 16

/**
 * Reads whatever is there of YAML, JSON, or a template that makes either: it goes by lines and columns, takes time for
 * bytes, resolves no alias and refuses nothing. A part of a larger text is read where it stands.
 */
export function readDocuments(text: string, from = 0, to = text.length): readonly Node[] {
  return documentsOf(text, linesOf(text, from, to)).flatMap((lines) => {
    const cursor: Cursor = { text, lines, index: -1, at: 0, broken: 0 }
    advance(cursor)
    const roots: Node[] = []
    while (!ended(cursor)) {
      const node = readNode(cursor, 0)
      if (node !== undefined) roots.push(node)
    }
    return roots
  })
}

/** Goes on at least by a line. */
function readNode(cursor: Cursor, depth: number): Node | undefined {
  skipProperties(cursor)
  if (depth > DEPTH_LIMIT) {
    skipFrom(cursor, column(cursor))
    return undefined
  }
  if (isDash(cursor)) return readSequence(cursor, depth)
  if (keyAt(cursor) !== undefined) return readMapping(cursor, depth)
  return readInline(cursor, column(cursor) - 1)
}

function readMapping(cursor: Cursor, depth: number): Mapping {
  const own = column(cursor)
  const entries: Entry[] = []
  while (!ended(cursor) && column(cursor) === own && !isDash(cursor)) {
    const key = keyAt(cursor)
    if (key === undefined) advance(cursor)
    else {
      cursor.at = key.after
      entries.push({ key: key.text, value: readAfter(cursor, own, depth) })
    }
    // What is indented as if it belonged here, in a template or by mistake.
    while (!ended(cursor) && column(cursor) > own)
      entries.push({ key: '', value: readNode(cursor, depth + 1) })
  }
  return { kind: 'mapping', entries }
}

function readSequence(cursor: Cursor, depth: number): Sequence {
  const own = column(cursor)
  const items: (Node | undefined)[] = []
  while (!ended(cursor) && column(cursor) === own && isDash(cursor)) {
    cursor.at++
    items.push(readItem(cursor, own, depth))
    while (!ended(cursor) && column(cursor) > own) items.push(readNode(cursor, depth + 1))
  }
  return { kind: 'sequence', items }
}

function readItem(cursor: Cursor, own: number, depth: number): Node | undefined {
  skipProperties(cursor)
  const nested = !atEnd(cursor) && (isDash(cursor) || keyAt(cursor) !== undefined)
  return nested ? readNode(cursor, depth + 1) : readAfter(cursor, own, depth)
}

/** What follows a `:` or `-` that belongs to the column `own`. */
function readAfter(cursor: Cursor, own: number, depth: number): Node | undefined {
  skipProperties(cursor)
  if (!atEnd(cursor)) return readInline(cursor, own)
  advance(cursor)
  if (ended(cursor)) return undefined
  const deeper = column(cursor) > own || (column(cursor) === own && isDash(cursor))
  return deeper ? readNode(cursor, depth + 1) : undefined
}

/** A value that begins on this line, and belongs to the column `own`. */
function readInline(cursor: Cursor, own: number): Node | undefined {
  const rest = cursor.text.slice(cursor.at, current(cursor)?.end)
  if (/^(?:\[|\{(?!\{))/.test(rest)) return readBrackets(cursor)
  if (/^["']/.test(rest)) return readQuoted(cursor, own)
  if (/^[|>]/.test(rest) && isBlockHeader(rest)) return readBlock(cursor, own)
  if (!rest.startsWith('*')) return readPlain(cursor, own)
  advance(cursor)
  return undefined
}

function isBlockHeader(text: string): boolean {
  return /^[|>][-+\d]{0,2}(?:\s+#.*)?$/.test(text)
}

function readBrackets(cursor: Cursor): Node {
  const { text, at, lines } = cursor
  const flow = readFlow(text, at, lines.at(-1)?.end ?? at)
  if (flow.whole) seek(cursor, flow.end)
  else if (++cursor.broken > BROKEN_LIMIT) seek(cursor, text.length)
  else advance(cursor)
  return flow.node
}

function readQuoted(cursor: Cursor, own: number): Scalar {
  const { text, at, lines } = cursor
  let last = cursor.index
  const belongs = ({ kind, content, start }: Line): boolean => kind === 'blank' || content - start > own
  let close = closingQuote(text, at, { to: lines[last]?.end ?? at })
  for (let next = lines[last + 1]; close === undefined && next !== undefined && belongs(next);) {
    last++
    close = closingQuote(text, at, { from: next.start, to: next.end })
    next = lines[last + 1]
  }
  if (close === undefined) return readPlain(cursor, own)
  seek(cursor, close)
  return quoted(text, at, close)
}

function readPlain(cursor: Cursor, own: number): Scalar {
  const { text, at } = cursor
  const line = current(cursor)
  let end = withoutComment(text, at, line?.end ?? at)
  advance(cursor)
  while (!ended(cursor) && column(cursor) > own && keyAt(cursor) === undefined) {
    end = withoutComment(text, cursor.at, current(cursor)?.end ?? end)
    advance(cursor)
  }
  return plain(text, at, end)
}

function readBlock(cursor: Cursor, own: number): Scalar {
  const { text, lines } = cursor
  const first = cursor.index + 1
  let behind = first
  const belongs = ({ kind, content, start }: Line): boolean =>
    kind === 'blank' || kind === 'template' || content - start > own
  for (let line = lines[behind]; line !== undefined && belongs(line); line = lines[behind]) behind++
  const block = lines.slice(first, behind)
  const written = block.filter(({ kind }) => kind !== 'blank')
  const indent = Math.min(...written.slice(0, 1).map(({ content, start }) => content - start))
  const [start, end] = [written[0]?.content ?? cursor.at, written.at(-1)?.end ?? cursor.at]
  cursor.index = behind - 1
  advance(cursor)
  const content = block
    .map((line) => text.slice(Math.min(line.start + indent, line.end), line.end))
    .join('\n')
  return { kind: 'scalar', style: 'block', start, end, text: content.trimEnd() }
}

function withoutComment(text: string, at: number, end: number): number {
  const comment = /\s+#/.exec(text.slice(at, end))
  return comment === null ? end : at + comment.index
}

function skipFrom(cursor: Cursor, own: number): void {
  do advance(cursor)
  while (!ended(cursor) && column(cursor) >= own)
}
