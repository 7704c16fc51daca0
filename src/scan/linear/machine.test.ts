import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linearPattern } from './machine.ts'
import { PatternError } from './node.ts'

function spans(pattern: string, text: string): readonly (readonly [number, number])[] {
  const bytes = Buffer.from(text, 'latin1')
  return linearPattern(pattern)
    .matches(bytes, 0, bytes.length)
    .map(({ start, end }) => [start, end])
}

/** As JavaScript has it; empty matches are of no use here. */
function expected(pattern: string, text: string, flags = ''): readonly (readonly [number, number])[] {
  return [...text.matchAll(new RegExp(pattern, `gm${flags}`))]
    .map((match) => [match.index, match.index + match[0].length] as const)
    .filter(([start, end]) => end > start)
}

describe('it finds what JavaScript finds', () => {
  test.each([
    ['abc', 'xabcabc'],
    ['a|ab', 'abab'],
    ['ab|a', 'abab'],
    ['a*b+', 'aaabbb b'],
    ['a{2,3}', 'aaaaaaa'],
    ['a{2,3}?', 'aaaaaaa'],
    ['a{2}', 'aaaaa'],
    ['a{2,}', 'aaaaa'],
    ['(?:ab)+?c', 'ababc'],
    ['[a-c]+', 'xabcd'],
    ['[^a-c]+', 'xabcd'],
    ['[\\w.-]+@[\\w.]+', 'mail a.b-c@d.e now'],
    ['^a$', 'a\nb\na'],
    ['\\bcat\\b', 'cat concat cat'],
    ['\\Bcat', 'cat concat cat'],
    ['\\d+\\s\\D\\S\\W', '12 ab.'],
    ['\\x41\\t\\.', 'A\t.'],
    ['a.c', 'abc a\nc'],
    ['[\\]\\-a]+', ']-a'],
    ['[a-]+', 'a-b'],
    ['(a+)(b+)?', 'aab aac'],
    ['x?', 'xxyx'],
    ['a{', 'a{b'],
  ])('%s in %j', (pattern, text) => {
    expect(spans(pattern, text)).toEqual(expected(pattern, text))
  })

  test('with the flags before it', () => {
    expect(spans('(?i)aB[c-d]', 'AbC abD')).toEqual(expected('aB[c-d]', 'AbC abD', 'i'))
    expect(spans('(?s)a.b', 'a\nb')).toEqual([[0, 3]])
    expect(spans('(?im)^A', 'b\na')).toEqual([[2, 3]])
    expect(spans('(?i)[^a]', 'aAb')).toEqual([[2, 3]])
  })

  test('in any pattern and text', () => {
    const piece: fc.Arbitrary<string> = fc.letrec<{ node: string; atom: string }>((tie) => ({
      atom: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c', '[ab]', '[^a]', '.', '\\w', '\\d') },
        { weight: 1, arbitrary: tie('node').map((node) => `(?:${node})`) },
        { weight: 1, arbitrary: tie('node').map((node) => `(${node})`) },
      ),
      node: fc
        .array(fc.tuple(tie('atom'), fc.constantFrom('', '', '', '{1,2}', '{2}', '{1,2}?')), {
          minLength: 1,
          maxLength: 4,
        })
        .chain((atoms) =>
          fc
            .constantFrom('', '|')
            .map((sign) => atoms.map(([atom, repeat]) => `${atom}${repeat}`).join(sign)),
        ),
    })).node
    fc.assert(
      fc.property(
        edged(piece),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '\n'), maxLength: 20 }),
        (pattern, text) => {
          expect(spans(pattern, text), pattern).toEqual(expected(pattern, text))
        },
      ),
      { numRuns: 1500 },
    )
  })
})

/** An assertion that is repeated means something else to JavaScript. */
function edged(pattern: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edge = fc.constantFrom('', '', '\\b', '\\B')
  return fc
    .tuple(fc.constantFrom('', '', '^'), edge, pattern, edge, fc.constantFrom('', '', '$'))
    .map(([begin, before, each, after, end]) => `${begin}${before}(?:${each})${after}${end}`)
}

test('groups are told by name and number', () => {
  const bytes = Buffer.from('key=abc123')
  const [match] = linearPattern('(?P<name>\\w+)=(?:(?<secret>[a-z]+)\\d+|(x))').matches(
    bytes,
    0,
    bytes.length,
  )
  expect([match?.group('name'), match?.group('secret'), match?.group(3), match?.group('none')]).toEqual([
    { start: 0, end: 3 },
    { start: 4, end: 7 },
    undefined,
    undefined,
  ])
})

test('letters that are no ASCII are their bytes', () => {
  const bytes = Buffer.from('größe=1')
  expect(linearPattern('größe=\\d').matches(bytes, 0, bytes.length)[0]?.end).toBe(bytes.length)
})

test.each([
  ['(?=a)', /look-around/],
  ['(?<!a)b', /look-around/],
  ['(a', /not closed/],
  ['a)', /too many/],
  ['[a', /not closed/],
  ['[]', /empty class/],
  ['*a', /repeats nothing/],
  ['a**', /repeats a repeat/],
  ['a{2,1}', /wrong way round/],
  ['a{1,1001}', /more than 1000/],
  ['\\1', /escape/],
  ['\\p', /escape/],
  ['\\', /escape/],
  ['[z-a]', /range/],
  ['[\\d-z]', /range/],
  ['[é]', /ASCII/],
  ['(?:a{1000}){1000}', /too large/],
])('%s is not taken', (pattern, message) => {
  expect(() => linearPattern(pattern)).toThrow(PatternError)
  expect(() => linearPattern(pattern)).toThrow(message)
})

test('what makes others exponential takes its steps once', () => {
  const bytes = Buffer.from(`${'a'.repeat(2000)}!`)
  for (const pattern of ['(?:a+)+$x', '(?:a|a)*b', '(?:a|aa)+c', '(?:.*a){12}z', '(a?){50}a{50}q'])
    expect(linearPattern(pattern).matches(bytes, 0, bytes.length)).toEqual([])
})
