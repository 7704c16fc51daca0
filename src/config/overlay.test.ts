import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Plain } from './document.ts'
import { forEnvironment, isMapping, merge } from './overlay.ts'

type PlainMap = Readonly<Record<string, Plain>>

const key = fc.constantFrom('a', 'b', 'c', 'd')
const { mapping } = fc.letrec<{ plain: Plain; mapping: PlainMap }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('x', 'y'),
    fc.constant(null),
    fc.array(fc.constantFrom('1', '2'), { maxLength: 2 }),
    tie('mapping'),
  ),
  mapping: fc.dictionary(key, tie('plain'), { maxKeys: 4, noNullPrototype: true }),
}))

/** Every path of a mapping that leads to no mapping, with what is there. */
function leaves(value: Plain | undefined, path: readonly string[] = []): [readonly string[], Plain][] {
  if (!isMapping(value)) return value === undefined ? [] : [[path, value]]
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]))
}

function at(value: Plain | undefined, path: readonly string[]): Plain | undefined {
  return path.reduce<Plain | undefined>((node, step) => (isMapping(node) ? node[step] : undefined), value)
}

describe('merge', () => {
  it.each<[string, PlainMap, PlainMap, PlainMap]>([
    [
      'mappings merge by key',
      { m: { a: '1', b: '2' } },
      { m: { b: '3', c: '4' } },
      { m: { a: '1', b: '3', c: '4' } },
    ],
    ['scalars replace', { s: 'x' }, { s: 'y' }, { s: 'y' }],
    ['lists replace', { l: ['a', 'b'] }, { l: ['c'] }, { l: ['c'] }],
    ['a mapping replaces a scalar', { s: 'x' }, { s: { a: '1' } }, { s: { a: '1' } }],
    ['a scalar replaces a mapping', { m: { a: '1' } }, { m: 'x' }, { m: 'x' }],
    ['null removes', { m: { a: '1', b: '2' }, s: 'x' }, { m: { a: null }, s: null }, { m: { b: '2' } }],
    ['null removes what is not there', { s: 'x' }, { t: null }, { s: 'x' }],
    ['an empty text is a text', { s: 'x' }, { s: '' }, { s: '' }],
  ])('%s', (_, base, overlay, merged) => {
    expect(merge(base, overlay)).toEqual(merged)
  })

  it('keeps everything where the overlay is empty', () => {
    fc.assert(
      fc.property(mapping, (base) => {
        expect(merge(base, {})).toEqual(base)
      }),
    )
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(mapping, mapping, (base, overlay) => {
        const once = merge(base, overlay)
        expect(merge(once, overlay)).toEqual(once)
      }),
    )
  })

  it('has in the result what the overlay says, and nothing where it says null', () => {
    fc.assert(
      fc.property(mapping, mapping, (base, overlay) => {
        const merged = merge(base, overlay)
        for (const [path, leaf] of leaves(overlay)) expect(at(merged, path)).toEqual(leaf ?? undefined)
      }),
    )
  })

  it('leaves alone what the overlay does not name', () => {
    fc.assert(
      fc.property(mapping, mapping, (base, overlay) => {
        const merged = merge(base, overlay)
        for (const name of Object.keys(base).filter((each) => !Object.hasOwn(overlay, each)))
          expect(merged[name]).toEqual(base[name])
      }),
    )
  })

  it('changes neither of its arguments', () => {
    fc.assert(
      fc.property(mapping, mapping, (base, overlay) => {
        const before = structuredClone([base, overlay])
        merge(base, overlay)
        expect([base, overlay]).toEqual(before)
      }),
    )
  })
})

describe('forEnvironment', () => {
  const environments = { dev: { namespace: 'dev', deliver: 'apply' }, empty: null }
  const root = { namespace: 'base', set: 's', environments }

  it('lays the chosen environment over the file', () => {
    const laid = { namespace: 'dev', deliver: 'apply', set: 's', environments }
    expect(forEnvironment(root, 'dev')).toEqual(laid)
  })

  it.each([undefined, 'empty', 'other'])('answers the file itself for %j', (environment) => {
    expect(forEnvironment(root, environment)).toBe(root)
  })
})
