/** A place that was found, and what stands for it in a hash. */
export interface Hidden {
  readonly start: number
  readonly end: number
  readonly rule: string
}

/**
 * A hash for each of the lines asked for (from 0): GitHub's `primaryLocationLineHash`, by which code scanning knows an alert
 * again, of the text in which the rule's id stands for all that was found. `latin1` has one code unit a byte. It is of the
 * hundred characters from the line's start, white space apart, and ends in how many times the same has come by then.
 */
export function lineHashes(
  latin1: string,
  hidden: readonly Hidden[],
  lines: readonly number[],
): ReadonlyMap<number, string> {
  const asked = new Set(lines)
  const hashes = hashAll(latin1, merge(hidden), Math.max(-1, ...asked))
  const wanted = new Set([...asked].map((line) => hashes.at(line)))
  const counts = new Map<string, number>()
  const found = new Map<number, string>()
  for (let line = 0; line < hashes.count; line++) {
    const hash = hashes.at(line)
    if (!wanted.has(hash)) continue
    const count = (counts.get(hash) ?? 0) + 1
    counts.set(hash, count)
    if (asked.has(line)) found.set(line, `${hash}:${count}`)
  }
  return found
}

/** The same places, none of which overlaps another, by where they start. */
function merge(hidden: readonly Hidden[]): readonly Hidden[] {
  const merged: Hidden[] = []
  for (const each of hidden.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && each.start < last.end)
      merged[merged.length - 1] = { ...last, end: Math.max(last.end, each.end) }
    else merged.push(each)
  }
  return merged
}

const WINDOW = 100
const BASE = 37
const TAB = 9
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const SPACE = 32
/** What stands for the end of the file. */
const END = 65535
const WORD = 0x1_0000_0000

/** The hashes of the lines up to `last`. What comes after them is taken as far as it matters to one. */
function hashAll(latin1: string, hidden: readonly Hidden[], last: number): Hashes {
  const roll = createRoll(last + 1)
  let [line, fresh, carriage] = [0, true, false]
  const take = (code: number): void => {
    const isFeed = code === LINE_FEED
    if (code === SPACE || code === TAB || (isFeed && carriage)) {
      if (isFeed) line++
      carriage = false
      return
    }
    carriage = code === CARRIAGE_RETURN
    roll.push(carriage ? LINE_FEED : code, fresh ? line : -1)
    fresh = isFeed || carriage
    if (isFeed) line++
  }
  for (const piece of pieces(latin1, hidden)) {
    for (let at = 0; at < piece.length; at++) take(piece.charCodeAt(at))
    if (line > last && roll.done()) return roll
  }
  take(END)
  for (let rest = 0; rest < WINDOW; rest++) roll.push(0, -1)
  return roll
}

/** The text as UTF-16, line by line, with the ids of rules for what is hidden; line feeds within that are kept. */
function* pieces(latin1: string, hidden: readonly Hidden[]): Generator<string> {
  let at = 0
  for (const { start, end, rule } of hidden) {
    yield* linesFrom(latin1, at, start)
    yield rule
    yield latin1.slice(start, end).replaceAll(/[^\n]+/g, '')
    at = end
  }
  yield* linesFrom(latin1, at, latin1.length)
}

function* linesFrom(latin1: string, from: number, to: number): Generator<string> {
  for (let at = from; at < to;) {
    const feed = latin1.indexOf('\n', at)
    const next = feed === -1 || feed >= to ? to : feed + 1
    yield Buffer.from(latin1.slice(at, next), 'latin1').toString('utf8')
    at = next
  }
}

interface Hashes {
  readonly count: number
  /** In hexadecimal. */
  at(line: number): string
}

interface Roll extends Hashes {
  /** Takes a character; `line`: that it is the first of, or -1. */
  push(code: number, line: number): void
  /** Whether the hash of the last line is known. */
  done(): boolean
}

/** A hash of the last hundred characters, modulo 2^64, in two halves: each product is exact as a number. */
function createRoll(count: number): Roll {
  const codes = new Uint16Array(WINDOW)
  const starts = new Int32Array(WINDOW).fill(-1)
  const hashes = new Uint32Array(2 * count)
  let [high, low, index, closed] = [0, 0, 0, -1]
  const close = (): void => {
    const line = starts[index] as number
    if (line > closed && line < count) [hashes[2 * line], hashes[2 * line + 1], closed] = [high, low, line]
    starts[index] = -1
  }
  return {
    count,
    push(code, line) {
      close()
      const leaving = codes[index] as number
      const gone = FIRST_LOW * leaving
      const difference = low * BASE + code - (gone % WORD)
      const carry = Math.floor(difference / WORD)
      const lost = FIRST_HIGH * leaving + Math.floor(gone / WORD)
      low = difference - carry * WORD
      high = modulo(high * BASE + carry - lost)
      codes[index] = code
      starts[index] = line
      index = (index + 1) % WINDOW
    },
    done: () => closed === count - 1,
    at: (line) => hexadecimal(hashes[2 * line] as number, hashes[2 * line + 1] as number),
  }
}

function hexadecimal(high: number, low: number): string {
  return high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0')
}

function modulo(value: number): number {
  return ((value % WORD) + WORD) % WORD
}

/** 37^100 modulo 2^64, in halves. */
const [FIRST_HIGH, FIRST_LOW] = firstPower()

function firstPower(): readonly [number, number] {
  const power = BigInt.asUintN(64, BigInt(BASE) ** BigInt(WINDOW))
  return [Number(power >> 32n), Number(power & 0xffff_ffffn)]
}
