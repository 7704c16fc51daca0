import { describe, expect, it } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { plainSecret } from '../../test/support/plain-secret.ts'
import { parseConfig } from '../config/load.ts'
import type { Resolved, Values } from '../values/resolve.ts'
import { describeReference } from '../values/reference.ts'
import { buildManifests } from './build.ts'

/** Values by variable; `keep` and `remove` stand for an absent one. */
type Given = Readonly<Record<string, string | Uint8Array>>

/** What stands for each use: a value, or what becomes of the key where it is absent. */
function valuesOf(given: Given): Values {
  return {
    of: (use): Resolved => {
      const source = use.kind === 'value' ? `env://${use.name}` : describeReference(use.reference)
      const found = given[source.slice('env://'.length)]
      const absent = found === 'keep' || found === 'remove' || found === undefined
      return {
        value: absent ? undefined : plainSecret(found),
        source,
        version: undefined,
        whenAbsent: found === 'remove' ? 'remove' : 'keep',
      }
    },
    problems: [],
    notices: [],
  }
}

function build(secrets: string, given: Given = {}, effects = fakeEffects()) {
  const text = `version: 1\nsecrets:\n${secrets}`
  const config = parseConfig(
    text,
    { environment: undefined, namespace: undefined, setFor: () => 's' },
    'f.yml',
  )
  return buildManifests(config, {
    values: valuesOf(given),
    secret: effects.secret,
    literal: effects.literal,
    defaultNamespace: 'default',
  })
}

/** Values by key, of the first Secret. */
function dataOf({ manifests }: ReturnType<typeof build>): Record<string, string | undefined> {
  const data = manifests[0]?.data ?? new Map<string, never>()
  return Object.fromEntries([...data].map(([key, { value }]) => [key, value?.reveal()]))
}

const one = (data: string, rest = ''): string => `  web:\n    data: { ${data} }\n${rest}`

describe('buildManifests', () => {
  it('puts values in place, keys in order, and tells where each came from', () => {
    const built = build(one("z: text, a: '${env://A}', m: 'x-${env://A}-${env://B|uri}-${env://A}'"), {
      A: 'a/',
      B: 'b/',
    })
    expect(built.problems).toEqual([])
    expect(Object.entries(dataOf(built))).toEqual([
      ['a', 'a/'],
      ['m', 'x-a/-b%2F-a/'],
      ['z', 'text'],
    ])
    expect([...(built.manifests[0]?.data.values() ?? [])].map(({ source }) => source)).toEqual([
      'env://A',
      'env://A, env://B',
      'literal',
    ])
  })

  it('makes one for each namespace, or one in the context’s own', () => {
    const built = build('  web: { namespaces: [a, b], data: { k: v } }\n  db: { data: { k: v } }\n')
    expect(built.manifests.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'a/web',
      'b/web',
      'default/db',
    ])
  })

  it('masks what it composes, and not what the file says in clear', () => {
    const effects = fakeEffects()
    build(one("a: plain words, b: 'pre-${env://A}', c: '${env://A|base64}'"), { A: 'value' }, effects)
    const masked = effects.masked.map(({ value }) => Buffer.from(value).toString())
    expect(masked).toEqual(['pre-value', Buffer.from('value').toString('base64')])
  })

  it('keeps bytes', () => {
    const bytes = Uint8Array.from([0xff, 0x00, 0x0a])
    expect(build(one("a: '${env://A}'"), { A: bytes }).manifests[0]?.data.get('a')?.value?.bytes()).toEqual(
      bytes,
    )
  })

  it.each<[string, Given, Record<string, string | undefined>]>([
    ['kept', { A: 'keep', B: 'b' }, { a: undefined, m: undefined, z: 'text' }],
    ['removed', { A: 'remove', B: 'b' }, { z: 'text' }],
    ['kept, where one of two is to be kept', { A: 'remove', B: 'keep' }, { m: undefined, z: 'text' }],
  ])('of a key with an absent value makes one that is %s', (_, given, data) => {
    expect(dataOf(build(one("z: text, a: '${env://A}', m: '${env://A}${env://B}'"), given))).toStrictEqual(
      data,
    )
  })

  it.each<[string, string, Given, string, RegExp]>([
    ['an empty literal', one("a: ''"), {}, 'VALUE_MISSING', /^web\/a is empty$/],
    [
      'bytes in a text',
      one("a: 'x${env://A}'"),
      { A: Uint8Array.from([0xff]) },
      'VALUE_INVALID',
      /^web\/a: a value that is not UTF-8/,
    ],
    [
      'bytes as JSON',
      one("a: '${env://A|json}'"),
      { A: Uint8Array.from([0xff]) },
      'VALUE_INVALID',
      /^web\/a: .*\|json/,
    ],
    [
      'the same name twice',
      '  web: { data: { k: v } }\n  other: { name: web, data: { k: v } }\n',
      {},
      'CONFIG_INVALID',
      /default\/web is declared twice/,
    ],
  ])('refuses %s, with its place', (_, secrets, given, code, message) => {
    const { problems } = build(secrets, given)
    expect(problems).toMatchObject([{ code, at: { file: 'f.yml' } }])
    expect(problems[0]?.message).toMatch(message)
  })

  it('takes an empty literal where the Secret allows it', () => {
    const built = build(one("a: ''", '    allow-empty: true\n'))
    expect([built.problems, dataOf(built)]).toEqual([[], { a: '' }])
  })

  it('lets the same name stand in two namespaces', () => {
    expect(
      build('  web: { data: { k: v } }\n  other: { name: web, namespace: x, data: { k: v } }\n').problems,
    ).toEqual([])
  })
})

