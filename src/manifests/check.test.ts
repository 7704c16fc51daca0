import { describe, expect, test } from 'vitest'
import { NOW } from '../../test/support/effects.ts'
import { makeAuthority, makeLeaf } from '../../test/support/certificates.ts'
import { plainSecret } from '../../test/support/plain-secret.ts'
import { checkManifest } from './check.ts'
import type { SecretManifest } from './manifest.ts'

type Data = Readonly<Record<string, Uint8Array | string | undefined>>

function manifest(data: Data, overrides: Partial<SecretManifest> = {}): SecretManifest {
  const entries = Object.entries(data).map(([key, value]) => {
    return [key, { value: value === undefined ? undefined : plainSecret(value), source: 'env://X' }] as const
  })
  return {
    kind: 'Secret',
    namespace: 'aura',
    name: 'backend',
    type: 'Opaque',
    data: new Map(entries),
    labels: {},
    annotations: {},
    immutable: false,
    at: { file: '.github/secretferry.yml', line: 3 },
    ...overrides,
  }
}

function problems(data: Data, overrides: Partial<SecretManifest> = {}): string[] {
  return checkManifest(manifest(data, overrides), NOW).problems.map(({ message }) => message)
}

describe('checkManifest', () => {
  test('finds nothing where all is well', () => {
    const labels = { 'app.kubernetes.io/name': 'backend' }
    const annotations = { 'example.com/note': 'any text\n' }
    const checked = checkManifest(manifest({ A: 'x', 'b.c': '' }, { labels, annotations }), NOW)
    expect(checked).toEqual({ problems: [], warnings: [] })
  })

  test('a problem has its code, its place and its Secret', () => {
    expect(checkManifest(manifest({ 'a/b': 'x' }), NOW).problems).toEqual([
      {
        code: 'MANIFEST_INVALID',
        message: 'aura/backend: "a/b" is not a key for a Secret',
        hint: expect.stringContaining('letters') as string,
        at: { file: '.github/secretferry.yml', line: 3 },
      },
    ])
  })

  test('tells everything at once', () => {
    const labels = { 'a b': 'x', 'app.kubernetes.io/managed-by': 'me' }
    const all = problems(
      { '..': 'x' },
      { name: 'Backend', namespace: 'Aura', labels, annotations: { '': 'x' } },
    )
    expect(all).toEqual([
      'a Secret: "Backend" is not a name for a Secret',
      'a Secret: "Aura" is not a name for a namespace',
      'a Secret: what is given is not a key for a label',
      'a Secret: the label "app.kubernetes.io/managed-by" is set by the action itself',
      'a Secret: what is given is not a key for an annotation',
      'a Secret: ".." is not a key for a Secret',
    ])
  })

  test('1 MiB of values is allowed, and not a byte more; keys do not count', () => {
    const half = new Uint8Array(524_288)
    const limit = { A: half, B: half, C: undefined }
    expect(problems(limit)).toEqual([])
    expect(problems({ ...limit, D: 'x' })).toEqual([
      'aura/backend: the values are larger than 1 MiB together, the limit of Kubernetes',
    ])
  })

  test.each<[string, Data, string[]]>([
    ['kubernetes.io/tls', {}, ['tls.crt', 'tls.key']],
    ['kubernetes.io/tls', { 'tls.crt': undefined }, ['tls.key']],
    ['kubernetes.io/dockerconfigjson', { '.dockercfg': '{}' }, ['.dockerconfigjson']],
    ['kubernetes.io/dockercfg', {}, ['.dockercfg']],
    ['kubernetes.io/ssh-auth', { key: 'x' }, ['ssh-privatekey']],
  ])('%s needs its keys: %j', (type, data, keys) => {
    expect(problems(data, { type })).toEqual(
      keys.map((key) => `aura/backend: type ${type} needs the key \`${key}\``),
    )
  })

  test('basic-auth needs one of two', () => {
    const type = 'kubernetes.io/basic-auth'
    expect(problems({ user: 'x' }, { type })).toHaveLength(1)
    expect(problems({ username: undefined }, { type })).toEqual([])
  })

  test('a key whose value is absent is unknown, not missing', () => {
    expect(problems({ 'tls.crt': undefined, 'tls.key': 'x' }, { type: 'kubernetes.io/tls' })).toEqual([])
    expect(problems({ '.dockerconfigjson': undefined }, { type: 'kubernetes.io/dockerconfigjson' })).toEqual(
      [],
    )
    expect(problems({ 'ssh-privatekey': undefined }, { type: 'kubernetes.io/ssh-auth' })).toEqual([])
  })

  test('looks into what the type makes of its values', async () => {
    const { cert } = await makeLeaf(await makeAuthority(), { subject: { commonName: 'web' } })
    const tls = { 'tls.crt': cert, 'tls.key': 'no key' }
    expect(problems(tls, { type: 'kubernetes.io/tls' })).toContain('aura/backend: tls.key is not PEM')
    expect(problems({ '.dockerconfigjson': '{}' }, { type: 'kubernetes.io/dockerconfigjson' })).toEqual([
      'aura/backend: .dockerconfigjson has no `auths`',
    ])
    expect(problems({ 'ssh-privatekey': '' }, { type: 'kubernetes.io/ssh-auth' })).toEqual([
      'aura/backend: ssh-privatekey is empty',
    ])
    expect(problems({ 'tls.crt': 'x', 'tls.key': 'y' }, { type: 'example.com/tls' })).toEqual([])
  })

  test('refuses types that are not ours to write', () => {
    expect(problems({}, { type: 'kubernetes.io/service-account-token' })).toHaveLength(1)
  })

  test('warns of what looks like an accident, by key, in opaque Secrets and log-ins only', () => {
    const warned = (type: string, data: Data) => checkManifest(manifest(data, { type }), NOW).warnings
    expect(warned('Opaque', { A: 'zqzq\n', B: 'fine', C: '"zqzq"' })).toMatchObject([
      {
        code: 'MANIFEST_INVALID',
        message: 'aura/backend: the value of "A" is one line and ends in a line end',
      },
      { message: 'aura/backend: the value of "C" stands in quotes, which are part of it' },
    ])
    expect(warned('kubernetes.io/basic-auth', { password: 'zqzq\n' })).toHaveLength(1)
    expect(warned('example.com/any', { A: 'zqzq\n' })).toEqual([])
    expect(JSON.stringify(warned('Opaque', { A: 'zqzq\n' }))).not.toContain('zqzq')
  })
})
