import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryFiles } from '../../test/support/memory-files.ts'
import type { Mode } from '../input-table.ts'
import { ActionError, type Problem } from '../error.ts'
import { describeReference } from '../values/reference.ts'
import type { Config } from './config.ts'
import { loadConfig, parseConfig } from './load.ts'

const FILE = '.github/secretferry.yml'

interface Choice {
  readonly environment?: string
  readonly namespace?: string
  readonly set?: string
  readonly mode?: Mode
}

function parse(text: string, { environment, namespace, set, mode = 'apply' }: Choice = {}): Config {
  const setFor = (declared: string | undefined): string => set ?? declared ?? 'default-set'
  return parseConfig(text, { environment, namespace, mode, setFor }, FILE)
}

function problemsOf(text: string, choice?: Choice): readonly Problem[] {
  try {
    parse(text, choice)
    return []
  } catch (error) {
    if (error instanceof ActionError) return error.problems
    throw error
  }
}

function secretOf(config: Config, id: string) {
  const found = config.secrets.find((secret) => secret.id === id)
  if (found === undefined) throw new Error(`no Secret ${id}`)
  return found
}

/** A file with one Secret `s` and whatever else. */
function file(rest: string, data = 'A: x'): string {
  return `version: 1\nsecrets:\n  s:\n    data:\n      ${data}\n${rest}`
}

const EXAMPLE = `version: 1
namespace: base
stores:
  app:
    kind: env
    prefix: APP_
values:
  db:
    from: env://DB
  redis:
    from: { store: dotenv, key: .env, property: 'REDIS_{environment}' }
    optional: true
    when-absent: remove
secrets:
  backend:
    data:
      URL: postgres://aura:\${db|uri}@postgres/aura
      TOKEN: \${app://TOKEN}
      PIN: 0123
      REDIS: \${redis}
    labels: { team: '7' }
  web:
    type: tls
    namespaces: [a, b, a]
    cert: \${file://web.crt}
    key: \${env://KEY}
environments:
  development:
    namespace: dev
    values:
      db:
        from: dotenv://.env#DB_PASSWORD
    secrets:
      backend:
        data:
          PIN: null
          EXTRA: '1'
  production:
    set: mine
    cluster: { uid: abc }
    secrets:
      web: null
      backend:
        name: renamed
        namespace: own
        immutable: true
  empty:
`