describe('the log-ins of registries', () => {
  const two = `  pull:
    type: registry
    registries:
      one.example: { username: u, password: '\${env://P}' }
      two.example: { username: u, password: '\${env://Q}', email: e@x.example }
`

  it('become one document', () => {
    const built = build(two, { P: 'p', Q: 'q' })
    expect(built.manifests[0]?.type).toBe('kubernetes.io/dockerconfigjson')
    expect(JSON.parse(dataOf(built)['.dockerconfigjson'] ?? '')).toEqual({
      auths: {
        'one.example': { username: 'u', password: 'p', auth: Buffer.from('u:p').toString('base64') },
        'two.example': {
          username: 'u',
          password: 'q',
          email: 'e@x.example',
          auth: Buffer.from('u:q').toString('base64'),
        },
      },
    })
    expect(built.manifests[0]?.data.get('.dockerconfigjson')?.source).toBe('literal, env://P, env://Q')
  })

  it('stay as they are where all are absent and one of them is to be kept', () => {
    for (const given of [
      { P: 'keep', Q: 'keep' },
      { P: 'remove', Q: 'keep' },
    ]) {
      const built = build(two, given)
      expect(dataOf(built)).toStrictEqual({ '.dockerconfigjson': undefined })
      expect(built.warnings).toEqual([])
    }
  })

  it('lose the one that is absent though it was to be kept, and say so', () => {
    const built = build(two, { P: 'p', Q: 'keep' })
    const { auths } = JSON.parse(dataOf(built)['.dockerconfigjson'] ?? '{}') as { auths: object }
    expect(Object.keys(auths)).toEqual(['one.example'])
    expect(built.manifests[0]?.data.get('.dockerconfigjson')?.source).toBe('literal, env://P')
    expect(built.warnings).toMatchObject([{ code: 'VALUE_MISSING', at: { file: 'f.yml', line: 7 } }])
    expect(built.warnings[0]?.message).toMatch(/^pull: the log-in 2 of 2 .* is left out/)
    expect(built.warnings[0]?.hint).toContain('when-absent: remove')
    expect(JSON.stringify(built.warnings)).not.toContain('two.example')
  })

  it('lose the one that is absent and to be removed', () => {
    const { auths } = JSON.parse(
      dataOf(build(two, { P: 'p', Q: 'remove' }))['.dockerconfigjson'] ?? '{}',
    ) as { auths: object }
    expect(Object.keys(auths)).toEqual(['one.example'])
    expect(build(two, { P: 'p', Q: 'remove' }).warnings).toEqual([])
  })

  it.each(['remove', 'keep'])('lose an e-mail address that is absent (%s), and no more', (absent) => {
    const secrets = two.replace('e@x.example', "'${env://E}'")
    const document = dataOf(build(secrets, { P: 'p', Q: 'q', E: absent }))['.dockerconfigjson'] ?? '{}'
    const { auths } = JSON.parse(document) as { auths: Record<string, object> }
    expect(Object.keys(auths)).toEqual(['one.example', 'two.example'])
    expect(auths['two.example']).not.toHaveProperty('email')
  })

  it('are no key where all are absent and to be removed', () => {
    expect(dataOf(build(two, { P: 'remove', Q: 'remove' }))).toStrictEqual({})
  })

  it('are told as problems of their Secret where they can’t be written', () => {
    const { problems } = build(
      '  pull:\n    type: registry\n    registries:\n      r.example: { username: "a:b", password: p }\n',
    )
    expect(problems).toMatchObject([{ code: 'MANIFEST_INVALID', at: { file: 'f.yml' } }])
  })
})
