import type { Run } from './decode.ts'

const PERCENT = 37
const BACKSLASH = 92
/** Escapes further apart than this are in different texts. */
const GAP = 128
/** Characters on both sides of an escape that are taken with it. */
const MARGIN = 256

/** Stretches with `%41`, `\x41` or `\u0041` in them, with what stands around them. */
export function* unescapedRuns(bytes: Buffer): Generator<Run> {
  let first = -1
  let last = -1
  const run = (): Run => unescape(bytes, Math.max(0, first - MARGIN), Math.min(bytes.length, last + MARGIN))
  for (const at of escapesIn(bytes)) {
    if (first >= 0 && at - last > GAP) {
      yield run()
      first = -1
    }
    if (first < 0) first = at
    last = at
  }
  if (first >= 0) yield run()
}

/** Where escapes are, in their order. */
function* escapesIn(bytes: Buffer): Generator<number> {
  let percent = bytes.indexOf(PERCENT)
  let backslash = bytes.indexOf(BACKSLASH)
  while (percent >= 0 || backslash >= 0) {
    const isPercent = backslash < 0 || (percent >= 0 && percent < backslash)
    const at = isPercent ? percent : backslash
    if (escapeAt(bytes, at) !== undefined) yield at
    if (isPercent) percent = bytes.indexOf(PERCENT, at + 1)
    else backslash = bytes.indexOf(BACKSLASH, at + 1)
  }
}

function unescape(bytes: Buffer, start: number, end: number): Run {
  const text = Buffer.alloc(end - start)
  const origins = new Uint32Array(end - start + 1)
  let size = 0
  for (let at = start; at < end;) {
    const escape = escapeAt(bytes, at)
    origins[size] = at
    text[size++] = escape?.byte ?? (bytes[at] as number)
    at += escape?.size ?? 1
  }
  origins[size] = end
  return { text: text.subarray(0, size), map: (offset) => origins[offset] ?? end }
}

interface Escape {
  readonly byte: number
  readonly size: number
}

/** An escape of an ASCII character: others are part of no token. */
function escapeAt(bytes: Buffer, at: number): Escape | undefined {
  if (bytes[at] === PERCENT) return hexAt(bytes, at + 1, { digits: 2, size: 3 })
  if (bytes[at] !== BACKSLASH) return undefined
  if (bytes[at + 1] === 0x78) return hexAt(bytes, at + 2, { digits: 2, size: 4 })
  return bytes[at + 1] === 0x75 ? hexAt(bytes, at + 2, { digits: 4, size: 6 }) : undefined
}

function hexAt(
  bytes: Buffer,
  from: number,
  { digits, size }: { readonly digits: number; readonly size: number },
): Escape | undefined {
  let byte = 0
  for (let nth = 0; nth < digits; nth++) {
    const digit = hexDigit(bytes[from + nth])
    if (digit === undefined) return undefined
    byte = byte * 16 + digit
  }
  return byte >= 32 && byte < 127 ? { byte, size } : undefined
}

function hexDigit(byte = 0): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined
}