describe('parseConfig', () => {
  it('reads values with their references, and what becomes of absent ones', () => {
    const { values } = parse(EXAMPLE, { environment: 'production' })
    const [db, redis] = [values.get('db'), values.get('redis')]
    expect(db).toMatchObject({ optional: false, whenAbsent: 'keep', allowEmpty: false })
    expect(redis).toMatchObject({ optional: true, whenAbsent: 'remove' })
    expect(db && describeReference(db.from)).toBe('env://DB')
    expect(redis && describeReference(redis.from)).toBe('dotenv://.env#REDIS_production')
  })

  it('keeps scalars as they were written', () => {
    const pin = secretOf(parse(EXAMPLE, { environment: 'empty' }), 'backend').data.get('PIN')
    expect(pin?.template.parts).toEqual([{ kind: 'literal', text: '0123' }])
  })

  it('lays the chosen environment over the file, where null removes', () => {
    const { secrets, values, ...config } = parse(EXAMPLE, { environment: 'development' })
    expect(config).toMatchObject({ environment: 'development', set: 'default-set', clusterUid: undefined })
    const from = values.get('db')?.from
    expect(from && describeReference(from)).toBe('dotenv://.env#DB_PASSWORD')
    const [backend] = secrets
    expect([...(backend?.data.keys() ?? [])]).toEqual(['URL', 'TOKEN', 'REDIS', 'EXTRA'])
    expect(backend?.namespaces).toEqual(['dev'])
    expect(values.get('redis')?.optional).toBe(true)
  })

  it('leaves out a Secret that the environment removes, and renames another', () => {
    const config = parse(EXAMPLE, { environment: 'production' })
    expect(config.secrets.map(({ id, name, namespaces }) => [id, name, namespaces])).toEqual([
      ['backend', 'renamed', ['own']],
    ])
    expect(config).toMatchObject({ set: 'mine', clusterUid: 'abc' })
    expect(secretOf(config, 'backend').immutable).toBe(true)
  })

  it.each<[string, Choice, string[], string[]]>([
    ['the input', { namespace: 'input', environment: 'development' }, ['input'], ['input']],
    ['the Secret, then the environment', { environment: 'development' }, ['dev'], ['a', 'b']],
    ['the Secret, then the file', { environment: 'empty' }, ['base'], ['a', 'b']],
  ])('takes the namespace from %s', (_, choice, backend, web) => {
    const config = parse(EXAMPLE, choice)
    expect(secretOf(config, 'backend').namespaces).toEqual(backend)
    expect(secretOf(config, 'web').namespaces).toEqual(web)
  })

  it('names no namespace where nobody does', () => {
    expect(secretOf(parse(file('')), 's').namespaces).toEqual([])
  })

  it('puts helper fields under their keys, by the short type and by the full one', () => {
    for (const type of ['tls', 'kubernetes.io/tls']) {
      const text = `version: 1\nsecrets:\n  s:\n    type: ${type}\n    cert: c\n    key: k\n`
      const { data, type: full } = secretOf(parse(text), 's')
      expect([full, ...data.keys()]).toEqual(['kubernetes.io/tls', 'tls.crt', 'tls.key'])
    }
  })

  it('reads the log-ins of a registry', () => {
    const text = `version: 1
secrets:
  s:
    type: registry
    registries:
      registry.example:
        username: u
        password: \${env://P}
`
    const [registry] = secretOf(parse(text), 's').registries
    expect(registry).toMatchObject({ host: 'registry.example', email: undefined })
    expect(registry?.password.at).toEqual({ file: FILE, line: 8, column: 19 })
  })

  it('gives every template and value the place where it is written, in the overlay where it is there', () => {
    const config = parse(EXAMPLE, { environment: 'development' })
    const { data, at } = secretOf(config, 'backend')
    expect(at).toEqual({ file: FILE, line: 34, column: 7 })
    expect(data.get('URL')?.at).toEqual({ file: FILE, line: 17, column: 12 })
    expect(data.get('EXTRA')?.at).toEqual({ file: FILE, line: 37, column: 18 })
    expect(config.values.get('db')?.at).toEqual({ file: FILE, line: 32, column: 15 })
  })

  it('takes the environment of the input also where the file declares none', () => {
    expect(parse(file('', 'A: ${env://X_{environment}}'), { environment: 'e' }).environment).toBe('e')
  })
})

type Row = readonly [what: string, text: string, line: number, column: number, says: RegExp]

