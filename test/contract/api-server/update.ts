import { describe, expect, test } from 'vitest'
import type { Answer } from '../../support/server.ts'
import { APPLY, lasting, MERGE, message, owners, refusal, secret, version, type World } from './world.ts'

const JSON_PATCH = 'application/json-patch+json'

const fields = { data: { a: 'YQ==', b: 'Yg==' }, metadata: { labels: { team: 'x' } } }

/** The body of `former` bound to what `live` is now. */
function bound(former: Answer, live: Answer): object {
  const { metadata, ...rest } = former.body as { metadata: object }
  return { ...rest, metadata: { ...metadata, resourceVersion: version(live) } }
}

/** POST, PUT and merge patches. */
export function updateContract(world: World): void {
  describe('POST', () => {
    test('creates with an Update entry that owns the maps as well', async () => {
      const namespace = await world.namespace()
      const created = await namespace.post('s', fields, 'fieldManager=kubectl-create')
      expect(created.status).toBe(201)
      expect(owners(created)).toEqual({
        'kubectl-create Update': {
          'f:data': { '.': {}, 'f:a': {}, 'f:b': {} },
          'f:metadata': { 'f:labels': { '.': {}, 'f:team': {} } },
          'f:type': {},
        },
      })
    })

    test('of one that exists is 409', async () => {
      const namespace = await world.namespace()
      await namespace.post('s', fields)
      const answer = await namespace.post('s', fields)
      expect(refusal(answer)).toEqual([409, 'AlreadyExists'])
      expect(message(answer)).toBe('secrets "s" already exists')
    })

    test('puts stringData into data', async () => {
      const namespace = await world.namespace()
      const created = await namespace.post('s', { data: { a: 'YQ==' }, stringData: { a: 'new', c: 'more' } })
      expect(created.body).toHaveProperty('data', { a: 'bmV3', c: 'bW9yZQ==' })
    })

    test('warns of an unknown field, and refuses it where that is asked for', async () => {
      const namespace = await world.namespace()
      const object = { ...secret('s', fields), bogus: 1 }
      const strict = await world
        .server()
        .request('POST', `${namespace.path()}?fieldValidation=Strict`, object)
      expect(refusal(strict)).toEqual([400, 'BadRequest'])
      expect(message(strict)).toContain('strict decoding error: unknown field "bogus"')
      const lenient = await world.server().request('POST', namespace.path(), object)
      expect(lenient.status).toBe(201)
      expect(lenient.headers['warning']).toBe('299 - "unknown field \\"bogus\\""')
      expect(lenient.body).not.toHaveProperty('bogus')
    })

    test('makes a name where one is to be generated', async () => {
      const namespace = await world.namespace()
      const object = { apiVersion: 'v1', kind: 'Secret', metadata: { generateName: 'made-' } }
      const answer = await world.server().request('POST', namespace.path(), object)
      expect(answer.body).toHaveProperty('metadata.name', expect.stringMatching(/^made-[a-z0-9]{5}$/))
    })
  })

  describe('PUT', () => {
    test('takes the changed fields for an Update entry', async () => {
      const namespace = await world.namespace()
      const live = await namespace.apply('s', fields)
      const { data, ...rest } = live.body as { data: object }
      const put = await namespace.put(
        's',
        { ...rest, data: { ...data, a: 'Yg==', c: 'Yw==' } },
        'fieldManager=bob',
      )
      expect(put.status).toBe(200)
      expect(owners(put)).toEqual({
        'alice Apply': { 'f:data': { 'f:b': {} }, 'f:metadata': { 'f:labels': { 'f:team': {} } } },
        'bob Update': { 'f:data': { 'f:a': {}, 'f:c': {} } },
      })
    })

    test('of the same object changes nothing', async () => {
      const namespace = await world.namespace()
      const live = await namespace.apply('s', fields)
      expect((await namespace.put('s', live.body as object)).body).toEqual(live.body)
    })

    test('twice puts an object back exactly, ownership and times included', async () => {
      const namespace = await world.namespace()
      await namespace.post('s', { data: { z: 'eg==' } }, 'fieldManager=other')
      const before = await namespace.apply('s', fields)
      const after = await namespace.apply('s', {
        data: { a: 'Yg==', c: 'Yw==' },
        metadata: { labels: { team: 'y' } },
      })
      const first = await namespace.put('s', bound(before, after), 'fieldManager=alice')
      expect(first.body).toMatchObject({
        data: { a: 'YQ==', b: 'Yg==', z: 'eg==' },
        metadata: { labels: { team: 'x' } },
      })
      expect(owners(first)).toHaveProperty(['alice Update', 'f:data'], { 'f:a': {}, 'f:b': {} })
      const second = await namespace.put('s', bound(before, first), 'fieldManager=alice')
      expect(lasting(second)).toEqual(lasting(before))
      expect(lasting(await namespace.get('s'))).toEqual(lasting(before))
    })

    test('without managedFields keeps them', async () => {
      const namespace = await world.namespace()
      const live = await namespace.apply('s', { data: { a: 'YQ==' } })
      const put = await namespace.put('s', secret('s', { data: { a: 'YQ==' } }))
      expect(put.body).toEqual(live.body)
    })

    test('that is stale is 409', async () => {
      const namespace = await world.namespace()
      const live = await namespace.apply('s', fields)
      await namespace.apply('s', { data: { a: 'Yg==' } })
      const answer = await namespace.put('s', live.body as object)
      expect(refusal(answer)).toEqual([409, 'Conflict'])
    })

    test('without a resourceVersion is not bound', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', fields)
      const put = await namespace.put('s', secret('s', { data: { z: 'eg==' } }))
      expect([put.status, put.body]).toMatchObject([200, { data: { z: 'eg==' } }])
      expect(put.body).not.toHaveProperty('metadata.labels')
    })

    test('with another uid is 409', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', fields)
      const uid = '00000000-0000-4000-8000-000000000000'
      const answer = await namespace.put('s', secret('s', { metadata: { uid } }))
      expect(refusal(answer)).toEqual([409, 'Conflict'])
      expect(message(answer)).toContain(
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: `,
      )
    })

    test('of a missing one is 404', async () => {
      const namespace = await world.namespace()
      const answer = await namespace.put('s', secret('s', fields))
      expect(refusal(answer)).toEqual([404, 'NotFound'])
      expect(message(answer)).toBe('secrets "s" not found')
    })

    test('of another name is 400', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', fields)
      expect(refusal(await namespace.put('s', secret('other')))).toEqual([400, 'BadRequest'])
    })

    test('dry leaves the object as it is', async () => {
      const namespace = await world.namespace()
      const live = await namespace.apply('s', fields)
      const dry = await namespace.put('s', secret('s', { data: { z: 'eg==' } }), 'dryRun=All')
      expect([dry.status, version(dry)]).toEqual([200, version(live)])
      expect((await namespace.get('s')).body).toEqual(live.body)
    })

    test('without a type means Opaque', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { type: 'example.com/own' })
      const answer = await namespace.put('s', secret('s'))
      expect(refusal(answer)).toEqual([422, 'Invalid', 'FieldValueInvalid type'])
    })
  })

  describe('a merge patch', () => {
    test('changes what it names, and owns that', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', fields)
      const patch = { data: { a: 'Yg==', b: null } }
      const answer = await world
        .server()
        .request('PATCH', `${namespace.path('s')}?fieldManager=bob`, patch, MERGE)
      expect(answer.body).toHaveProperty('data', { a: 'Yg==' })
      expect(owners(answer)).toEqual({
        'alice Apply': { 'f:metadata': { 'f:labels': { 'f:team': {} } } },
        'bob Update': { 'f:data': { 'f:a': {} } },
      })
    })

    test('of a missing one is 404', async () => {
      const namespace = await world.namespace()
      const answer = await world.server().request('PATCH', namespace.path('s'), { data: {} }, MERGE)
      expect(refusal(answer)).toEqual([404, 'NotFound'])
    })

    test('that fails quotes the whole Secret', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'c2VjcmV0' } })
      const answer = await world.server().request('PATCH', namespace.path('s'), { data: { b: 5 } }, MERGE)
      expect(refusal(answer)).toEqual([422, 'Invalid', 'FieldValueInvalid patch'])
      expect(message(answer)).toContain('c2VjcmV0')
    })

    test('may not be forced', async () => {
      const namespace = await world.namespace()
      const path = `${namespace.path('s')}?force=true`
      expect(refusal(await world.server().request('PATCH', path, {}, MERGE))).toEqual([
        422,
        'Invalid',
        'FieldValueForbidden force',
      ])
      expect(
        (await world.server().request('PATCH', `${path}&fieldManager=alice`, secret('s'), APPLY)).status,
      ).toBe(201)
    })
  })

  describe('a JSON patch', () => {
    const patch = (path: string, operations: readonly object[]) =>
      world.server().request('PATCH', `${path}?fieldManager=bob`, operations, JSON_PATCH)

    test('changes what it names, and owns that', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', fields)
      const answer = await patch(namespace.path('s'), [
        { op: 'test', path: '/data/a', value: 'YQ==' },
        { op: 'replace', path: '/data/a', value: 'Yg==' },
        { op: 'remove', path: '/data/b' },
        { op: 'add', path: '/metadata/labels/example.com~1more', value: 'y' },
        { op: 'copy', from: '/data/a', path: '/data/c' },
        { op: 'move', from: '/data/c', path: '/data/d' },
      ])
      expect(answer.body).toMatchObject({
        data: { a: 'Yg==', d: 'Yg==' },
        metadata: { labels: { team: 'x', 'example.com/more': 'y' } },
      })
      expect(owners(answer)).toEqual({
        'alice Apply': { 'f:metadata': { 'f:labels': { 'f:team': {} } } },
        'bob Update': {
          'f:data': { 'f:a': {}, 'f:d': {} },
          'f:metadata': { 'f:labels': { 'f:example.com/more': {} } },
        },
      })
    })

    test.each([
      { op: 'test', path: '/data/a', value: 'Yg==' },
      { op: 'remove', path: '/data/none' },
      { op: 'add', path: '/none/a', value: 'YQ==' },
      { op: 'bogus', path: '/data' },
    ])('of $op $path is 422 without a word of why', async (operation) => {
      const namespace = await world.namespace()
      await namespace.apply('s', fields)
      const answer = await patch(namespace.path('s'), [operation])
      expect(refusal(answer)).toEqual([422, 'Invalid'])
      expect(message(answer)).toBe('the server rejected our request due to an error in our request')
    })

    test('that makes something else of it quotes the whole Secret', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'c2VjcmV0' } })
      const answer = await patch(namespace.path('s'), [{ op: 'add', path: '/data/b', value: 5 }])
      expect(refusal(answer)).toEqual([422, 'Invalid', 'FieldValueInvalid patch'])
      expect(message(answer)).toContain('c2VjcmV0')
    })

    test('of data and managedFields at once leaves an Update entry', async () => {
      const namespace = await world.namespace()
      const before = await namespace.apply('s', { data: { a: 'YQ==' } })
      const { managedFields } = (before.body as { metadata: { managedFields: object[] } }).metadata
      await namespace.apply('s', { data: { a: 'Yg==' } })
      const answer = await patch(namespace.path('s'), [
        { op: 'replace', path: '/data', value: { a: 'YQ==' } },
        { op: 'replace', path: '/metadata/managedFields', value: managedFields },
      ])
      expect(answer.body).toHaveProperty('data', { a: 'YQ==' })
      expect(owners(answer)).toEqual({ 'bob Update': { 'f:data': { 'f:a': {} } } })
    })

    test('that is no list is 400', async () => {
      const namespace = await world.namespace()
      const answer = await world.server().request('PATCH', namespace.path('s'), {}, JSON_PATCH)
      expect(refusal(answer)).toEqual([404, 'NotFound'])
      await namespace.apply('s', fields)
      expect(refusal(await world.server().request('PATCH', namespace.path('s'), {}, JSON_PATCH))).toEqual([
        400,
        'BadRequest',
      ])
    })
  })
}
