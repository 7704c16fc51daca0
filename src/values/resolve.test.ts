import { describe, expect, it } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { parseConfig } from '../config/load.ts'
import { ActionError } from '../error.ts'
import { Secret } from '../secret.ts'
import type { At, Store } from '../stores/store.ts'
import { parseReference } from './reference.ts'
import { resolveValues, type OpenStore } from './resolve.ts'

type Content = Readonly<Record<string, string | Uint8Array | Error>>

interface Shelf {
  readonly open: (name: string) => OpenStore
  readonly reads: At[]
  /** How many reads ran at once at most. */
  readonly peak: () => number
}

/** A store that answers from a record, and fails where the record holds an error. */
function shelf(content: Content, ownsProperty = false): Shelf {
  const reads: At[] = []
  let running = 0
  let peak = 0
  const store: Store = {
    describe: 'a shelf',
    async read(at) {
      reads.push(at)
      running++
      peak = Math.max(peak, running)
      await Promise.resolve()
      await Promise.resolve()
      running--
      const found = content[at.property === undefined ? at.key : `${at.key}#${at.property}`]
      if (found instanceof Error) throw found
      return found === undefined ? undefined : { value: Secret.of(found, () => undefined), version: 'v1' }
    },
  }
  return { reads, open: () => ({ store, ownsProperty }), peak: () => peak }
}

interface Given {
  readonly values?: string
  readonly data: string
  readonly rest?: string
}

function resolve({ values = '', data, rest = '' }: Given, { open }: Shelf, effects = fakeEffects()) {
  const text = `version: 1\nvalues: {${values}}\nsecrets:\n  s:\n    data: {${data}}\n${rest}`
  const choice = { environment: undefined, namespace: undefined, setFor: () => 'set' }
  return resolveValues(parseConfig(text, choice, 'f.yml'), open, effects.secret)
}

function referenceUse(text: string) {
  const parsed = parseReference(text, undefined)
  if (!parsed.ok) throw new Error(parsed.message)
  return { kind: 'reference', reference: parsed.value } as const
}

const named = (name: string) => ({ kind: 'value', name }) as const

describe('resolveValues', () => {
  it('answers what each placeholder stands for, and where it came from', async () => {
    const values = await resolve(
      { values: 'a: { from: env://A }', data: "A: '${a}', B: '${env://B}'" },
      shelf({ A: 'one', B: 'two' }),
    )
    expect(values.problems).toEqual([])
    const [a, b] = [values.of(named('a')), values.of(referenceUse('env://B'))]
    expect([a.value?.reveal(), a.source, a.version]).toEqual(['one', 'env://A', 'v1'])
    expect([b.value?.reveal(), b.source]).toEqual(['two', 'env://B'])
  })

  it('reads each place once, however many values, properties and Secrets use it', async () => {
    const full = shelf({ J: '{"a": "x", "b": {"c": 12345678901234567890}}' })
    const given = {
      values: 'v: { from: "env://J#a" }, w: { from: "env://J#/b/c" }',
      data: "A: '${v}${v}', B: '${w}', C: '${env://J#a}', D: '${env://J}'",
      rest: "  t: { data: { A: '${v}', B: '${env://J}' } }",
    }
    const values = await resolve(given, full)
    expect(full.reads).toEqual([{ key: 'J', query: {} }])
    expect(values.of(named('v')).value?.reveal()).toBe('x')
    expect(values.of(named('w')).value?.reveal()).toBe('12345678901234567890')
  })

  it('leaves the property to a store that finds values by it', async () => {
    const full = shelf({ 'f#A': 'x', 'f#B': 'y' }, true)
    const values = await resolve({ data: "A: '${dotenv://f#A}', B: '${dotenv://f#B}'" }, full)
    expect(values.problems).toEqual([])
    expect(values.of(referenceUse('dotenv://f#B')).value?.reveal()).toBe('y')
    expect(full.reads).toHaveLength(2)
  })

  it('does not read what no Secret uses', async () => {
    const full = shelf({ A: 'x', B: 'y' })
    await resolve({ values: 'a: { from: env://A }, b: { from: env://B }', data: "A: '${a}'" }, full)
    expect(full.reads.map(({ key }) => key)).toEqual(['A'])
  })

  it('reads sixteen at once and no more', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `K${index}`)
    const full = shelf(Object.fromEntries(names.map((name) => [name, 'x'])))
    await resolve({ data: names.map((name) => `${name}: '\${env://${name}}'`).join(', ') }, full)
    expect(full.reads).toHaveLength(50)
    expect(full.peak()).toBe(16)
  })

  it('masks a property before it answers it', async () => {
    const effects = fakeEffects()
    await resolve({ data: "A: '${env://J#a}'" }, shelf({ J: '{"a": "inner"}' }), effects)
    expect(effects.masked.map(({ value }) => Buffer.from(value).toString())).toEqual(['inner'])
  })
})

