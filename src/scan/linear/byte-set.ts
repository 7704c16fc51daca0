import type { ByteSet } from './node.ts'

export function setOf(...ranges: readonly (readonly [from: number, to: number])[]): ByteSet {
  const set = new Uint8Array(256)
  for (const [from, to] of ranges) set.fill(1, from, to + 1)
  return set
}

export function inverse(set: ByteSet): ByteSet {
  return set.map((has) => 1 - has)
}

export function union(sets: readonly ByteSet[]): ByteSet {
  const all = new Uint8Array(256)
  for (const set of sets) for (const [byte, has] of set.entries()) if (has === 1) all[byte] = 1
  return all
}

/** With the other case of each letter. */
export function anyCase(set: ByteSet): ByteSet {
  const all = Uint8Array.from(set)
  for (let upper = 65; upper <= 90; upper++) {
    const has = (set[upper] as number) | (set[upper + 32] as number)
    all[upper] = has
    all[upper + 32] = has
  }
  return all
}

export const DIGIT = setOf([48, 57])
export const WORD = setOf([48, 57], [65, 90], [95, 95], [97, 122])
/** As far as one byte tells: ASCII’s. */
export const SPACE = setOf([9, 13], [32, 32])
export const LINE_BREAK = setOf([10, 10])
