import { unescapedRuns } from './unescape.ts'

/** Text that was encoded inside of another. */
export interface Decoded {
  /** All that was found in one text, one after the other, each between bytes that no pattern crosses. */
  readonly bytes: Buffer
  /** Where the bytes from `start` to `end` of it come from. */
  origin(start: number, end: number): { readonly start: number; readonly end: number }
}

/** Between two texts: no token, name or number goes on over it. */
const BETWEEN = Buffer.from('\n\0\n')

interface Segment {
  /** In the decoded bytes. */
  readonly at: number
  readonly length: number
  /** Where byte `offset` of it begins in the encoded text. */
  readonly map: (offset: number) => number
}

/** What is encoded in a text by base64, hexadecimal digits, percent signs or backslashes; undefined where nothing is. */
export function decode(bytes: Buffer, limit: number): Decoded | undefined {
  const pieces: Buffer[] = []
  const segments: Segment[] = []
  let at = 0
  const add = ({ text, map }: Run): void => {
    if (at + text.length > limit) return
    segments.push({ at, length: text.length, map })
    pieces.push(text, BETWEEN)
    at += text.length + BETWEEN.length
  }
  for (const run of encodedRuns(bytes)) add(run)
  if (segments.length === 0) return undefined
  return { bytes: Buffer.concat(pieces), origin: (start, end) => originOf(segments, start, end) }
}

function originOf(
  segments: readonly Segment[],
  start: number,
  end: number,
): { readonly start: number; readonly end: number } {
  let low = 0
  let high = segments.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((segments[middle]?.at ?? 0) <= start) low = middle
    else high = middle - 1
  }
  const segment = segments[low] as Segment
  const last = Math.min(end - segment.at, segment.length)
  return { start: segment.map(start - segment.at), end: segment.map(last) }
}

/** A stretch of encoded text, decoded. */
export interface Run {
  readonly text: Buffer
  readonly map: (offset: number) => number
}

/** Shorter ones hold no token. */
const SHORTEST_BASE64 = 20
const SHORTEST_HEX = 32

/** Bits that tell what runs a byte may be in. */
const BASE64 = 1
const HEX = 2
const KINDS = kindsOf()

function kindsOf(): Uint8Array {
  const kinds = new Uint8Array(256)
  for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_'))
    kinds[byte] = BASE64
  for (const byte of Buffer.from('0123456789abcdefABCDEF')) kinds[byte] = BASE64 | HEX
  return kinds
}

function encodedRuns(bytes: Buffer): readonly Run[] {
  const runs: Run[] = []
  const { length } = bytes
  // A run that is long enough holds one of each so many bytes.
  for (let at = SHORTEST_BASE64 - 1; at < length; at += SHORTEST_BASE64) {
    if (KINDS[bytes[at] as number] === 0) continue
    let start = at
    while (start > 0 && KINDS[bytes[start - 1] as number] !== 0) start--
    let end = at + 1
    while (end < length && KINDS[bytes[end] as number] !== 0) end++
    const run = end - start < SHORTEST_BASE64 ? undefined : unwrap(bytes, start, end)
    if (run !== undefined) runs.push(run)
    at = Math.max(at, end - 1)
  }
  return [...runs, ...unescapedRuns(bytes)]
}

function unwrap(bytes: Buffer, start: number, end: number): Run | undefined {
  if (end - start >= SHORTEST_HEX && (end - start) % 2 === 0 && isHex(bytes, start, end)) {
    const text = Buffer.from(bytes.toString('latin1', start, end), 'hex')
    return isText(text) ? { text, map: (offset) => start + offset * 2 } : undefined
  }
  if (!beginsAsText(bytes, start)) return undefined
  const text = Buffer.from(bytes.toString('latin1', start, end), 'base64')
  const wide = fromWide(text)
  if (wide !== undefined) return { text: wide, map: (offset) => base64Offset(start, offset * 2, end) }
  return isText(text) ? { text, map: (offset) => base64Offset(start, offset, end) } : undefined
}

function isHex(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (((KINDS[bytes[at] as number] as number) & HEX) === 0) return false
  return true
}

function base64Offset(start: number, offset: number, end: number): number {
  return Math.min(end, start + Math.ceil((offset * 4) / 3))
}

const DIGITS = new Int8Array(128).fill(-1)
for (const [value, byte] of Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
).entries())
  DIGITS[byte] = value
DIGITS[45] = 62
DIGITS[95] = 63

/** Most words and numbers are no base64 of text: six characters tell. */
function beginsAsText(bytes: Buffer, start: number): boolean {
  const digit = (nth: number): number => DIGITS[bytes[start + nth] as number] as number
  const wide = (digit(1) & 15) === 0 && digit(2) >> 2 === 0
  return (
    isPrintable((digit(0) << 2) | (digit(1) >> 4)) &&
    (wide || isPrintable(((digit(1) & 15) << 4) | (digit(2) >> 2))) &&
    isPrintable(((digit(2) & 3) << 6) | digit(3)) &&
    (wide || isPrintable((digit(4) << 2) | (digit(5) >> 4)))
  )
}

function isPrintable(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13 || byte >= 0xc2
}

/** Of bytes that are no text, hardly any are printable. */
function isText(text: Buffer): boolean {
  if (text.length === 0) return false
  let odd = 0
  let wide = 0
  for (const byte of text) {
    if (byte >= 0x80) wide++
    else if (!isPrintable(byte)) odd++
  }
  return odd * 50 <= text.length && wide * 3 <= text.length
}

/** UTF-16 of ASCII, as PowerShell encodes commands. */
function fromWide(text: Buffer): Buffer | undefined {
  if (text.length < 8) return undefined
  for (let at = 1; at < text.length; at += 2) if (text[at] !== 0) return undefined
  const narrow = Buffer.alloc(text.length >> 1)
  for (let at = 0; at < narrow.length; at++) narrow[at] = text[at * 2] as number
  return narrow
}