const rows: readonly Row[] = [
  ['a `${` that is not closed', file('', 'A: ${db'), 5, 10, /`\$\{` that is never closed.*` #`/s],
  ['a `${` cut by a comment', file('', 'A: ${db #x}'), 5, 10, /never closed.*` #` begins a YAML comment/s],
  ['`${{`', file('', 'A: ${{ secrets.A }}'), 5, 10, /`\$\{\{` here.*workflows only/s],
  ['an empty placeholder', file('', 'A: ${}'), 5, 10, /no value name and no reference/],
  ['an unknown filter', file('', 'A: ${env://A|url}'), 5, 10, /unknown filter.*\|uri/s],
  ['a reference without a key', file('', 'A: ${env://}'), 5, 10, /without a key/],
  ['a percent sign that encodes nothing', file('', 'A: ${env://100%}'), 5, 10, /percent sign.*%25/s],
  ['`{environment}` without one', file('', 'A: ${env://A_{environment}}'), 5, 10, /no environment is chosen/],
  ['invalid YAML', 'version: 1\nsecrets:\n  s: "x\n', 4, 1, /invalid YAML/],
  ['an empty file', '', 1, 1, /the file must be a mapping/],
  ['a list', '- a', 1, 1, /the file must be a mapping/],
  ['no version', 'secrets: { s: { data: { A: x } } }', 1, 1, /`version` is missing/],
  ['another version', 'version: 2\nsecrets: { s: { data: { A: x } } }', 1, 10, /write one of: 1/],
  ['no secrets', 'version: 1', 1, 1, /no Secret is declared/],
  ['secrets of nothing', 'version: 1\nsecrets: {}', 2, 1, /no Secret is declared/],
  ['a Secret of nothing', 'version: 1\nsecrets:\n  s: {}', 3, 6, /a Secret without data/],
  ['a Secret that is null', 'version: 1\nsecrets:\n  s:', 3, 5, /`secrets.s` must be a mapping/],
  ['an empty scalar', file('', 'A:'), 5, 9, /`secrets.s.data.A` must be text/],
  ['a null', file('', 'A: null'), 5, 10, /`secrets.s.data.A` must be text/],
  ['a list in place of text', file('', 'A: [x]'), 5, 10, /`secrets.s.data.A` must be text/],
  [
    'an unknown key',
    file('value: {}'),
    6,
    1,
    /the file has a key that is not known here: did you mean `values`/,
  ],
  ['an unknown key of a Secret', file('', 'A: x\n    lables: {}'), 6, 5, /`secrets.s` has.*`labels`/],
  ['an unknown key of a value', file('values: { a: { form: env://A } }'), 6, 16, /`values.a` has.*`from`/],
  ['a value without `from`', file('values:\n  a: { optional: true }'), 7, 6, /`values.a.from` is missing/],
  [
    'a long reference with an unknown key',
    file('values: { a: { from: { store: env, kee: x } } }'),
    6,
    36,
    /`key`/,
  ],
  [
    'a long reference without a store',
    file('values: { a: { from: { key: x } } }'),
    6,
    22,
    /from.store` is missing/,
  ],
  [
    'a long reference with an empty key',
    file("values: { a: { from: { store: env, key: '' } } }"),
    6,
    22,
    /without a key/,
  ],
  [
    'a long reference by environment, without one',
    file("values: { a: { from: { store: env, key: '{environment}' } } }"),
    6,
    22,
    /no environment is chosen/,
  ],
  ['a boolean that is none', file('values: { a: { from: env://A, optional: yes } }'), 6, 41, /true, false/],
  [
    'a name that is not valid',
    file('values: { "a b": { from: env://A } }'),
    6,
    11,
    /`values` has a name that is not valid/,
  ],
  [
    'an unknown value',
    file('values: { db-password: { from: env://A } }', 'A: ${db-pasword}'),
    5,
    10,
    /did you mean `db-password`/,
  ],
  [
    'a value among none',
    file('', 'A: ${db}'),
    5,
    10,
    /names a value that is not declared.*declared are: none/s,
  ],
  ['an unknown store', file('', 'A: ${dotenw://.env}'), 5, 10, /names a store.*did you mean `dotenv`/],
  [
    'an unknown store of a value',
    file('values: { a: { from: "enw://A" } }'),
    6,
    22,
    /names a store.*did you mean `env`/,
  ],
  [
    'an unknown kind of store',
    file('stores: { v: { kind: dotenw } }'),
    6,
    22,
    /`stores.v.kind`.*did you mean `dotenv`/,
  ],
  [
    'an unknown setting of a store',
    file('stores: { v: { kind: env, prefx: A_ } }'),
    6,
    27,
    /`stores.v` has.*`prefix`/,
  ],
  ['an unknown type', file('', 'A: x\n    type: opaqe'), 6, 11, /unknown type of Secret.*`opaque`/s],
  [
    'a helper field of another type',
    file('', 'A: x\n    cert: c'),
    6,
    5,
    /`cert` does not belong to this type/,
  ],
  [
    'a helper field and its key',
    file('', 'tls.crt: x\n    type: tls\n    cert: c\n    key: k'),
    7,
    5,
    /`cert` beside the key/,
  ],
  [
    'registries and their key',
    file('', '.dockerconfigjson: x\n    type: registry\n    registries: {}'),
    7,
    5,
    /`registries` beside the key/,
  ],
  [
    'namespace and namespaces',
    file('', 'A: x\n    namespace: a\n    namespaces: [b]'),
    6,
    5,
    /`namespace` beside `namespaces`/,
  ],
  ['no namespaces', file('', 'A: x\n    namespaces: []'), 6, 17, /`secrets.s.namespaces` is empty/],
  ['a tag', file('', 'A: !vault x'), 5, 10, /a tag/],
]

describe('an error in the file is told with its place:', () => {
  it.each(rows)('%s', (_, text, line, column, says) => {
    const problems = problemsOf(text)
    const told = problems.filter(({ message, hint }) => says.test(`${message}\n${hint}`))
    expect(told.map(({ at }) => at)).toEqual([{ file: FILE, line, column }])
    expect(told.map(({ code }) => code)).toEqual(['CONFIG_INVALID'])
  })

  it('all of them at once', () => {
    const text = `version: 1
stores:
  x: { kind: dotenw }
values:
  a: { from: nowhere }
secrets:
  one: { data: { A: '\${b}', B: '\${{ x }}' } }
  two: { type: opaqe, cert: c }
`
    expect(problemsOf(text).map(({ at }) => at?.line)).toEqual([5, 7, 8, 8, 3, 7])
  })

  it('all that the schema finds at once, in every environment', () => {
    const text = file(`values:
  a: { form: env://A }
environments:
  dev: { namespase: x }
  prod: { secrets: { s: { dta: {} } } }`)
    expect(problemsOf(text, { environment: 'dev' }).map(({ at }) => at?.line)).toEqual([7, 7, 9, 10])
  })

  it('also where only another environment is wrong once it is laid over the file', () => {
    const text = file(
      'environments:\n  dev: {}\n  prod: { secrets: { t: { data: null, name: null }, s: { data: { A: null } } }, values: { a: { optional: true } } }',
    )
    expect(problemsOf(text, { environment: 'dev' })).toMatchObject([
      { message: '`values.a.from` is missing', at: { line: 8 } },
    ])
  })
})

describe('a name with a line break or another control character', () => {
  const evil = '"a\\n::error::x\\n::stop-commands::tok"'
  it.each<[string, string, number]>([
    ['the set', file(`set: ${evil}\n`), 6],
    ['the namespace', file('namespace: "a\\u001b[2J"\n'), 6],
    ['the key of a Secret', `version: 1\nsecrets:\n  ${evil}: { data: { A: x } }\n`, 3],
    ['its name', file(`    name: ${evil}\n`), 6],
    ['its namespace', file(`    namespace: ${evil}\n`), 6],
    ['one of its namespaces', file(`    namespaces: [a, "b\\u202e"]\n`), 6],
    ['a key of its data', file('', `${evil}: x`), 5],
    ['an environment', file(`environments:\n  ${evil}: {}\n`), 7],
    ['the set of an environment', file(`environments:\n  dev:\n    set: ${evil}\n`), 8],
    ['a name in an environment', file(`environments:\n  dev:\n    secrets: { s: { name: ${evil} } }\n`), 8],
  ])('is refused, with its place and without a quote: %s', (_, text, line) => {
    const problems = problemsOf(text, { environment: 'dev' })
    expect(problems).toMatchObject([{ code: 'CONFIG_INVALID', at: { file: FILE, line } }])
    expect(problems[0]?.message).toMatch(/control character/)
    expect(JSON.stringify(problems)).not.toContain('::')
  })

  it('is no matter in a value', () => {
    const text = `version: 1\nsecrets:\n  s:\n    data: { name: "a\\nb", set: "a\\nb" }\n    annotations: { name: "a\\nb" }\n`
    expect(problemsOf(text)).toEqual([])
  })
})

describe('an environment', () => {
  const text = file('environments:\n  development: {}\n  production: {}')
  it.each([
    [undefined, /none is chosen/, 'set the `environment` input to one of: development, production'],
    ['developmnt', /does not declare the environment/, 'did you mean `development`?'],
    ['qa', /does not declare the environment/, 'known are: development, production'],
  ])('must be chosen among those declared: %s', (environment, message, hint) => {
    const [problem] = problemsOf(text, environment === undefined ? {} : { environment })
    expect(problem).toMatchObject({ code: 'INPUT_INVALID', hint, at: { file: FILE } })
    expect(problem?.message).toMatch(message)
  })
})

describe('restart', () => {
  it.each([
    ['auto', 'auto'],
    ['none', 'none'],
    ['[statefulset/postgres]', [{ kind: 'StatefulSet', name: 'postgres' }]],
    [
      '[Deployments/a, rollout/b.c]',
      [
        { kind: 'Deployment', name: 'a' },
        { kind: 'Rollout', name: 'b.c' },
      ],
    ],
  ])('of %s', (written, restart) => {
    expect(parse(file('', `A: x\n    restart: ${written}`)).secrets[0]?.restart).toEqual(restart)
  })

  it.each(['yes', '[]', '[backend]', '[pod/x]', '[deployment/]', '[deployment/a/b]', '[deployment/UPPER]'])(
    'is not %s',
    (written) => {
      const [problem] = problemsOf(file('', `A: x\n    restart: ${written}`))
      expect(problem).toMatchObject({ code: 'CONFIG_INVALID', at: { line: 6 } })
    },
  )
})

describe('a feature of a later version is refused by name', () => {
  const uses = 'A: ${a}'
  it.each<[string, string, string, number]>([
    ['require', file('values: { a: { from: env://A, require: { min-length: 3 } } }', uses), '`require`', 6],
    ['rotate', file('values: { a: { from: env://A, rotate: { every: 90d } } }', uses), '`rotate`', 6],
    ['policy', file('policy: { max-age: 90d }'), '`policy`', 6],
    [
      'a store',
      file('stores: { a: { kind: vault, address: "https://v" } }', 'A: ${a://k}'),
      'the store kind `vault`',
      6,
    ],
  ])('where the chosen environment uses it: %s', (_, text, name, line) => {
    const problems = problemsOf(text, { environment: 'e' })
    expect(problems).toMatchObject([{ code: 'NOT_AVAILABLE', at: { line } }])
    expect(problems[0]?.message).toBe(`${name} is not available yet in this version`)
  })

  it.each<[string, string]>([
    ['require of a value that no Secret uses', file('values: { a: { from: env://A, require: {} } }')],
    ['rotate of a value that no Secret uses', file('values: { a: { from: env://A, rotate: {} } }')],
    ['a store that nothing uses', file('stores: { a: { kind: vault } }')],
    [
      'what the environment removes',
      file(
        'environments: { e: { values: { a: { rotate: null } }, secrets: { s: { restart: null } } } }\nvalues: { a: { from: env://A, rotate: {} } }',
        'A: ${a}\n    restart: auto',
      ),
    ],
    [
      'what another environment uses',
      file(
        'environments: { e: {}, f: { deliver: external-secret, policy: {}, secrets: { s: { restart: auto } } } }',
      ),
    ],
    ['deliver: apply', file('environments: { e: { deliver: apply } }')],
  ])('and not elsewhere: %s', (_, text) => {
    expect(problemsOf(text, { environment: 'e' })).toEqual([])
  })
})

describe('how Secrets are delivered', () => {
  const sealed = file('environments: { e: { deliver: sealed-secret } }')
  const external = file(
    'environments: { e: { deliver: external-secret } }\nstores: { a: { kind: vault } }\nvalues: { a: { from: a://k#p, rotate: {} } }',
    'A: ${a}',
  )

  it.each([
    ['sealed-secret', sealed],
    ['external-secret', external],
  ])('is rendered or handed over where it is not by writing, and nothing else: %s', (deliver, text) => {
    const [problem] = problemsOf(text, { environment: 'e', mode: 'rollback' })
    expect(problem).toMatchObject({ code: 'INPUT_INVALID', at: { line: 6 } })
    expect(problem?.message).toBe(`\`deliver: ${deliver}\` is rendered, not written to the cluster`)
    expect(problemsOf(text, { environment: 'e', mode: 'render' })).toEqual([])
    expect(problemsOf(text, { environment: 'e', mode: 'apply' })).toEqual([])
  })

  it('may be said for the whole file', () => {
    expect(problemsOf(file('deliver: ecs'))).toMatchObject([{ code: 'INPUT_INVALID', at: { line: 6 } }])
  })

  it('asks for stores that can be read where values are sealed', () => {
    const text = file('deliver: sealed-secret\nstores: { a: { kind: vault } }', 'A: ${a://k#p}')
    expect(problemsOf(text, { mode: 'render' })).toMatchObject([{ code: 'NOT_AVAILABLE', at: { line: 7 } }])
  })

  it.each([
    ['a setting that its kind does not have', 'stores: { a: { kind: vault, url: x } }'],
    ['a region that is none', 'stores: { a: { kind: aws-ssm, region: here } }'],
    ['an operator’s store of no kind', 'stores: { a: { kind: vault, external: { kind: Store } } }'],
    ['a log-in that there is not', 'stores: { a: { kind: vault, external: { auth: { token: x } } } }'],
    ['an interval that is none', 'external-secret: { refresh-interval: often }'],
    ['a push to no reference', 'set: x', 'A: x\n    push: { A: nowhere }'],
  ])('is refused with %s', (_, top, secret = 'A: x') => {
    expect(problemsOf(file(top, secret))).toMatchObject([{ code: 'CONFIG_INVALID' }])
  })
})

