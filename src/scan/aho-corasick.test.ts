import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAutomaton } from './aho-corasick.ts'

test('every word is found wherever it stands, in any case, inside of others too', () => {
  expect(hits(['he', 'she', 'his', 'hers'], 'uSHErs his')).toEqual([
    ['he', 4],
    ['hers', 6],
    ['his', 10],
    ['she', 4],
  ])
})

test('no words find nothing', () => {
  expect(hits([], 'anything')).toEqual([])
})

test('what is found is what a search for each word finds', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '_', '\u00ff'), maxLength: 60 })
  const words = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1, maxLength: 5 }),
  )
  fc.assert(
    fc.property(words, letters, (each, text) => {
      expect(hits(each, text)).toEqual(searched(each, text))
    }),
  )
})

test('so many words that states need more than two bytes', () => {
  const words = Array.from(
    { length: 20_000 },
    (_, nth) => `w${nth.toString(36)}x${(nth * 7919).toString(36)}`,
  )
  expect(hits(words, `..${words[19_999] ?? ''}..`).map(([word]) => word)).toContain(words[19_999])
})

function hits(words: readonly string[], text: string): readonly (readonly [string, number])[] {
  const found: [string, number][] = []
  createAutomaton(words).find(Buffer.from(text, 'latin1'), (word, end) =>
    found.push([words[word] ?? '', end]),
  )
  return found.sort(compare)
}

function searched(words: readonly string[], text: string): readonly (readonly [string, number])[] {
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return words
    .flatMap((word) =>
      Array.from({ length: lower.length }, (_, at) => at)
        .filter((at) => lower.startsWith(word, at))
        .map((at): [string, number] => [word, at + word.length]),
    )
    .sort(compare)
}

function compare([a, i]: readonly [string, number], [b, j]: readonly [string, number]): number {
  return a < b ? -1 : a > b ? 1 : i - j
}
