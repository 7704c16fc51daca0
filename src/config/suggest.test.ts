import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean, suggest } from './suggest.ts'

const words = ['from', 'optional', 'when-absent', 'allow-empty', 'namespace', 'dry-run']

describe('suggest', () => {
  it.each([
    ['form', 'from'],
    ['optinal', 'optional'],
    ['when_absent', 'when-absent'],
    ['allowempty', 'allow-empty'],
    ['Namespace', 'namespace'],
    ['namespaces', 'namespace'],
    ['dryrun', 'dry-run'],
  ])('takes %s for %s', (word, meant) => {
    expect(suggest(word, words)).toBe(meant)
  })

  it.each(['zzz', 'x', 'completely-different', 'o'.repeat(200)])('has nothing for %s', (word) => {
    expect(suggest(word, words)).toBeUndefined()
  })

  it('finds a word with one letter more, less or other, and with two swapped', () => {
    const word = fc.stringMatching(/^[a-z]{6,20}$/)
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom('drop', 'add', 'swap', 'change'), (meant, at, slip) => {
        const index = at % (meant.length - 1)
        const [a = '', b = ''] = meant.slice(index, index + 2)
        const before = meant.slice(0, index)
        const typed = {
          drop: before + meant.slice(index + 1),
          add: `${before}-${meant.slice(index)}`,
          swap: before + b + a + meant.slice(index + 2),
          change: `${before}-${meant.slice(index + 1)}`,
        }[slip]
        expect(suggest(typed, ['x', meant])).toBe(meant)
      }),
    )
  })
})

describe('didYouMean', () => {
  it.each([
    ['form', words, 'did you mean `from`?'],
    ['zzz', ['a', 'b'], 'known are: a, b'],
    ['zzz', [], 'none are declared'],
  ])('of %s among %j: %s', (word, candidates, hint) => {
    expect(didYouMean(word, candidates)).toBe(hint)
  })
})