describe('no problem of the file quotes a value that stands in it', () => {
  const canary = ['Zq7', 'hunter2', 'canary'].join('-')
  const texts = [
    canary,
    `"${canary}`,
    `\${${canary}`,
    `\${{${canary}}}`,
    `\${ ${canary}!}`,
    `\${x|${canary}}`,
    `\${env://%${canary}}`,
    `!${canary} x`,
    `*${canary}`,
    `[${canary}]`,
    `{ ? [${canary}] : x }`,
    `\n${canary}\n`,
    `- ${canary}`,
  ]
  const places: readonly ((text: string) => string)[] = [
    (text) => text,
    (text) => `version: ${text}`,
    (text) => `version: 1\nsecrets: ${text}`,
    (text) => file('', `A: ${text}`),
    (text) => file('', `A: x\n    type: ${text}`),
    (text) => file('', `A: x\n    immutable: ${text}`),
    (text) => file('', `A: x\n    labels: ${text}`),
    (text) => file(`values: ${text}`),
    (text) => file(`values:\n  a: ${text}`),
    (text) => file(`values:\n  a:\n    from: ${text}`, 'A: ${a}'),
    (text) => file(`values:\n  a:\n    from: { store: ${text}, key: k }`, 'A: ${a}'),
    (text) => file(`stores:\n  a:\n    kind: ${text}`),
    (text) => file(`environments: ${text}`),
    (text) => file(text),
  ]

  it('wherever it is pasted', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.constantFrom(...places), (text, place) => {
        expect(JSON.stringify(problemsOf(place(text), { environment: 'e' }))).not.toContain(canary)
      }),
      { numRuns: 600 },
    )
  })
})

