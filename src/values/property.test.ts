import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson, pickProperty } from './property.ts'

const document = JSON.stringify({
  a: 'x',
  'a/b': 'slash',
  'm~n': 'tilde',
  '': 'empty name',
  list: ['zero', { deep: 'one' }],
  nothing: null,
  empty: '',
  o: { a: 'inner', o: { a: 'deeper' } },
  constructor: 'own',
})

describe('pickProperty', () => {
  it.each([
    ['a', 'x'],
    ['a/b', 'slash'],
    ['empty', ''],
    ['/a', 'x'],
    ['/a~1b', 'slash'],
    ['/m~0n', 'tilde'],
    ['/', 'empty name'],
    ['/o/a', 'inner'],
    ['/o/o/a', 'deeper'],
    ['/list/0', 'zero'],
    ['/list/1/deep', 'one'],
    ['constructor', 'own'],
  ])('finds %s', (property, found) => {
    expect(pickProperty(parseJson(document), property)).toEqual({ found })
  })

  it.each([
    'b',
    'nothing',
    'toString',
    '__proto__',
    '/o/b',
    '/a/0',
    '/list/2',
    '/list/01',
    '/list/-',
    '/list/-1',
    '/list/length',
    '/o/__proto__/a',
    'o/a',
  ])('finds nothing at %s', (property) => {
    expect(pickProperty(parseJson(document), property)).toEqual({ found: undefined })
  })

  it.each([
    ['12345678901234567890'],
    ['1.10'],
    ['1e3'],
    ['-0'],
    ['0.1000'],
    ['true'],
    ['false'],
    ['123456789.123456789123456789'],
  ])('keeps %s as it is written', (written) => {
    expect(pickProperty(parseJson(`{"deep": [{"n":  ${written} }]}`), '/deep/0/n')).toEqual({
      found: written,
    })
  })

  it('finds every text in JSON by its pointer', () => {
    const name = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), name, (path, value) => {
        const text = JSON.stringify(
          path.reduceRight<unknown>((inner, step) => Object.fromEntries([[step, inner]]), value),
        )
        const pointer = path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
        expect(pickProperty(parseJson(text), pointer)).toEqual({ found: value })
      }),
    )
  })

  const canary = ['Zq7', 'hunter2'].join('-')
  it.each([
    ['a text that is no JSON', canary, 'a', /is not JSON/],
    ['JSON that is cut', `{"a": "${canary}`, 'a', /is not JSON/],
    ['an object', `{"a": {"b": "${canary}"}}`, 'a', /object or a list/],
    ['a list', `{"a": ["${canary}"]}`, '/a', /object or a list/],
  ])('refuses %s, and quotes nothing', (_, text, property, message) => {
    const picked = pickProperty(parseJson(text), property)
    expect('fault' in picked ? picked.fault.message : '').toMatch(message)
    expect(JSON.stringify(picked)).not.toContain(canary)
  })
})
