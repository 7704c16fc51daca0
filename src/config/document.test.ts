import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { parseYaml, type Path } from './document.ts'

function parse(text: string) {
  return parseYaml(text, (line, column) => ({ line, column }))
}

describe('parseYaml', () => {
  it.each([
    ['0123', '0123'],
    ['1.10', '1.10'],
    ['1e3', '1e3'],
    ['no', 'no'],
    ['true', 'true'],
    ['2026-01-05', '2026-01-05'],
    ['0x1F', '0x1F'],
    ['"null"', 'null'],
    ["'~'", '~'],
    ['""', ''],
    ['!!str 5', '5'],
    ['|+\n  a\n  b\n\n', 'a\nb\n\n'],
    ['>-\n  a\n  b\n', 'a b'],
  ])('takes the scalar %j as the text that was written', (written, text) => {
    expect(parse(`key: ${written}`)).toMatchObject({ root: { key: text }, problems: [] })
  })

  it.each(['', ' ', ' ~', ' null', ' Null', ' NULL', ' # only a comment'])('takes %j for null', (written) => {
    expect(parse(`key:${written}`)).toMatchObject({ root: { key: null }, problems: [] })
  })

  it('reads a scalar the same under a directive of YAML 1.1', () => {
    expect(parse('%YAML 1.1\n---\na: yes\nb: 0123')).toMatchObject({ root: { a: 'yes', b: '0123' } })
  })

  it('follows aliases to the last anchor before them', () => {
    const { root, problems } = parse('a: &x { deep: &y 1 }\nb: &y 2\nc: *x\nd: *y\ne: &y 3\nf: *y')
    expect(problems).toEqual([])
    expect(root).toEqual({ a: { deep: '1' }, b: '2', c: { deep: '1' }, d: '2', e: '3', f: '3' })
  })

  it('reads back whatever texts, lists and mappings were written', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__')
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(text, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        const written = stringify(value, {
          defaultStringType: 'QUOTE_DOUBLE',
          defaultKeyType: 'QUOTE_DOUBLE',
        })
        expect(parse(written)).toMatchObject({ root: value, problems: [] })
      }),
    )
  })
})

const faults: readonly [string, string, number, number, RegExp][] = [
  ['a quote that is not closed', 'a: "x\nb: c\n', 3, 1, /missing char/],
  ['a bracket that is not closed', 'a: [b\nc: d\n', 2, 1, /bad indent|bad collection|missing char/],
  ['a tab', 'a:\n\tb: 1', 2, 1, /tab as indent/],
  ['a key that stands twice', 'a: 1\nb: 2\na: 3', 3, 1, /duplicate key/],
  ['a key that stands twice, deeper', 'a:\n  b: 1\n  "b": 2', 3, 3, /duplicate key/],
  ['two documents', 'a: 1\n---\nb: 2', 2, 1, /multiple docs/],
  ['a tag', 'a: 1\nb: !!binary aGk=', 2, 4, /a tag that is not understood/],
  ['a tag of another tool', 'a: !vault x', 1, 4, /a tag that is not understood/],
  ['an alias without its anchor', 'a: *b\nc: &b x', 1, 4, /an alias without its anchor/],
  ['an alias of itself', 'a: &a [*a]', 1, 7, /expands to too much/],
  ['a mapping as a key', 'a:\n  ? { b: c }\n  : d', 2, 5, /a key that can’t be one/],
  ['a key that objects can’t have', 'a:\n  __proto__: x', 2, 3, /a key that can’t be one/],
  ['nesting without end', '? '.repeat(4900), 1, 0, /resource exhaustion/],
  ['brackets without end', `a: ${'['.repeat(5000)}`, 1, 104, /over 100 brackets in each other/],
  ['lists in lists', `a: ${'['.repeat(60)}${']'.repeat(60)}`, 1, 54, /expands to too much/],
  [
    'many brackets in each other',
    `a: ${'['.repeat(200)}${']'.repeat(200)}\n${'#'.repeat(10_000)}`,
    1,
    104,
    /over 100 brackets/,
  ],
  ['a bomb of aliases', bomb(9), 4, 0, /expands to too much/],
  [
    'aliases without end',
    `a: &a [${'x,'.repeat(100)}]\nb:\n${'- *a\n'.repeat(2000)}`,
    1,
    0,
    /expands to too much/,
  ],
  [
    'a line too many',
    `${'- a\n'.repeat(51_999)}${'- '.repeat(100_000)}`,
    52_000,
    5,
    /more YAML than is read/,
  ],
]

/** Each line holds the former nine times. */
function bomb(lines: number): string {
  const rows = Array.from({ length: lines }, (_, row) =>
    row === 0
      ? 'k0: &k0 [x, x]'
      : `k${row}: &k${row} [${Array(9)
          .fill(`*k${row - 1}`)
          .join(', ')}]`,
  )
  return rows.join('\n')
}

describe('a fault in YAML is one problem with its place:', () => {
  it.each(faults)('%s', (_, text, line, column, message) => {
    const { root, problems } = parse(text)
    expect(root).toBeNull()
    const [problem] = problems
    expect(problem?.message).toMatch(message)
    expect(problem?.code).toBe('CONFIG_INVALID')
    if (column > 0) expect(problem?.at).toEqual({ line, column })
  })
})

describe('a fault in YAML never quotes the text:', () => {
  const canary = ['hunter2', 'canary', 'Zq7'].join('-')
  it.each([
    `a: "${canary}`,
    `a: ${canary}: b`,
    `${canary}\na: b`,
    `a: [${canary}`,
    `a: *${canary}`,
    `a: &${canary} x\n\tb: c`,
    `a: !${canary} x`,
    `"${canary}": 1\n"${canary}": 2`,
    `a: @${canary}`,
    `a: %${canary}\n%${canary}`,
    `a: "\\${canary}"`,
    `? {${canary}: x}\n: y`,
    `a: |${canary}\n  b`,
  ])('%s', (text) => {
    const { problems } = parse(text)
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems)).not.toContain(canary)
  })
})

describe('place', () => {
  const text = 'a:\n  b: &anchor\n    c: x\n  list:\n    - one\n    - two\nd: *anchor\ne:\n'
  const { place } = parse(text)
  const rows: readonly [string, Path, { key: boolean }, number, number][] = [
    ['the whole', [], { key: false }, 1, 1],
    ['a value', ['a', 'b', 'c'], { key: false }, 3, 8],
    ['a key', ['a', 'b', 'c'], { key: true }, 3, 5],
    ['an item', ['a', 'list', 1], { key: false }, 6, 7],
    ['what an alias stands for', ['d', 'c'], { key: false }, 3, 8],
    ['the nearest ancestor of what is not there', ['a', 'b', 'nothing', 'deeper'], { key: true }, 3, 5],
    ['an empty value', ['e'], { key: false }, 8, 3],
  ]
  it.each(rows)('finds %s', (_, path, options, line, column) => {
    expect(place(path, options)).toEqual({ line, column })
  })
})