describe('no problem of the file quotes a key that is not known,', () => {
  const canary = ['Zq7', 'hunter2', 'canary'].join('-')
  it.each([
    file(`${canary}: x`),
    file('', `A: x\n    ${canary}: x`),
    file(`cluster: { ${canary}: x }`),
    file(`values: { a: { from: env://A, ${canary}: x } }`),
    file(`values: { a: { from: { store: env, key: x, ${canary}: x } } }`),
    file(`values: { "${canary}!": { from: env://A } }`),
    file(`stores: { a: { kind: env, ${canary}: x } }`),
    file(`environments: { e: { ${canary}: x } }`),
    file(`environments: { e: { secrets: { s: { ${canary}: x } } } }`),
    file('', `A: x\n    type: registry\n    registries: { h: { username: u, password: p, ${canary}: x } }`),
  ])('but tells its place: %s', (text) => {
    const problems = problemsOf(text, { environment: 'e' })
    expect(problems.map(({ at }) => [at?.line, at?.column])).toContainEqual(placeOf(text, canary))
    expect(JSON.stringify(problems)).not.toContain(canary)
  })
})

function placeOf(text: string, word: string): [number, number] {
  const lines = text.split('\n')
  const line = lines.findIndex((each) => each.includes(word))
  const at = lines[line]?.indexOf(word) ?? -1
  return [line + 1, lines[line]?.[at - 1] === '"' ? at : at + 1]
}

