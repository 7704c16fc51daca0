import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ActionError, type Code } from '../../src/error.ts'
import type { At, Store } from '../../src/stores/store.ts'
import type { Masked } from '../support/effects.ts'

export type Seed = Readonly<Record<string, Uint8Array | string>>

/** A store that holds a seed. */
export interface Opened {
  readonly store: Store
  /** Where the seed's value of that name is. */
  readonly at: (name: string) => At
  /** Every value masked so far; it grows. */
  readonly masked: readonly Masked[]
}

/** A way in which reading fails, in a store that holds `canary` in whatever is refused. */
export interface Failure {
  readonly what: string
  readonly code: Code
  readonly read: (canary: string) => Promise<unknown>
}

export interface StoreContractOptions {
  /** Whether the store can hold bytes that are no text. */
  readonly binary: boolean
  readonly failures: readonly Failure[]
}

const CANARY = 'canary-9f2c4d$"\'7e1b'

const TEXTS: Seed = {
  PLAIN: 'correct horse battery staple',
  NEWLINE: 'one\ntwo\n',
  ONLY_NEWLINE: '\n',
  CRLF: 'one\r\ntwo\r\n',
  UNICODE: 'gr\u00fc\u00dfe \u{1F511} \u65e5\u672c',
  SPACES: '  two before, one after ',
  SPECIAL: 'a#b #c $HOME ${X} `d` "e" \'f\' \\n \\ % & = \t!',
  JSON: '{"user":"x","n":9007199254740993}',
  LARGE: 'x'.repeat(48 * 1024),
}

const BINARY: Seed = {
  BYTES: Uint8Array.from({ length: 256 }, (_, byte) => byte),
  INVALID: Uint8Array.of(0xff, 0xfe, 0x00),
}

/** What every store must do. `open` makes one that holds the seed. */
export function storeContract(
  name: string,
  open: (seed: Seed) => Opened | Promise<Opened>,
  { binary, failures }: StoreContractOptions,
): void {
  describe(`${name} keeps the contract of a store`, () => {
    const values = Object.entries(binary ? { ...TEXTS, ...BINARY } : TEXTS)

    test.each(values)('answers the value, byte for byte: %s', async (key, value) => {
      const { store, at } = await open(Object.fromEntries(values))
      expect(await bytesAt(store, at(key))).toEqual(Buffer.from(value))
    })

    test('answers undefined for no such key', async () => {
      const { store, at } = await open({ PRESENT: CANARY })
      expect(await store.read(at('ABSENT'))).toBeUndefined()
    })

    test.each(['toString', '__proto__', 'constructor'])('has no key %s by inheritance', async (key) => {
      const { store, at } = await open({ PRESENT: CANARY })
      expect(await store.read(at(key))).toBeUndefined()
    })

    test('an empty value is a value', async () => {
      const { store, at } = await open({ EMPTY: '' })
      expect(await bytesAt(store, at('EMPTY'))).toEqual(Buffer.alloc(0))
    })

    test('masks the value before it answers', async () => {
      const { store, at, masked } = await open({ PLAIN: CANARY })
      await store.read(at('PLAIN'))
      expect(masked.map(({ value }) => Buffer.from(value).toString())).toContain(CANARY)
    })

    test('calls a masked value by a name that does not hold it', async () => {
      const { store, at, masked } = await open({ PLAIN: CANARY })
      await store.read(at('PLAIN'))
      expect(masked.map((each) => each.name).join()).not.toContain(CANARY)
      expect(masked.every((each) => each.name !== '')).toBe(true)
    })

    test('reads at once and again give the same', async () => {
      const { store, at } = await open({ A: 'first', B: 'second', C: 'third' })
      const names = ['A', 'B', 'C', 'A', 'B', 'C', 'ABSENT', 'A']
      const answers = await Promise.all(names.map((each) => bytesAt(store, at(each))))
      expect(answers.map((bytes) => bytes?.toString())).toEqual([
        ...['first', 'second', 'third', 'first', 'second', 'third'],
        ...[undefined, 'first'],
      ])
      expect((await bytesAt(store, at('B')))?.toString()).toBe('second')
    })

    test('says what it is without a value', async () => {
      const { store } = await open({ PLAIN: CANARY })
      expect(store.describe).not.toBe('')
      expect(store.describe).not.toContain(CANARY)
    })

    test('refuses a version where it keeps none', async () => {
      const { store, at } = await open({ PLAIN: CANARY })
      const error = await failureOf(store.read({ ...at('PLAIN'), query: { version: '3' } }))
      expectHarmless(error, 'VALUE_INVALID')
    })

    test.each(failures)('$what: $code, without a value', async ({ code, read }) => {
      expectHarmless(await failureOf(read(CANARY)), code)
    })
  })
}

async function bytesAt(store: Store, at: At): Promise<Buffer | undefined> {
  const found = await store.read(at)
  return found === undefined ? undefined : Buffer.from(found.value.bytes())
}

async function failureOf(reading: Promise<unknown>): Promise<unknown> {
  return reading.then(
    () => expect.fail('the read did not fail'),
    (error: unknown) => error,
  )
}

/** An error that a user can act on, and in which, however deep one looks, no part of the canary is left. */
function expectHarmless(error: unknown, code: Code): void {
  if (!(error instanceof ActionError)) throw new Error('not an ActionError', { cause: error })
  expect(error.code).toBe(code)
  for (const { message, hint } of error.problems) {
    expect(message).toMatch(/^[^A-Z\s]/)
    expect(hint).not.toBe('')
  }
  const printed = [
    inspect(error, { depth: null, showHidden: true }),
    JSON.stringify(error),
    String(error.stack),
    String(error.cause),
  ].join('\n')
  expect(printed).not.toContain(CANARY)
  expect(printed).not.toContain(CANARY.slice(0, 13))
}
