import { describe, expect, test } from 'vitest'
import { makeAuthority, makeServerCertificate } from '../../support/certificates.ts'
import { base64, message, refusal, type Draft, type World } from './world.ts'

const MIB = 1024 * 1024
const DRY = 'fieldManager=alice&dryRun=All'
const TLS = 'kubernetes.io/tls'
const DOCKER = 'kubernetes.io/dockerconfigjson'

function docker(text: string): Draft {
  return { type: DOCKER, data: { '.dockerconfigjson': base64(text) } }
}

/** What each type asks for. */
const REQUIRED: readonly (readonly [
  type: string,
  data: Record<string, string>,
  missing: readonly string[],
])[] = [
  [TLS, {}, ['data[tls.crt]', 'data[tls.key]']],
  [TLS, { 'tls.crt': 'YQ==' }, ['data[tls.key]']],
  ['kubernetes.io/basic-auth', {}, ['data[password]', 'data[username]']],
  ['kubernetes.io/ssh-auth', {}, ['data[ssh-privatekey]']],
  ['kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }, ['data[ssh-privatekey]']],
  [DOCKER, {}, ['data[.dockerconfigjson]']],
  ['kubernetes.io/dockercfg', {}, ['data[.dockercfg]']],
  ['kubernetes.io/service-account-token', {}, ['metadata.annotations[kubernetes.io/service-account.name]']],
]

const ACCEPTED: readonly (readonly [string, Draft])[] = [
  ['basic-auth with an empty username', { type: 'kubernetes.io/basic-auth', data: { username: '' } }],
  ['an empty registry document', docker('{}')],
  ['a bootstrap token without anything', { type: 'bootstrap.kubernetes.io/token' }],
  ['a type of one’s own', { type: 'example.com/own' }],
  ['a type of 300 characters', { type: 'a'.repeat(300) }],
  ['a key that begins with a dot', { data: { '.a': '' } }],
  ['a key of 253 characters', { data: { ['k'.repeat(253)]: '' } }],
]

const METADATA: readonly (readonly [string, object, string])[] = [
  ['a label key with a space', { labels: { 'a b': '' } }, 'metadata.labels'],
  ['a label value with a space', { labels: { a: 'x y' } }, 'metadata.labels'],
  ['a label value of 64 characters', { labels: { a: 'x'.repeat(64) } }, 'metadata.labels'],
  ['a label key with two slashes', { labels: { 'a/b/c': '' } }, 'metadata.labels'],
  ['an annotation key with a space', { annotations: { 'a b': '' } }, 'metadata.annotations'],
  ['a finalizer without a domain', { finalizers: ['hold'] }, 'metadata.finalizers[0]'],
]

/** What a Secret may be. */
export function validationContract(world: World): void {
  describe('validation', () => {
    test.each(REQUIRED)('%s with %j lacks %j', async (type, data, missing) => {
      const namespace = await world.namespace()
      const answer = await namespace.apply('s', { type, data }, DRY)
      expect(refusal(answer)).toEqual([
        422,
        'Invalid',
        ...missing.map((field) => `FieldValueRequired ${field}`),
      ])
    })

    test.each(ACCEPTED)('%s is fine', async (_, draft) => {
      const namespace = await world.namespace()
      expect((await namespace.apply('s', draft, DRY)).status).toBe(201)
    })

    test.each(['x', '[]', '"x"', '{"a":', ''])(
      'a registry document %j is refused without being quoted',
      async (text) => {
        const namespace = await world.namespace()
        const answer = await namespace.apply('s', docker(text), DRY)
        expect(refusal(answer)).toEqual([422, 'Invalid', 'FieldValueInvalid data[.dockerconfigjson]'])
        expect(message(answer)).toContain('"<secret contents redacted>"')
      },
    )

    test.each(['a/b', 'ä', '.', '..', '..a', 'a b', 'k'.repeat(254), ''])(
      'the key %j is 422',
      async (key) => {
        const namespace = await world.namespace()
        const [status, reason, ...causes] = refusal(
          await namespace.apply('s', { data: { [key]: 'YQ==' } }, DRY),
        )
        expect([status, reason]).toEqual([422, 'Invalid'])
        expect(new Set(causes)).toEqual(new Set([`FieldValueInvalid data[${key}]`]))
      },
    )

    test('1 MiB is the most, keys not counted', async () => {
      const namespace = await world.namespace()
      const bytes = (size: number) => Buffer.alloc(size, 1).toString('base64')
      const some = { data: { a: bytes(MIB - 1), b: bytes(1) } }
      expect((await namespace.apply('s', some, DRY)).status).toBe(201)
      const more = await namespace.apply('s', { data: { a: bytes(MIB), b: bytes(1) } }, DRY)
      expect(refusal(more)).toEqual([422, 'Invalid', 'FieldValueTooLong data'])
    })

    test('annotations have 256 KiB together', async () => {
      const namespace = await world.namespace()
      const annotations = { a: 'x'.repeat(256 * 1024) }
      const answer = await namespace.apply('s', { metadata: { annotations } }, DRY)
      expect(refusal(answer)).toEqual([422, 'Invalid', 'FieldValueTooLong metadata.annotations'])
    })

    test.each(METADATA)('%s is 422', async (_, metadata, field) => {
      const namespace = await world.namespace()
      const answer = await namespace.apply('s', { metadata }, DRY)
      expect(refusal(answer)).toEqual([422, 'Invalid', `FieldValueInvalid ${field}`])
    })

    test.each(['Upper', 'a_b', '-a', 'n'.repeat(254)])('the name %s is 422', async (name) => {
      const namespace = await world.namespace()
      const answer = await namespace.apply(name, {}, DRY)
      expect(refusal(answer)).toEqual([422, 'Invalid', 'FieldValueInvalid metadata.name'])
      expect(answer.body).toHaveProperty('details.kind', 'Secret')
    })

    test('the name a.b.c is fine', async () => {
      const namespace = await world.namespace()
      expect((await namespace.apply('a.b.c', {}, DRY)).status).toBe(201)
    })

    test('a message tells the field and the rule', async () => {
      const namespace = await world.namespace()
      const answer = await namespace.apply('s', { data: { 'a/b': 'YQ==' } }, DRY)
      expect(message(answer)).toBe(
        `Secret "s" is invalid: data[a/b]: Invalid value: "a/b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
      )
    })

    test('a TLS Secret of nonsense is taken with a warning', async () => {
      const namespace = await world.namespace()
      const answer = await namespace.apply('s', { type: TLS, data: { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' } })
      expect(answer.status).toBe(201)
      expect(answer.headers['warning']).toBe('299 - "tls: failed to find any PEM data in certificate input"')
    })

    test('a certificate with another’s key is taken with a warning, a pair without', async () => {
      const namespace = await world.namespace()
      const authority = await makeAuthority()
      const [one, other] = [await makeServerCertificate(authority), await makeServerCertificate(authority)]
      const pair = (cert: string, key: string): Draft => ({
        type: TLS,
        data: { 'tls.crt': base64(cert), 'tls.key': base64(key) },
      })
      const mixed = await namespace.apply('s', pair(one.cert, other.key), DRY)
      expect(mixed.headers['warning']).toBe('299 - "tls: private key does not match public key"')
      const matching = await namespace.apply('s', pair(one.cert, one.key), DRY)
      expect(matching.headers['warning']).toBeUndefined()
      const keyless = await namespace.apply('s', pair(one.cert, 'x'), DRY)
      expect(keyless.headers['warning']).toBe('299 - "tls: failed to find any PEM data in key input"')
    })

    test('a type that nobody knows takes any keys and bytes, and keeps them', async () => {
      const namespace = await world.namespace()
      const bytes = Buffer.from(Array.from({ length: 1024 }, (_, nth) => (nth * 7) % 256)).toString('base64')
      const draft = { type: 'secretferry.github.io/journal', data: { state: 'e30=', undo: bytes } }
      const dry = await namespace.apply('s', draft, 'fieldManager=alice&fieldValidation=Strict&dryRun=All')
      const made = await namespace.apply('s', draft, 'fieldManager=alice&fieldValidation=Strict')
      expect([dry.status, made.status]).toEqual([201, 201])
      expect((await namespace.get('s')).body).toMatchObject(draft)
      const { resourceVersion } = (made.body as { metadata: { resourceVersion: string } }).metadata
      const idle = { type: draft.type, data: { state: 'e30=' }, metadata: { resourceVersion } }
      expect((await namespace.apply('s', idle)).body).toHaveProperty('data', { state: 'e30=' })
      const listed = await namespace.list(`fieldSelector=${encodeURIComponent(`type=${draft.type}`)}`)
      expect(listed.body).toHaveProperty('items', [expect.objectContaining({ type: draft.type })])
    })

    test('the type never changes', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { type: 'Opaque' })
      const answer = await namespace.apply('s', { type: TLS })
      expect(refusal(answer)).toEqual([
        422,
        'Invalid',
        'FieldValueInvalid type',
        'FieldValueRequired data[tls.crt]',
        'FieldValueRequired data[tls.key]',
      ])
      expect(message(answer)).toContain('type: Invalid value: "kubernetes.io/tls": field is immutable')
    })

    test('a type that is given up means Opaque', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { type: 'example.com/own' })
      expect(refusal(await namespace.apply('s', {}))).toEqual([422, 'Invalid', 'FieldValueInvalid type'])
    })

    test('what is immutable keeps its data and stays so', async () => {
      const namespace = await world.namespace()
      const sealed = { immutable: true, data: { a: 'YQ==' } }
      await namespace.apply('s', sealed)
      const changed = await namespace.apply('s', { ...sealed, data: { a: 'Yg==' } })
      expect(refusal(changed)).toEqual([422, 'Invalid', 'FieldValueForbidden data'])
      expect(message(changed)).toBe(
        'Secret "s" is invalid: data: Forbidden: field is immutable when `immutable` is set',
      )
      for (const draft of [{ data: sealed.data }, { ...sealed, immutable: false }]) {
        expect(refusal(await namespace.apply('s', draft))).toEqual([
          422,
          'Invalid',
          'FieldValueForbidden immutable',
        ])
      }
    })

    test('what is immutable may change its labels', async () => {
      const namespace = await world.namespace()
      const sealed = { immutable: true, data: { a: 'YQ==' } }
      await namespace.apply('s', sealed)
      expect((await namespace.apply('s', { ...sealed, metadata: { labels: { a: 'b' } } })).status).toBe(200)
    })
  })
}