describe('loadConfig', () => {
  const choice = {
    path: FILE,
    explicit: false,
    environment: undefined,
    namespace: undefined,
    setFor: () => 's',
  }
  const load = (seed: Readonly<Record<string, string | Uint8Array>>, explicit = false) =>
    loadConfig({ ...choice, explicit }, memoryFiles(seed))

  it('reads the file at the path', async () => {
    const config = await load({ [FILE]: file('') })
    expect(config.secrets.map(({ at }) => at)).toEqual([{ file: FILE, line: 3, column: 3 }])
  })

  it('reads a file that begins with a byte order mark', async () => {
    await expect(load({ [FILE]: `\uFEFF${file('')}` })).resolves.toMatchObject({ set: 's' })
  })

  it.each<[string, Readonly<Record<string, string | Uint8Array>>, boolean, string, RegExp]>([
    ['there is none', {}, false, 'CONFIG_NOT_FOUND', /checkout.*`name`/],
    ['there is none where the input says', {}, true, 'CONFIG_NOT_FOUND', /`config` input/],
    ['it is not UTF-8', { [FILE]: Buffer.from([0x61, 0xff]) }, false, 'CONFIG_INVALID', /UTF-8/],
    ['it is larger than a mebibyte', { [FILE]: 'a'.repeat(1024 * 1024 + 1) }, false, 'CONFIG_NOT_FOUND', /./],
  ])('says that %s', async (_, seed, explicit, code, hint) => {
    const error: unknown = await load(seed, explicit).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code })
    expect(error instanceof ActionError && error.problems[0].hint).toMatch(hint)
  })
})

it('takes five thousand Secrets of five keys', () => {
  const keys = ['host', 'user', 'pass', 'port', 'name'].map((key) => `   ${key}: \${env://A}\n`).join('')
  const secrets = Array.from({ length: 5000 }, (_, n) => ` secret-${n}:\n  data:\n${keys}`)
  expect(parse(`version: 1\nsecrets:\n${secrets.join('')}`).secrets).toHaveLength(5000)
})
