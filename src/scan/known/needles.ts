import type { Watch } from '../watch.ts'
import { createGrams, gramAt, type Grams } from './grams.ts'
import { breakAt, breakBefore } from './line-breaks.ts'

/** Texts to be found in a text, also where it breaks them over several lines. */
export interface Needles {
  find(bytes: Uint8Array, hit: (needle: number, start: number, end: number) => void, watch: Watch): void
}

const GRAM = 4
/** Bytes between two looks at the clock. */
const TURN = 1 << 20

/**
 * Looks at four bytes in every so many: as many as the shortest needle has, less three, so that none is passed over. Where
 * lines end, at the bytes on either side of the break.
 */
export function createNeedles(needles: readonly Buffer[]): Needles {
  const shortest = needles.reduce((least, { length }) => Math.min(least, length), Infinity)
  if (shortest < GRAM) throw new Error('a needle is shorter than four bytes')
  if (needles.length === 0) return { find: () => undefined }
  const stride = shortest - GRAM + 1
  const whole = createGrams(entriesOf(needles, (needle) => Math.min(stride, needle.length - GRAM + 1)))
  const broken = createGrams(entriesOf(needles, (needle) => needle.length - GRAM + 1))
  return {
    find(bytes, hit, watch) {
      for (let from = 0; from < bytes.length && !watch.expired(); from += TURN - (TURN % stride))
        findWhole(
          { bytes, from, to: Math.min(bytes.length, from + TURN - (TURN % stride)) },
          { needles, grams: whole, stride, hit },
        )
      findBroken(bytes, { needles, grams: broken, hit, watch })
    },
  }
}

/** A place of each needle for each of its first bytes. */
function entriesOf(
  needles: readonly Buffer[],
  places: (needle: Buffer) => number,
): readonly (readonly [number, number, number])[] {
  return needles.flatMap((needle, nth) =>
    Array.from({ length: places(needle) }, (_, offset) => [gramAt(needle, offset), nth, offset] as const),
  )
}

interface Search {
  readonly needles: readonly Buffer[]
  readonly grams: Grams
  readonly hit: (needle: number, start: number, end: number) => void
}

function findWhole(
  { bytes, from, to }: { bytes: Uint8Array; from: number; to: number },
  { needles, grams, stride, hit }: Search & { readonly stride: number },
): void {
  const last = Math.min(to, bytes.length - GRAM + 1)
  for (let at = from; at < last; at += stride) {
    const gram = gramAt(bytes, at)
    if (!grams.has(gram)) continue
    grams.each(gram, (nth, offset) => {
      const needle = needles[nth] as Buffer
      if (standsAt(bytes, needle, at - offset)) hit(nth, at - offset, at - offset + needle.length)
    })
  }
}

function standsAt(bytes: Uint8Array, needle: Buffer, start: number): boolean {
  if (start < 0 || start + needle.length > bytes.length) return false
  for (let at = 0; at < needle.length; at++) if (bytes[start + at] !== needle[at]) return false
  return true
}

/** Pairs of how many bytes of the four stand before and after a break. */
const SPLITS = [2, 1, 3] as const

function findBroken(
  bytes: Uint8Array,
  { needles, grams, hit, watch }: Search & { readonly watch: Watch },
): void {
  let turn = TURN
  for (let feed = bytes.indexOf(10); feed >= 0; feed = bytes.indexOf(10, feed + 1)) {
    if (feed > turn && watch.expired()) return
    if (feed > turn) turn = feed + TURN
    const before = breakBefore(bytes, feed)
    const after = breakAt(bytes, before)
    for (const size of SPLITS) {
      const gram = gramAround(bytes, { before, after, size })
      if (gram === undefined || !grams.has(gram)) continue
      grams.each(gram, (nth, offset) => {
        const needle = needles[nth] as Buffer
        const middle = offset + size
        const end = followRight(bytes, needle, { at: after, from: middle })
        const start = end === undefined ? undefined : followLeft(bytes, needle, { at: before, from: middle })
        if (start !== undefined && end !== undefined) hit(nth, start, end)
      })
    }
  }
}

interface Around {
  /** After the last byte before the break. */
  readonly before: number
  readonly after: number
  readonly size: number
}

function gramAround(bytes: Uint8Array, { before, after, size }: Around): number | undefined {
  if (before < size || after + GRAM - size > bytes.length) return undefined
  let gram = 0
  for (let nth = 0; nth < GRAM; nth++) {
    const at = nth < size ? before - size + nth : after + nth - size
    gram |= (bytes[at] as number) << (8 * nth)
  }
  return gram | 0
}

interface Point {
  readonly at: number
  readonly from: number
}

/** The end of what stands from `at` on, breaks left out, where it is the needle from `from` on; undefined where it is not. */
function followRight(bytes: Uint8Array, needle: Buffer, { at, from }: Point): number | undefined {
  let place = at
  for (let nth = from; nth < needle.length; nth++) {
    if (bytes[place] !== needle[nth]) {
      place = breakAt(bytes, place)
      if (bytes[place] !== needle[nth]) return undefined
    }
    place++
  }
  return place
}

/** The start of what stands before `at`, breaks left out, where it is the needle up to `from`. */
function followLeft(bytes: Uint8Array, needle: Buffer, { at, from }: Point): number | undefined {
  let place = at
  for (let nth = from - 1; nth >= 0; nth--) {
    if (bytes[place - 1] !== needle[nth]) {
      place = leftOfBreak(bytes, place)
      if (bytes[place - 1] !== needle[nth]) return undefined
    }
    place--
  }
  return place
}

/** Where the line before ends, when `place` is where a line begins in earnest. */
function leftOfBreak(bytes: Uint8Array, place: number): number {
  const least = Math.max(0, place - 64)
  for (let at = place - 1; at >= least; at--) {
    if (bytes[at] !== 10) continue
    const before = breakBefore(bytes, at)
    return breakAt(bytes, before) === place ? before : place
  }
  return place
}
