import { current, KEY_LIMIT, type Cursor } from './cursor.ts'
import { isSpace } from './lines.ts'
import { closingQuote, quoted } from './scalar.ts'

export interface Key {
  readonly text: string
  /** Behind the colon. */
  readonly after: number
}

/** The key that stands at the cursor, with a colon after it. */
export function keyAt(cursor: Cursor): Key | undefined {
  const { text, at } = cursor
  const line = text.slice(at, Math.min(current(cursor)?.end ?? at, at + KEY_LIMIT))
  if (/^["']/.test(line)) return quotedKey(text, at, at + line.length)
  if (/^(?:[[#|>%@`]|\{(?!\{))/.test(line)) return undefined
  const from = line.startsWith('{') ? Math.max(0, line.lastIndexOf('}}')) : 0
  const colon = findColon(line, from)
  const key = line.slice(0, colon)
  return colon === -1 || key.includes(' #') ? undefined : { text: key.trimEnd(), after: at + colon + 1 }
}

/** A colon that ends a key: with white space or nothing behind it. */
function findColon(line: string, from: number): number {
  let colon = line.indexOf(':', from)
  while (colon !== -1 && colon + 1 < line.length && !isSpace(line.charCodeAt(colon + 1)))
    colon = line.indexOf(':', colon + 1)
  return colon
}

function quotedKey(text: string, at: number, end: number): Key | undefined {
  const close = closingQuote(text, at, { to: end })
  if (close === undefined) return undefined
  const colon = /^\s*:(?=\s|$)/.exec(text.slice(close + 1, end))?.[0].length
  return colon === undefined ? undefined : { text: quoted(text, at, close).text, after: close + 1 + colon }
}
