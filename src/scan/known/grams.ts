/** Places of needles by the four bytes that stand there. */
export interface Grams {
  /** Whether some needle may hold these four bytes. */
  has(gram: number): boolean
  /** Calls `at` with each place of each needle where these four bytes may stand. */
  each(gram: number, at: (needle: number, offset: number) => void): void
}

/** Bits of the table: eight places for each entry, within what caches hold. */
const FEWEST_BITS = 12
const MOST_BITS = 20

/** Four bytes as a number. */
export function gramAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24) |
    0
  )
}

/** A hash table of typed arrays over `entries`: gram, needle, offset. */
export function createGrams(entries: readonly (readonly [number, number, number])[]): Grams {
  const bits = Math.min(MOST_BITS, Math.max(FEWEST_BITS, Math.ceil(Math.log2(entries.length * 8 + 1))))
  const shift = 32 - bits
  const slot = (gram: number): number => Math.imul(gram, 0x9e3779b1) >>> shift
  const present = new Uint8Array(1 << bits)
  const starts = new Uint32Array((1 << bits) + 1)
  for (const [gram] of entries) {
    const own = slot(gram)
    starts[own + 1] = (starts[own + 1] as number) + 1
    present[own] = 1
  }
  for (let at = 0; at < 1 << bits; at++) starts[at + 1] = (starts[at + 1] as number) + (starts[at] as number)
  const needles = new Uint32Array(entries.length)
  const offsets = new Uint32Array(entries.length)
  const filled = starts.slice()
  for (const [gram, needle, offset] of entries) {
    const place = filled[slot(gram)] as number
    filled[slot(gram)] = place + 1
    needles[place] = needle
    offsets[place] = offset
  }
  return {
    has: (gram) => present[slot(gram)] === 1,
    each(gram, at) {
      const own = slot(gram)
      for (let place = starts[own] as number; place < (starts[own + 1] as number); place++)
        at(needles[place] as number, offsets[place] as number)
    },
  }
}
