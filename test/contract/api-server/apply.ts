import { describe, expect, test } from 'vitest'
import { lasting, message, owners, refusal, version, type World } from './world.ts'

const full = {
  type: 'Opaque',
  immutable: false,
  data: { a: 'YQ==', b: 'Yg==' },
  metadata: { labels: { team: 'x' }, annotations: { 'example.com/note': 'n' } },
}

/** Server-side apply: who owns what. */
export function applyContract(world: World): void {
  describe('server-side apply', () => {
    test('creates with 201 and then answers 200', async () => {
      const namespace = await world.namespace()
      const created = await namespace.apply('s', full)
      expect(created.status).toBe(201)
      expect(created.body).toMatchObject({ apiVersion: 'v1', kind: 'Secret', ...full })
      expect(created.body).toMatchObject({ metadata: { name: 's', namespace: namespace.name } })
      expect((await namespace.apply('s', full)).status).toBe(200)
    })

    test.each(['', '&dryRun=All'])(
      'answers with metadata alone where that is asked for (query %j)',
      async (query) => {
        const namespace = await world.namespace()
        const answer = await world.send({
          method: 'PATCH',
          path: `${namespace.path('s')}?fieldManager=alice${query}`,
          headers: {
            'content-type': 'application/apply-patch+yaml',
            accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
          },
          body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: 'YQ==' } },
        })
        expect(answer.status).toBe(201)
        expect(answer.body).toEqual({
          kind: 'PartialObjectMetadata',
          apiVersion: 'meta.k8s.io/v1',
          metadata: expect.objectContaining({ name: 's', namespace: namespace.name }) as object,
        })
      },
    )

    test('a refusal is a Status, also where metadata alone is asked for', async () => {
      const namespace = await world.namespace()
      const answer = await world.send({
        method: 'PATCH',
        path: `${namespace.path('s')}?fieldManager=alice`,
        headers: {
          'content-type': 'application/apply-patch+yaml',
          accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
        },
        body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, bogus: 1 },
      })
      expect(answer.status).toBe(500)
      expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure' })
    })

    test('owns exactly the fields that were sent', async () => {
      const namespace = await world.namespace()
      expect(owners(await namespace.apply('s', full))).toEqual({
        'alice Apply': {
          'f:data': { 'f:a': {}, 'f:b': {} },
          'f:immutable': {},
          'f:metadata': {
            'f:annotations': { 'f:example.com/note': {} },
            'f:labels': { 'f:team': {} },
          },
          'f:type': {},
        },
      })
    })

    test('an entry tells its apiVersion, its form and its time', async () => {
      const namespace = await world.namespace()
      const answer = await namespace.apply('s', { data: { a: 'YQ==' } })
      expect(answer.body).toHaveProperty('metadata.managedFields', [
        {
          manager: 'alice',
          operation: 'Apply',
          apiVersion: 'v1',
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:data': { 'f:a': {} } },
        },
      ])
    })

    test('the type is Opaque where none is sent, and nobody owns it', async () => {
      const namespace = await world.namespace()
      const created = await namespace.apply('s', { data: { a: 'YQ==' } })
      expect(created.body).toHaveProperty('type', 'Opaque')
      expect(owners(created)).toEqual({ 'alice Apply': { 'f:data': { 'f:a': {} } } })
    })

    test('the same again keeps resourceVersion and times', async () => {
      const namespace = await world.namespace()
      const first = await namespace.apply('s', full)
      const second = await namespace.apply('s', full)
      expect(second.body).toEqual(first.body)
      expect((await namespace.get('s')).body).toEqual(first.body)
    })

    test('a changed label alone is a change', async () => {
      const namespace = await world.namespace()
      const first = await namespace.apply('s', full)
      const second = await namespace.apply('s', { ...full, metadata: { labels: { team: 'y' } } })
      expect(version(second)).not.toBe(version(first))
    })

    test('a key that is no longer sent goes', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', full)
      const second = await namespace.apply('s', { type: 'Opaque', data: { a: 'YQ==' } })
      expect(second.body).toHaveProperty('data', { a: 'YQ==' })
      expect(second.body).not.toHaveProperty('metadata.labels')
      expect(second.body).not.toHaveProperty('immutable')
      expect(owners(second)).toEqual({ 'alice Apply': { 'f:data': { 'f:a': {} }, 'f:type': {} } })
    })

    test('an empty configuration gives everything up', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==' } })
      const second = await namespace.apply('s', {})
      expect(second.status).toBe(200)
      expect(second.body).not.toHaveProperty('data')
      expect(second.body).not.toHaveProperty('metadata.managedFields')
    })

    test('a key that somebody else owns too stays', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==', b: 'Yg==' } })
      await namespace.apply('s', { data: { b: 'Yg==' } }, 'fieldManager=bob')
      const dropped = await namespace.apply('s', { data: { a: 'YQ==' } })
      expect(dropped.body).toHaveProperty('data', { a: 'YQ==', b: 'Yg==' })
      expect(owners(dropped)).toEqual({
        'alice Apply': { 'f:data': { 'f:a': {} } },
        'bob Apply': { 'f:data': { 'f:b': {} } },
      })
    })

    test('owning an equal value is a change, though its entry has no time', async () => {
      const namespace = await world.namespace()
      const first = await namespace.apply('s', { data: { a: 'YQ==' } })
      const second = await namespace.apply('s', { data: { a: 'YQ==' } }, 'fieldManager=bob')
      expect(version(second)).not.toBe(version(first))
      const { managedFields } = (second.body as { metadata: { managedFields: object[] } }).metadata
      expect(managedFields.find((entry) => 'manager' in entry && entry.manager === 'bob')).not.toHaveProperty(
        'time',
      )
    })

    test('disjoint keys of two managers are no conflict', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==' } })
      const second = await namespace.apply('s', { data: { b: 'Yg==' } }, 'fieldManager=bob')
      expect(second.status).toBe(200)
      expect(second.body).toHaveProperty('data', { a: 'YQ==', b: 'Yg==' })
    })

    test('a value that somebody else applied is a conflict that names both', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==' } })
      const answer = await namespace.apply('s', { data: { a: 'Yg==' } }, 'fieldManager=bob')
      expect(answer.status).toBe(409)
      expect(answer.body).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Apply failed with 1 conflict: conflict with "alice": .data.a',
        reason: 'Conflict',
        details: {
          causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "alice"', field: '.data.a' }],
        },
        code: 409,
      })
    })

    test('several conflicts are told one by one', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', full)
      const metadata = { labels: { team: 'y' }, annotations: { 'example.com/note': 'm' } }
      const answer = await namespace.apply('s', { data: { a: 'Yg==' }, metadata }, 'fieldManager=bob')
      expect(refusal(answer)).toEqual([
        409,
        'Conflict',
        'FieldManagerConflict .data.a',
        'FieldManagerConflict .metadata.annotations.example.com/note',
        'FieldManagerConflict .metadata.labels.team',
      ])
      expect(message(answer)).toBe(
        'Apply failed with 3 conflicts: conflicts with "alice":\n- .data.a\n- .metadata.annotations.example.com/note\n- .metadata.labels.team',
      )
    })

    test('conflicts with two managers are grouped by manager', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==' } })
      await namespace.apply('s', { data: { a: 'YQ==' } }, 'fieldManager=bob')
      const answer = await namespace.apply('s', { data: { a: 'Yg==' } }, 'fieldManager=carol')
      expect(message(answer)).toBe(
        'Apply failed with 2 conflicts: conflicts with "alice":\n- .data.a\nconflicts with "bob":\n- .data.a',
      )
    })

    test('a value that somebody wrote by POST is a conflict with an apiVersion', async () => {
      const namespace = await world.namespace()
      await namespace.post('s', { data: { a: 'YQ==' } }, 'fieldManager=kubectl-create')
      const answer = await namespace.apply('s', { data: { a: 'Yg==' } })
      expect(message(answer)).toBe(
        'Apply failed with 1 conflict: conflict with "kubectl-create" using v1: .data.a',
      )
    })

    test('an object without managedFields belongs to before-first-apply', async () => {
      const namespace = await world.namespace()
      const made = await namespace.post('s', { data: { a: 'YQ==' } })
      const { metadata, ...fields } = made.body as { metadata: object }
      const bare = await namespace.put('s', { ...fields, metadata: { ...metadata, managedFields: [] } })
      expect(bare.body).not.toHaveProperty('metadata.managedFields')
      const refused = await namespace.apply('s', { data: { a: 'Yg==' } })
      expect(message(refused)).toContain('conflict with "before-first-apply" using v1: .data.a')
      expect(owners(await namespace.apply('s', { data: { a: 'YQ==' } }))).toEqual({
        'alice Apply': { 'f:data': { 'f:a': {} } },
        'before-first-apply Update': { 'f:data': { '.': {}, 'f:a': {} }, 'f:type': {} },
      })
    })

    test('force takes the field from its owner', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==', b: 'Yg==' } })
      const taken = await namespace.apply('s', { data: { a: 'Yg==' } }, 'fieldManager=bob&force=true')
      expect(taken.body).toHaveProperty('data', { a: 'Yg==', b: 'Yg==' })
      expect(owners(taken)).toEqual({
        'alice Apply': { 'f:data': { 'f:b': {} } },
        'bob Apply': { 'f:data': { 'f:a': {} } },
      })
    })

    test('a field manager conflicts with its own Update entry', async () => {
      const namespace = await world.namespace()
      await namespace.post('s', { data: { a: 'YQ==' } }, 'fieldManager=alice')
      const answer = await namespace.apply('s', { data: { a: 'Yg==' } })
      expect(message(answer)).toBe('Apply failed with 1 conflict: conflict with "alice" using v1: .data.a')
    })

    test('our own former fields, applied again, put an object back', async () => {
      const namespace = await world.namespace()
      await namespace.post('s', { data: { z: 'eg==' } }, 'fieldManager=other')
      const before = await namespace.apply('s', full)
      await namespace.apply('s', { data: { a: 'Yg==', c: 'Yw==' } })
      const back = await namespace.apply('s', full)
      expect(owners(back)).toEqual(owners(before))
      expect(back.body).toHaveProperty('data', { a: 'YQ==', b: 'Yg==', z: 'eg==' })
    })

    test('an empty configuration undoes a create that was not first', async () => {
      const namespace = await world.namespace()
      const foreign = await namespace.post('s', { data: { z: 'eg==' } }, 'fieldManager=other')
      await namespace.apply('s', { data: { a: 'YQ==' }, metadata: { labels: { team: 'x' } } })
      expect(lasting(await namespace.apply('s', {}))).toEqual(lasting(foreign))
    })

    test('stringData becomes data, and is owned by its own name', async () => {
      const namespace = await world.namespace()
      const created = await namespace.apply('s', { stringData: { a: 'text' } })
      expect(created.body).toHaveProperty('data', { a: 'dGV4dA==' })
      expect(created.body).not.toHaveProperty('stringData')
      expect(owners(created)).toEqual({ 'alice Apply': { 'f:stringData': { 'f:a': {} } } })
    })

    test('YAML is read as well as JSON', async () => {
      const namespace = await world.namespace()
      const yaml = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  a: YQ==\n'
      const created = await namespace.apply('s', yaml)
      expect([created.status, created.body]).toMatchObject([201, { data: { a: 'YQ==' } }])
    })

    test('base64 with line breaks comes back without', async () => {
      const namespace = await world.namespace()
      const first = await namespace.apply('s', { data: { a: 'YW\nJj' } })
      expect(first.body).toHaveProperty('data', { a: 'YWJj' })
      expect(version(await namespace.apply('s', { data: { a: 'YW\nJj' } }))).toBe(version(first))
    })

    test('an empty value is a value', async () => {
      const namespace = await world.namespace()
      const created = await namespace.apply('s', { data: { a: '' } })
      expect(created.body).toHaveProperty('data', { a: '' })
      expect((await namespace.get('s')).body).toHaveProperty('data', { a: '' })
    })

    test('labels, finalizers and owners are owned each by its own key', async () => {
      const namespace = await world.namespace()
      const owner = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: 'o',
        uid: 'e0c5e0a4-0000-4000-8000-000000000000',
      }
      const metadata = { finalizers: ['example.com/hold'], ownerReferences: [owner] }
      const created = await namespace.apply('s', { metadata }, 'fieldManager=alice&dryRun=All')
      expect(owners(created)).toEqual({
        'alice Apply': {
          'f:metadata': {
            'f:finalizers': { 'v:"example.com/hold"': {} },
            'f:ownerReferences': { [`k:{"uid":"${owner.uid}"}`]: {} },
          },
        },
      })
    })
  })

  describe('dry runs', () => {
    test('of a create answer 201, a uid and no resourceVersion, and leave nothing', async () => {
      const namespace = await world.namespace()
      const dry = await namespace.apply('s', full, 'fieldManager=alice&dryRun=All')
      expect(dry.status).toBe(201)
      expect(dry.body).toHaveProperty('metadata.uid', expect.stringMatching(/^[-0-9a-f]{36}$/))
      expect(dry.body).not.toHaveProperty('metadata.resourceVersion')
      expect((await namespace.get('s')).status).toBe(404)
    })

    test('of an update answer the live resourceVersion with the new data', async () => {
      const namespace = await world.namespace()
      const live = await namespace.apply('s', { data: { a: 'YQ==' } })
      const dry = await namespace.apply('s', { data: { a: 'Yg==' } }, 'fieldManager=alice&dryRun=All')
      expect([dry.status, version(dry)]).toEqual([200, version(live)])
      expect(dry.body).toHaveProperty('data', { a: 'Yg==' })
      expect((await namespace.get('s')).body).toEqual(live.body)
    })

    test('find conflicts and what is invalid', async () => {
      const namespace = await world.namespace()
      const dry = 'fieldManager=bob&dryRun=All'
      await namespace.apply('s', { data: { a: 'YQ==' } })
      expect((await namespace.apply('s', { data: { a: 'Yg==' } }, dry)).status).toBe(409)
      expect((await namespace.apply('s', { data: { 'a/b': 'Yg==' } }, dry)).status).toBe(422)
    })
  })
}
