import fc from 'fast-check'
import { stringify } from 'yaml'
import { describe, expect, it } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { ActionError, type Problem } from '../error.ts'
import type { InlineSource } from '../inputs/declared.ts'
import { Secret } from '../secret.ts'
import { describeReference } from '../values/reference.ts'
import { placeholders } from '../values/template.ts'
import { inlineConfig } from './inline.ts'

interface Given extends Partial<Omit<InlineSource, 'data'>> {
  readonly data?: string
}

function parse({ data, ...given }: Given, effects = fakeEffects()) {
  const source: InlineSource = {
    kind: 'inline',
    name: 'app',
    type: undefined,
    fromEnv: undefined,
    labels: undefined,
    annotations: undefined,
    immutable: false,
    ...given,
    data: data === undefined ? undefined : Secret.of(data, () => undefined),
  }
  const chosen = { environment: 'dev', namespace: undefined, set: 's' }
  return inlineConfig(source, chosen, effects.secret)
}

function problemsOf(given: Given): readonly Problem[] {
  try {
    parse(given)
    return []
  } catch (error) {
    if (error instanceof ActionError) return error.problems
    throw error
  }
}

function sourcesOf(given: Given): Record<string, string[]> {
  const data = parse(given).secrets[0]?.data ?? new Map<string, never>()
  return Object.fromEntries(
    [...data].map(([key, { template }]) => [
      key,
      placeholders(template).map(({ use }) =>
        use.kind === 'value' ? use.name : describeReference(use.reference),
      ),
    ]),
  )
}

describe('from-env', () => {
  it.each<[string, Record<string, string[]>]>([
    ['KEY', { KEY: ['env://KEY'] }],
    ['KEY=ENV_NAME', { KEY: ['env://ENV_NAME'] }],
    ['  db-password = DB_PASSWORD  ', { 'db-password': ['env://DB_PASSWORD'] }],
    ['\n\nA\r\n\r\nB=C\r\n', { A: ['env://A'], B: ['env://C'] }],
    ['tls.crt=TLS_CRT\n_X', { 'tls.crt': ['env://TLS_CRT'], _X: ['env://_X'] }],
    ['__proto__=A', { ['__proto__']: ['env://A'] }],
  ])('%j names the keys and their variables', (fromEnv, sources) => {
    expect(sourcesOf({ fromEnv })).toEqual(sources)
  })

  it.each([
    ['A=', 1],
    ['=B', 1],
    ['A\nA B', 2],
    ['A=1X', 1],
    ['A=B=C', 1],
    ['A=${{ secrets.A }}', 1],
    ['A\n\nB: c', 3],
    ['- A', 1],
    ['A=B-C', 1],
  ])('%j is refused with its line', (fromEnv, line) => {
    expect(problemsOf({ fromEnv })).toMatchObject([
      {
        code: 'INPUT_INVALID',
        message: 'a line that is neither KEY nor KEY=ENV_NAME',
        at: { label: `input \`from-env\`, line ${line}` },
      },
    ])
  })

  it('names no key twice, in data neither', () => {
    expect(problemsOf({ fromEnv: 'A\nB\nA=C', data: 'B: x' })).toMatchObject([
      { message: 'the key A a second time', at: { label: 'input `from-env`, line 3' } },
      { message: 'the key B stands in both `data` and `from-env`' },
    ])
  })
})

