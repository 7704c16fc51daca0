import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMaskIndex } from './mask-index.ts'

/** Few letters, so that texts overlap, start alike and hold one another. */
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1f511}'), minLength: 4, maxLength: 9 })

test('finds every text at every place, in order', () => {
  fc.assert(
    fc.property(fc.array(word), fc.array(word), (texts, pieces) => {
      const index = createMaskIndex()
      for (const text of texts) index.add(text)
      const searched = pieces.join('')
      const finds = [...index.findAll(searched)]
      expect(finds.toSorted((a, b) => a.start - b.start)).toEqual(finds)
      expect(new Set(finds.map(({ start, end }) => `${start} ${end}`))).toEqual(
        new Set(texts.flatMap((text) => placesOf(text, searched))),
      )
    }),
  )
})

test('a text that is added twice is found once', () => {
  const index = createMaskIndex()
  index.add('password')
  index.add('password')
  expect([...index.findAll('a password!')]).toEqual([{ start: 2, end: 10 }])
})

function placesOf(text: string, searched: string): string[] {
  return Array.from({ length: searched.length }, (_, at) => at)
    .filter((at) => searched.startsWith(text, at))
    .map((at) => `${at} ${at + text.length}`)
}
