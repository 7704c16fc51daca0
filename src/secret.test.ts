import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from './secret.ts'

const value = ['Zq7', 'hunter2', 'canary'].join('-')
const STACK = /\n +at .*/g
const secret = Secret.of(value, () => undefined)

/* eslint-disable @typescript-eslint/no-misused-spread, @typescript-eslint/restrict-template-expressions, @typescript-eslint/restrict-plus-operands -- what is tried is what happens where nobody looked */
const printers: readonly [string, (given: Secret) => string][] = [
  ['String()', (given) => String(given)],
  ['a template', (given) => `${given}`],
  ['+', (given) => '' + given],
  ['join', (given) => [given, given].join()],
  ['%s', (given) => format('%s', given)],
  ['%o', (given) => format('%o', given)],
  ['%O', (given) => format('%O', given)],
  ['%j', (given) => format('%j', given)],
  ['%d', (given) => format('%d', given)],
  ['format without a place', (given) => format('x', given)],
  ['JSON.stringify', (given) => JSON.stringify({ deep: [given] })],
  ['inspect', (given) => inspect(given)],
  ['inspect of everything', (given) => inspect({ given }, { depth: null, showHidden: true, getters: true })],
  ['inspect without its hook', (given) => inspect(given, { customInspect: false, showHidden: true })],
  ['a Map', (given) => inspect(new Map([['key', given]]), { depth: null, showHidden: true })],
  [
    'an error’s cause',
    (given) => inspect(new Error('failed', { cause: given }), { depth: null, showHidden: true }),
  ],
  ['an error that carries it', (given) => inspect(Object.assign(new Error('failed'), { given }))],
  ['an error’s message', (given) => new Error(`failed: ${given}`).message],
  ['spread', (given) => JSON.stringify({ ...given })],
  [
    'entries',
    (given) => JSON.stringify([Object.keys(given), Object.getOwnPropertyNames(given), Object.entries(given)]),
  ],
  ['structuredClone', (given) => inspect(structuredClone({ given }), { depth: null, showHidden: true })],
  ['URLSearchParams', (given) => new URLSearchParams({ given: given as unknown as string }).toString()],
  ['toLocaleString', (given) => given.toLocaleString()],
  ['Object.prototype.toString', (given) => Object.prototype.toString.call(given)],
]
/* eslint-enable */

describe('a Secret is never printed', () => {
  it.each(printers)('by %s', (_, print) => {
    const printed = print(secret)
    for (const form of [
      value,
      ...value.split('-'),
      Buffer.from(value).toString('base64'),
      Buffer.from(value).toString('hex'),
    ])
      expect(printed).not.toContain(form)
    expect(printed).not.toContain(Array.from(Buffer.from(value)).join(','))
  })

  it('whatever the value and the printer', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 12 })
    fc.assert(
      fc.property(text, fc.constantFrom(...printers), (given, [, print]) => {
        const [printed, other] = [print(Secret.of(given, () => undefined)), print(secret)]
        expect(printed.replace(STACK, '')).toBe(other.replace(STACK, ''))
      }),
      { numRuns: 300 },
    )
  })
})

describe('Secret.of', () => {
  it('tells the mask of the value before it answers', () => {
    const masked: Uint8Array[] = []
    Secret.of(value, (bytes) => masked.push(bytes))
    expect(masked).toEqual([Buffer.from(value)])
  })

  it('makes nothing where the mask fails', () => {
    const failing = () =>
      Secret.of(value, () => {
        throw new Error('mask')
      })
    expect(failing).toThrow('mask')
  })

  it('keeps the bytes, also where the caller changes his own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const before = Uint8Array.from(bytes)
        const made = Secret.of(bytes, () => undefined)
        bytes.fill(0)
        expect(made.bytes()).toEqual(before)
        expect(made.size).toBe(before.byteLength)
      }),
    )
  })

  it('keeps text, a byte order mark too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\uFEFF'), (text, mark) => {
        expect(Secret.of(mark + text, () => undefined).reveal()).toBe(mark + text)
      }),
    )
  })
})

describe('a Secret', () => {
  const of = (given: string | readonly number[]) =>
    Secret.of(typeof given === 'string' ? given : Uint8Array.from(given), () => undefined)

  it.each<[string | readonly number[], boolean, boolean, boolean]>([
    ['', true, true, true],
    [' \t\r\n', true, false, true],
    ['x', true, false, false],
    [' x ', true, false, false],
    [[0xff], false, false, false],
    [[0x20, 0xff], false, false, false],
    [[0xc3], false, false, false],
  ])('of %j: text %s, empty %s, blank %s', (given, isText, isEmpty, isBlank) => {
    const made = of(given)
    expect([made.isText, made.isEmpty, made.isBlank]).toEqual([isText, isEmpty, isBlank])
  })

  it('throws without a quote where it is revealed and is no text', () => {
    const made = Secret.of(Buffer.concat([Buffer.from(value), Buffer.from([0xff])]), () => undefined)
    let thrown: unknown
    try {
      made.reveal()
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(TypeError)
    expect(inspect(thrown, { depth: null, showHidden: true })).not.toContain(value)
  })

  it('equals what has the same bytes, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ maxLength: 3 }), (a, b) => {
        expect(of([...a]).equals(of([...b]))).toBe(Buffer.compare(a, b) === 0)
      }),
    )
  })
})