describe('where a file differs from the base commit of an event that demands it', () => {
  const untrusted = new ActionError({ code: 'UNTRUSTED_CHANGE', message: 'differs', hint: 'check out' })

  it.each<[string, string, string]>([
    ['file', 'file://f', ''],
    ['dotenv', 'dotenv://f#A', ''],
    ['a store of that kind by another name', 'mine://f#A', 'stores: { mine: { kind: dotenv } }'],
  ])('no other store is opened: %s', async (_, reference, rest) => {
    const opened: string[] = []
    const full = shelf({ f: untrusted, 'f#A': untrusted }, true)
    const open = (name: string): OpenStore => {
      opened.push(name)
      return full.open(name)
    }
    const data = `A: '\${kubernetes://a/b#c}', B: '\${env://E}', C: '\${${reference}}'`
    const values = await resolve({ data, rest }, { ...full, open })
    expect(values.problems).toMatchObject([{ code: 'UNTRUSTED_CHANGE' }])
    expect(new Set(opened)).toEqual(new Set([reference.split(':')[0]]))
    expect(values.of(referenceUse('kubernetes://a/b#c')).value).toBeUndefined()
  })

  it('other stores are read where a file fails for another reason', async () => {
    const missing = new ActionError({ code: 'CONFIG_NOT_FOUND', message: 'large', hint: 'check' })
    const full = shelf({ f: missing, E: 'x' })
    const values = await resolve({ data: "A: '${env://E}', C: '${file://f}'" }, full)
    expect(values.problems).toMatchObject([{ code: 'CONFIG_NOT_FOUND' }])
    expect(values.of(referenceUse('env://E')).value?.reveal()).toBe('x')
  })
})

