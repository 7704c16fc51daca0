import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { leavesOf } from '../leaves.ts'
import { readDocuments } from './read.ts'

/** Every scalar with its key, as the reader finds it and as the library does. */
const ours = (text: string): unknown[] =>
  leavesOf(readDocuments(text)).map(({ key, text: value }) => [key, value.trim()])

function theirs(value: unknown, key = ''): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => theirs(item, key))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, inner]) => theirs(inner, name))
  return value === null ? [] : [[key, (value as string).trim()]]
}

const word = fc.stringMatching(/^[a-zA-Z][\w.-]{0,12}$/)
const scalar = fc.oneof(
  word,
  fc.stringMatching(/^[ -~]{1,30}$/).filter((text) => !text.includes('{{')),
  fc.constantFrom(
    'a: b',
    '# no comment',
    "it's",
    'say "hi"',
    'x\ny\n',
    '[a]',
    '- b',
    '|',
    '"',
    '\\n',
    'a #b',
    '*x',
    '&x',
    '!x',
    '%x',
    '@x',
  ),
)
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, scalar, tie('mapping'), tie('list')),
  mapping: fc.dictionary(word, tie('tree'), { minKeys: 1, maxKeys: 4 }),
  list: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
}))
const document = fc.dictionary(word, tree, { minKeys: 1, maxKeys: 4 })

describe('the tolerant reader', () => {
  it.each(['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL'] as const)(
    'finds in YAML what the library finds: %s',
    (defaultStringType) => {
      fc.assert(
        fc.property(document, fc.boolean(), (value, indentSeq) => {
          const text = stringify(value, {
            defaultStringType,
            defaultKeyType: 'PLAIN',
            lineWidth: 0,
            indentSeq,
            schema: 'failsafe',
          })
          expect(ours(text)).toEqual(theirs(value))
        }),
        { numRuns: 200 },
      )
    },
  )

  it.each([0, 2, '\t'])('finds in JSON what is there, indented by %j', (indent) => {
    fc.assert(
      fc.property(document, (value) => {
        expect(ours(JSON.stringify(value, null, indent))).toEqual(theirs(value))
      }),
      { numRuns: 200 },
    )
  })

  it('agrees with the library where that is odd', () => {
    const text = [
      '%YAML 1.2',
      '---',
      'a: &x 1 # one',
      'b: *x',
      "'c d': ' e '",
      '"f\\tg": "h\\u0041"',
      '? complex',
      ': value',
      'list:',
      '- one',
      '- - two',
      '  - three',
      '- four: 4',
      '  five:',
      '  - 5',
      'block: >-',
      '  folded',
      '  text',
      '',
      'flow: {a: [1, "2", {b: c}], "d":e, f: , g}',
      'url: http://x:80/#y',
      'long: word',
      '  goes on',
      '...',
      '---',
      'second: 2',
    ].join('\n')
    const values = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false })
    expect(Array.isArray(values)).toBe(true)
    const found = ours(text)
    for (const leaf of [
      ['a', '1'],
      ['c d', 'e'],
      ['f\tg', 'hA'],
      ['list', 'one'],
      ['list', 'two'],
      ['list', 'three'],
      ['four', '4'],
      ['five', '5'],
      ['a', '1'],
      ['a', '2'],
      ['b', 'c'],
      ['d', 'e'],
      ['url', 'http://x:80/#y'],
      ['long', 'word goes on'],
      ['second', '2'],
    ])
      expect(found).toContainEqual(leaf)
    expect(found).toContainEqual(['block', 'folded\ntext'])
  })

  it('tells where each scalar is', () => {
    const text = 'a: plain # c\nb: "quo\\"ted"\nc: |\n  block\n  more\nd: [1, \'x\']\n'
    const spans = leavesOf(readDocuments(text)).map(({ start, end }) => text.slice(start, end))
    expect(spans).toEqual(['plain', 'quo\\"ted', 'block\n  more', '1', 'x'])
  })

  it('reads a part of a text where it stands', () => {
    const text = 'outer: |\n    inner: 1\n    list: [2]\nafter: 3\n'
    const from = text.indexOf('\n') + 1
    const leaves = leavesOf(readDocuments(text, from, text.indexOf('\nafter')))
    expect(leaves.map(({ key, start, end }) => [key, text.slice(start, end)])).toEqual([
      ['inner', '1'],
      ['list', '2'],
    ])
  })

  it('goes round the directives of a template', () => {
    const text = [
      '{{- if .x }}',
      'a: 1',
      '{{- /* a: 2',
      'a: 3 */ -}}',
      'b: {{ .y }}',
      '  {{ .z }}: 4',
      '{{ end }}',
      'c: 5',
    ].join('\n')
    expect(ours(text)).toEqual([
      ['a', '1'],
      ['b', '{{ .y }}'],
      ['{{ .z }}', '4'],
      ['c', '5'],
    ])
  })

  it('takes any text for something, and its scalars are in it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'a:',
            ' ',
            '  ',
            '\n',
            '- ',
            '{',
            '}',
            '[',
            ']',
            '"',
            "'",
            '|',
            '>',
            '#',
            ',',
            '{{',
            '}}',
            '&a',
            '*a',
            '---\n',
            'x',
            '\t',
            '\\',
            '\r\n',
            ':',
            '? ',
            '!t ',
          ),
        ),
        (pieces) => {
          const text = pieces.join('')
          for (const { start, end } of leavesOf(readDocuments(text)))
            expect(0 <= start && start <= end && end <= text.length).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })

  const SIZE = 200_000
  it.each([
    ['brackets', '['.repeat(SIZE)],
    ['braces', '{"a":'.repeat(SIZE / 5)],
    ['brackets on lines of their own', '[\n'.repeat(SIZE / 2)],
    ['dashes', '- '.repeat(SIZE / 2)],
    ['levels', Array.from({ length: 600 }, (_, n) => `${' '.repeat(n)}a:\n`).join('')],
    ['open quotes', 'a: "\n b: \'\n'.repeat(SIZE / 12)],
    ['open quotes in brackets', '[\'\n["\n'.repeat(SIZE / 6)],
    ['open templates', '{{ a\n'.repeat(SIZE / 5)],
    ['no colon', 'a\n'.repeat(SIZE / 2)],
    ['colons', ':'.repeat(SIZE)],
    ['one line of keys', 'a: '.repeat(SIZE / 3)],
    ['backslashes in quotes', `a: "${'\\'.repeat(SIZE)}`],
    ['blocks', 'a: |\n'.repeat(SIZE / 5)],
    ['comments', ' #'.repeat(SIZE / 2)],
    [
      'an alias bomb',
      `a: &a [x, x]\n${Array.from({ length: 60 }, (_, n) => `a${n}: &a${n} [*a, *a, *a, *a]\n`).join('')}`,
    ],
  ])('takes time for bytes, not for their square: %s', (_what, text) => {
    const before = process.cpuUsage()
    const leaves = leavesOf(readDocuments(text))
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
    expect(leaves.length).toBeLessThanOrEqual(text.length)
  })
})
