/** What stands between the halves of a text that is broken over two lines: its line end, and what goes with it. */

const TAB = 9
const FEED = 10
const RETURN = 13
const SPACE = 32
const [QUOTE, HASH, APOSTROPHE, STAR, PLUS, SLASH, GREATER, BACKSLASH, BAR] = [
  34, 35, 39, 42, 43, 47, 62, 92, 124,
]

/** Bytes that are skipped at most on either side: indentation is not deeper. */
const REACH = 200

/** The end of what comes before the break whose line feed is at `feed`. */
export function breakBefore(bytes: Uint8Array, feed: number): number {
  const least = Math.max(0, feed - REACH)
  let at = feed
  if (bytes[at - 1] === RETURN) at--
  at = backOverSpace(bytes, at, least)
  if (bytes[at - 1] === BACKSLASH) return closed(bytes, backOverSpace(bytes, at - 1, least))
  // A `+` belongs to the text itself, unless a quote or a space comes before it: `"abc" +`.
  if (bytes[at - 1] === PLUS) {
    const left = backOverSpace(bytes, at - 1, least)
    if (left < at - 1 || isQuote(bytes[left - 1])) return closed(bytes, left)
  }
  return closed(bytes, at)
}

/** Where the text goes on after the break that begins at `before`; `before` itself where there is none. */
export function breakAt(bytes: Uint8Array, before: number): number {
  let at = before
  if (isQuote(bytes[at])) at++
  at = overSpace(bytes, at)
  if (bytes[at] === PLUS || bytes[at] === BACKSLASH) at = overSpace(bytes, at + 1)
  if (bytes[at] === RETURN) at++
  if (bytes[at] !== FEED) return before
  at = overSpace(bytes, at + 1)
  at = overLeader(bytes, at)
  return isQuote(bytes[at]) ? at + 1 : at
}

/** What marks a line of a comment, of a quotation, or of a concatenation; a space has to follow. */
function overLeader(bytes: Uint8Array, at: number): number {
  const size = bytes[at] === SLASH && bytes[at + 1] === SLASH ? 2 : isLeader(bytes[at]) ? 1 : 0
  if (size === 0 || !(isSpace(bytes[at + size]) || isQuote(bytes[at + size]))) return at
  return overSpace(bytes, at + size)
}

function isLeader(byte: number | undefined): boolean {
  return byte === HASH || byte === STAR || byte === GREATER || byte === BAR || byte === PLUS
}

function closed(bytes: Uint8Array, at: number): number {
  return isQuote(bytes[at - 1]) ? at - 1 : at
}

function backOverSpace(bytes: Uint8Array, from: number, least: number): number {
  let at = from
  while (at > least && isSpace(bytes[at - 1])) at--
  return at
}

function overSpace(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < from + REACH && isSpace(bytes[at])) at++
  return at
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}

function isQuote(byte: number | undefined): boolean {
  return byte === QUOTE || byte === APOSTROPHE
}