describe('a value that is not there', () => {
  it.each<[string, Given, Content, RegExp]>([
    [
      'does not exist',
      { data: "A: '${env://X}'" },
      {},
      /^the value env:\/\/X, needed by s\/A, does not exist$/,
    ],
    ['is empty', { data: "A: '${env://X}'" }, { X: '' }, /^the value env:\/\/X, needed by s\/A, is empty$/],
    ['is white space', { data: "A: '${env://X}'" }, { X: ' \n' }, /is empty$/],
    [
      'is declared',
      { values: 'x: { from: env://X }', data: "A: '${x}'" },
      {},
      /^the value `x` \(env:\/\/X\), needed by s\/A, does not exist$/,
    ],
    ['has no such property', { data: "A: '${env://X#p}'" }, { X: '{}' }, /does not exist$/],
    ['has a property that is null', { data: "A: '${env://X#p}'" }, { X: '{"p": null}' }, /does not exist$/],
    ['has an empty property', { data: "A: '${env://X#p}'" }, { X: '{"p": ""}' }, /is empty$/],
    ['is empty, so has no property', { data: "A: '${env://X#p}'" }, { X: '' }, /is empty$/],
    [
      'is needed twice in one place',
      { data: "A: '${env://X}${env://X}'" },
      {},
      /^the value env:\/\/X, needed by s\/A, does not exist$/,
    ],
    ['is needed by many', { data: "A: '${env://X}', B: '${env://X}'" }, {}, /needed by s\/A, s\/B/],
  ])('is an error: it %s', async (_, given, content, message) => {
    const { problems } = await resolve(given, shelf(content))
    expect(problems).toMatchObject([{ code: 'VALUE_MISSING', at: { file: 'f.yml' } }])
    expect(problems[0]?.message).toMatch(message)
  })

  it.each<[string, Content]>([
    ['does not exist', {}],
    ['is empty', { X: '' }],
  ])('is only noticed where it is optional: it %s', async (_, content) => {
    const values = await resolve(
      { values: 'x: { from: env://X, optional: true }', data: "A: '${x}'" },
      shelf(content),
    )
    expect(values.problems).toEqual([])
    expect(values.notices).toMatchObject([
      {
        message:
          'the value `x` (env://X), needed by s/A, is optional and absent: what is live there stays as it is',
      },
    ])
    expect(values.of(named('x'))).toMatchObject({ value: undefined, whenAbsent: 'keep' })
  })

  it('is removed where it is said so', async () => {
    const values = await resolve(
      { values: 'x: { from: env://X, optional: true, when-absent: remove }', data: "A: '${x}'" },
      shelf({}),
    )
    expect(values.notices[0]?.message).toMatch(/it is removed there$/)
    expect(values.of(named('x')).whenAbsent).toBe('remove')
  })

  it.each<[string, Given]>([
    ['the value', { values: 'x: { from: env://X, allow-empty: true }', data: "A: '${x}'" }],
    ['the Secret', { data: "A: '${env://X}'", rest: '    allow-empty: true' }],
  ])('may be empty where %s allows it', async (_, given) => {
    const values = await resolve(given, shelf({ X: '' }))
    expect(values.problems).toEqual([])
  })

  it('may not be empty where one of two Secrets does not allow it', async () => {
    const given = {
      data: "A: '${env://X}'",
      rest: "    allow-empty: true\n  t: { data: { B: '${env://X}' } }",
    }
    expect((await resolve(given, shelf({ X: '' }))).problems).toMatchObject([{ code: 'VALUE_MISSING' }])
  })
})

describe('every failure is told at once', () => {
  const denied = new ActionError({ code: 'STORE_DENIED', message: 'env: refused', hint: 'ask' })

  it('with the values that it keeps from being read, once for each cause', async () => {
    const given = {
      data: "A: '${env://A}', B: '${env://B}', C: '${env://C#p}', D: '${env://C#q}', E: '${env://E#p}'",
    }
    const { problems } = await resolve(given, shelf({ A: denied, C: denied, E: 'no JSON' }))
    expect(problems.map(({ code }) => code).sort()).toEqual([
      'STORE_DENIED',
      'VALUE_INVALID',
      'VALUE_MISSING',
    ])
    const refused = problems.find(({ code }) => code === 'STORE_DENIED')?.message
    for (const needed of ['s/A', 's/C', 's/D', 'env: refused']) expect(refused).toContain(needed)
  })

  it('but a bug of a store is none of them', async () => {
    await expect(resolve({ data: "A: '${env://A}'" }, shelf({ A: new TypeError('x') }))).rejects.toThrow(
      TypeError,
    )
  })

  const canary = ['Zq7', 'hunter2'].join('-')
  it.each<[string, string | Uint8Array]>([
    ['no JSON', canary],
    ['an object', `{"p": {"x": "${canary}"}}`],
    ['no text', Buffer.concat([Buffer.from(canary), Buffer.from([0xff])])],
  ])('and quotes nothing of a value that is %s', async (_, value) => {
    const { problems } = await resolve({ data: "A: '${env://X#p}'" }, shelf({ X: value }))
    expect(problems).toMatchObject([{ code: 'VALUE_INVALID' }])
    expect(JSON.stringify(problems)).not.toContain(canary)
  })
})
