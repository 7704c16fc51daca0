/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What SECRETFERRY_TEST_SEED says, to see a run of the tests again; else another one each time. */
export function chooseSeed(): number {
  return Number(process.env['SECRETFERRY_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
}