describe('data', () => {
  it('is a mapping of keys to templates, whose literal text is secret', () => {
    const data = 'PIN: 0123\nURL: postgres://u:${env://P|uri}@h\nESCAPED: a$${b}'
    const [secret] = parse({ data }).secrets
    const parts = [...(secret?.data ?? [])].map(([key, { template }]) => [
      key,
      template.parts[0],
      template.secretLiterals,
    ])
    expect(parts).toEqual([
      ['PIN', { kind: 'literal', text: '0123' }, true],
      ['URL', { kind: 'literal', text: 'postgres://u:' }, true],
      ['ESCAPED', { kind: 'literal', text: 'a${b}' }, true],
    ])
  })

  it('is masked, value by value, before anything is said of it', () => {
    const effects = fakeEffects()
    const data = 'ONE: first value\nTWO: ${never closed'
    expect(() => parse({ data }, effects)).toThrow(ActionError)
    expect(effects.masked.map(({ value }) => Buffer.from(value).toString())).toEqual([
      'first value',
      '${never closed',
    ])
  })

  it('takes every text that is quoted as YAML demands, byte for byte', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).map((value) => value.replaceAll('${', '$'))
    fc.assert(
      fc.property(text, (value) => {
        const data = stringify({ KEY: value }, { defaultStringType: 'QUOTE_DOUBLE' })
        const template = parse({ data }).secrets[0]?.data.get('KEY')?.template
        expect(template?.parts).toEqual([{ kind: 'literal', text: value }])
      }),
    )
  })

  it.each<[string, string, string | undefined, RegExp]>([
    ['a quote that is not closed', 'A: x\nB: "y', 'input `data`, line 2', /invalid YAML.*from-env/s],
    [
      'a value that begins with a quote of its own',
      'A: "x"y',
      'input `data`, line 1',
      /invalid YAML.*from-env/s,
    ],
    ['a value that begins with @', 'A: @x', 'input `data`, line 1', /invalid YAML.*from-env/s],
    ['a key twice', 'A: x\nA: y', 'input `data`, line 2', /duplicate key/],
    ['a text', 'just a text', 'input `data`', /not a YAML mapping/],
    ['a list', '- A', 'input `data`', /not a YAML mapping/],
    ['a list as a value', 'A: x\nB: [y]', 'input `data`, line 2', /is not a text/],
    ['an empty value', 'A: x\nB:', 'input `data`, line 2', /is empty.*does this event see it/s],
    ['`${` unclosed', 'A: ${x', 'input `data` or `from-env`, key A', /never closed/],
    ['`${{`', 'A: ${{ x }}', 'input `data` or `from-env`, key A', /workflows only/],
    [
      'a value that no file declares',
      'A: ab${cd}ef',
      'input `data` or `from-env`, key A',
      /not declared.*literal `\$\{`/s,
    ],
    ['an unknown store', 'A: ${enw://X}', 'input `data` or `from-env`, key A', /did you mean `env`/],
  ])('is refused with its line: %s', (_, data, label, says) => {
    const [problem] = problemsOf({ data })
    expect(problem?.code).toBe('INPUT_INVALID')
    expect(problem?.at).toEqual({ label })
    expect(`${problem?.message ?? ''}\n${problem?.hint ?? ''}`).toMatch(says)
  })

  it('is never quoted in a problem', () => {
    const canary = ['Zq7', 'hunter2', 'canary'].join('-')
    const text = fc.constantFrom(
      ...[`A: "${canary}`, `A: @${canary}`, `A: ${canary}: x`, canary, `- ${canary}`, `A: [${canary}]`],
      ...[`A: {${canary}: x}`, `A: \${${canary}`, `A: \${${canary}}`, `A: \${x|${canary}}`, `A: *${canary}`],
      ...[`A: \${${canary}://x}`, `A: !${canary} x`, `A: x\n ${canary}`, `A: |${canary}\n  x`],
    )
    const input = fc.constantFrom('data', 'labels', 'annotations', 'fromEnv', 'type')
    fc.assert(
      fc.property(text, input, (given, name) => {
        expect(JSON.stringify(problemsOf({ data: 'K: v', [name]: given }))).not.toContain(canary)
      }),
      { numRuns: 300 },
    )
  })
})

describe('inlineConfig', () => {
  it('makes the same Config as a file would', () => {
    const config = parse({
      name: 'tls',
      type: 'tls',
      fromEnv: 'tls.crt=CRT\ntls.key=KEY',
      labels: 'team: 007',
      annotations: 'a/b: c',
      immutable: true,
    })
    expect(config).toMatchObject({ set: 's', environment: 'dev', clusterUid: undefined })
    expect(config.secrets).toMatchObject([
      {
        id: 'tls',
        name: 'tls',
        type: 'kubernetes.io/tls',
        namespaces: [],
        labels: { team: '007' },
        annotations: { 'a/b': 'c' },
        immutable: true,
      },
    ])
  })

  it('tells all problems at once', () => {
    const problems = problemsOf({
      type: 'opaqe',
      data: 'A:\nB: ${{ x }}',
      fromEnv: 'a b',
      labels: '- x',
      annotations: 'x: [y]',
    })
    expect(problems.map(({ message }) => message)).toEqual([
      'a key of input `data` is empty',
      'a line that is neither KEY nor KEY=ENV_NAME',
      'input `labels` is not a YAML mapping',
      'a key of input `annotations` is not a text',
      'an unknown type of Secret',
      '`${{` here: GitHub evaluates expressions in workflows only',
    ])
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['INPUT_INVALID']))
  })
})
