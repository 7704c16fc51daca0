import { isSpace, type Line } from './lines.ts'

/** No key, and no anchor or tag, is longer. */
export const KEY_LIMIT = 1024

/** Where a text is read. */
export interface Cursor {
  readonly text: string
  readonly lines: readonly Line[]
  /** The line that is read, and where in it. */
  index: number
  at: number
  broken: number
}

/** Goes behind blanks, anchors and tags. */
export function skipProperties(cursor: Cursor): void {
  const end = current(cursor)?.end ?? 0
  const found = /^(?:[ \t]|[&!][^\s,[\]{}]*(?=\s|$))+/.exec(
    cursor.text.slice(cursor.at, Math.min(end, cursor.at + KEY_LIMIT)),
  )
  cursor.at += found?.[0].length ?? 0
}

export function isDash({ text, at }: Cursor): boolean {
  return text[at] === '-' && (at + 1 >= text.length || isSpace(text.charCodeAt(at + 1)))
}

export function current({ lines, index }: Cursor): Line | undefined {
  return lines[index]
}

export function column(cursor: Cursor): number {
  return cursor.at - (current(cursor)?.start ?? 0)
}

export function ended({ lines, index }: Cursor): boolean {
  return index >= lines.length
}

export function atEnd(cursor: Cursor): boolean {
  const line = current(cursor)
  return line === undefined || cursor.at >= line.end || cursor.text[cursor.at] === '#'
}

/** To the next line that says something. */
export function advance(cursor: Cursor): void {
  do cursor.index++
  while (current(cursor) !== undefined && current(cursor)?.kind !== 'text')
  cursor.at = current(cursor)?.content ?? cursor.text.length
}

/** To the next line that says something, behind the one that `offset` is on. */
export function seek(cursor: Cursor, offset: number): void {
  for (let next = cursor.lines[cursor.index + 1]; next !== undefined && next.start <= offset;) {
    cursor.index++
    next = cursor.lines[cursor.index + 1]
  }
  advance(cursor)
}
