import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeReference, longReference, parseReference, type Reference } from './reference.ts'

function parse(text: string, environment?: string): Reference {
  const parsed = parseReference(text, environment)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.value
}

const plain = { query: {}, property: undefined }

describe('parseReference', () => {
  it.each<[string, Reference]>([
    ['env://NAME', { ...plain, store: 'env', key: 'NAME' }],
    ['file://a/b.txt', { ...plain, store: 'file', key: 'a/b.txt' }],
    ['file:///absolute', { ...plain, store: 'file', key: '/absolute' }],
    ['dotenv://.env#DB_PASSWORD', { ...plain, store: 'dotenv', key: '.env', property: 'DB_PASSWORD' }],
    ['env://J#/a/b~1c', { ...plain, store: 'env', key: 'J', property: '/a/b~1c' }],
    [
      'aws://arn:aws:secretsmanager:us-east-1:1:secret:x',
      { ...plain, store: 'aws', key: 'arn:aws:secretsmanager:us-east-1:1:secret:x' },
    ],
    [
      'aws://k?version=7&stage=A%26B#p',
      { store: 'aws', key: 'k', query: { version: '7', stage: 'A&B' }, property: 'p' },
    ],
    ['aws://k?a=b=c', { store: 'aws', key: 'k', query: { a: 'b=c' }, property: undefined }],
    ['x://a%23b%3Fc%7Cd%7De%25', { ...plain, store: 'x', key: 'a#b?c|d}e%' }],
    ['x://k#a%7Cb%23c', { ...plain, store: 'x', key: 'k', property: 'a|b#c' }],
    ['my-vault-2://k', { ...plain, store: 'my-vault-2', key: 'k' }],
  ])('reads %s', (text, reference) => {
    expect(parse(text)).toEqual(reference)
  })

  it('puts the environment in every place of it, whatever characters it has', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (environment) => {
        fc.pre(!environment.includes('{environment}'))
        const reference = parse('aws://a/{environment}/b?stage={environment}#{environment}', environment)
        expect(reference).toEqual({
          store: 'aws',
          key: `a/${environment}/b`,
          query: { stage: environment },
          property: environment,
        })
      }),
    )
  })

  it.each([
    ['', 'not a reference to a store'],
    ['NAME', 'not a reference to a store'],
    ['env:NAME', 'not a reference to a store'],
    ['ENV://NAME', 'not a reference to a store'],
    ['2env://NAME', 'not a reference to a store'],
    ['env://a#b#c|d', 'not a reference to a store'],
    ['env://', 'a reference without a key'],
    ['env://#p', 'a reference without a key'],
    ['env://?a=b', 'a reference without a key'],
    ['env://100%', 'a percent sign that encodes nothing'],
    ['env://k#%zz', 'a percent sign that encodes nothing'],
    ['env://%ff', 'a percent sign that encodes nothing'],
    ['env://{environment}', '`{environment}` in a reference, but no environment is chosen'],
  ])('refuses %j', (text, message) => {
    expect(parseReference(text, undefined)).toMatchObject({ ok: false, message })
  })

  it('quotes nothing of a text that is no reference', () => {
    const canary = ['Zq7', 'hunter2'].join('-')
    const around = fc.string({ maxLength: 5 })
    fc.assert(
      fc.property(around, around, (before, after) => {
        const parsed = parseReference(`${before}${canary}${after}`, undefined)
        expect(parsed.ok ? '' : JSON.stringify(parsed)).not.toContain(canary)
      }),
    )
  })
})

describe('describeReference', () => {
  it('writes what parses to the same reference', () => {
    const text = fc.string({ unit: 'grapheme' })
    const reference = fc.record({
      store: fc.stringMatching(/^[a-z][a-z0-9-]*$/),
      key: fc.string({ unit: 'grapheme', minLength: 1 }),
      query: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
      property: fc.option(text, { nil: undefined }),
    })
    fc.assert(
      fc.property(reference, (given) => {
        expect(parse(describeReference(given), 'any')).toEqual(given)
      }),
      { numRuns: 500 },
    )
  })
})

describe('longReference', () => {
  const given = {
    store: 'aws',
    key: 'a/{environment}',
    query: { version: '{environment}' },
    property: '{environment}#',
  }

  it('takes texts as they are, and the environment as in a short one', () => {
    expect(longReference(given, '$& %41')).toEqual({
      ok: true,
      value: { store: 'aws', key: 'a/$& %41', query: { version: '$& %41' }, property: '$& %41#' },
    })
  })

  it.each<[string, Partial<Reference>, RegExp]>([
    ['an empty key', { key: '' }, /without a key/],
    ['no environment for the key', { query: {}, property: undefined }, /no environment is chosen/],
    ['no environment for the property', { key: 'k', query: {} }, /no environment is chosen/],
    ['no environment for the version', { key: 'k', property: undefined }, /no environment is chosen/],
  ])('refuses %s', (_, changed, message) => {
    const parsed = longReference({ ...given, ...changed }, undefined)
    expect(parsed.ok ? '' : parsed.message).toMatch(message)
  })
})
