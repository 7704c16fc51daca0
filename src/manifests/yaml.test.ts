import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { isMapping, mapping, readYaml, writeScalar, writeYaml, type Mapping, type Node } from './yaml.ts'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).filter((each) => each.isWellFormed()),
  fc.constantFrom('true', 'no', 'NULL', '~', '0123', '1e3', '0x1', '', ' ', '- a', 'a: b', 'a #b', '{{ x }}'),
  fc.constantFrom(
    'a\nb\n',
    'a\n',
    '\n',
    'a\n\nb\n',
    ' a\nb\n',
    'a \nb\n',
    '|\n',
    '=',
    '.inf',
    '2026-01-01',
    '__proto__',
  ),
)
const scalar = fc.oneof(text, fc.boolean(), fc.nat({ max: 1e8 }))
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(fc.tuple(text, tie('node')), { minLength: 1, maxLength: 4 }).map((pairs) => new Map(pairs)),
  ),
}))
const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.array(fc.tuple(text, tie('tree')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
  ),
}))
const rootOf = (inner: typeof node) =>
  fc.array(fc.tuple(text, inner), { minLength: 1, maxLength: 4 }).map((pairs): Mapping => new Map(pairs))

describe('writeYaml', () => {
  it('writes what any reader of YAML reads back, of version 1.1 and 1.2', () => {
    fc.assert(
      fc.property(rootOf(tree), (root) => {
        const written = writeYaml(root)
        for (const version of ['1.1', '1.2'] as const)
          expect(parse(written, { version, mapAsMap: true, uniqueKeys: true })).toEqual(root)
      }),
    )
  })

  it.each(['e0', 'E12', 'e+3', 'e-3', 'Yes', 'n', 'null'])(
    'quotes %s, which some reader takes for no text',
    (text) => {
      expect(writeScalar(text)).toBe(JSON.stringify(text))
      expect(parse(`a: ${writeScalar(text)}`, { version: '1.1' })).toEqual({ a: text })
    },
  )

  it('writes mappings, lists and blocks as people do', () => {
    const root = mapping({
      kind: 'X',
      gone: undefined,
      metadata: mapping({ name: 'a', note: 'one\ntwo\n', version: '1', on: true }),
      list: ['a', mapping({ b: 'c', d: ['e'] })],
    })
    expect(writeYaml(root)).toBe(`kind: X
metadata:
  name: a
  note: |
    one
    two
  version: "1"
  "on": true
list:
  - a
  - b: c
    d:
      - e
`)
  })

  it('escapes what nobody sees', () => {
    expect(writeScalar('a\u2028b\u0085c\u202ed\ufeff')).toBe('"a\\u2028b\\u0085c\\u202ed\\ufeff"')
  })
})

describe('readYaml', () => {
  it('reads what writeYaml wrote, order and types included', () => {
    fc.assert(
      fc.property(rootOf(node), (root) => {
        const read = readYaml(writeYaml(root))
        expect(read).toEqual(root)
        expect([...(read ?? new Map<string, Node>()).keys()]).toEqual([...root.keys()])
      }),
    )
  })

  it.each([
    'a: b',
    'a: b # c\n',
    '# c\na: b\n',
    'a:  b\n',
    "a: 'b'\n",
    'a: b\na: c\n',
    'a:\n    b: c\n',
    'a: {}\n',
    'a: [b]\n',
    'a:\n  - b\n',
    'a: |-\n  b\n',
    'a: >\n  b\n',
    '---\na: b\n',
    'a: b\r\n',
    '\na: b\n',
    'a: 007\n',
    'a: "b"\n',
    '<<<<<<< ours\na: b\n',
    'a: &x b\n',
    '',
    '\n',
  ])('reads nothing else: %j', (other) => {
    expect(readYaml(other)).toBeUndefined()
  })

  it('answers undefined or a mapping for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(' ', 'a', ':', '\n', '"', '|', '-', '1', '{') }),
        (any) => {
          const read = readYaml(any)
          expect(read === undefined || isMapping(read)).toBe(true)
        },
      ),
    )
  })
})
