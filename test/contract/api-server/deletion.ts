import { describe, expect, test } from 'vitest'
import { message, refusal, version, type World } from './world.ts'

const draft = { data: { a: 'YQ==' } }

/** DELETE, with preconditions and finalizers. */
export function deletionContract(world: World): void {
  describe('DELETE', () => {
    test('answers a Status with the uid of what is gone', async () => {
      const namespace = await world.namespace()
      const made = await namespace.apply('s', draft)
      const { uid } = (made.body as { metadata: { uid: string } }).metadata
      const answer = await namespace.delete('s')
      expect([answer.status, answer.body]).toEqual([
        200,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Success',
          details: { name: 's', kind: 'secrets', uid },
        },
      ])
      expect((await namespace.get('s')).status).toBe(404)
    })

    test('of a missing one is 404', async () => {
      const namespace = await world.namespace()
      const answer = await namespace.delete('s')
      expect(refusal(answer)).toEqual([404, 'NotFound'])
      expect(answer.body).toHaveProperty('details', { name: 's', kind: 'secrets' })
    })

    test('passes where its preconditions hold', async () => {
      const namespace = await world.namespace()
      const made = await namespace.apply('s', draft)
      const { uid, resourceVersion } = (made.body as { metadata: Record<string, string> }).metadata
      expect((await namespace.delete('s', { preconditions: { uid, resourceVersion } })).status).toBe(200)
    })

    test('is 409 where the resourceVersion is another', async () => {
      const namespace = await world.namespace()
      const first = await namespace.apply('s', draft)
      await namespace.apply('s', { data: { a: 'Yg==' } })
      const answer = await namespace.delete('s', { preconditions: { resourceVersion: version(first) } })
      expect(refusal(answer)).toEqual([409, 'Conflict'])
      expect(message(answer)).toContain(
        `the ResourceVersion in the precondition (${version(first)}) does not match the ResourceVersion in record`,
      )
      expect((await namespace.get('s')).status).toBe(200)
    })

    test('is 409 where the uid is another', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', draft)
      const answer = await namespace.delete('s', { preconditions: { uid: 'another' } })
      expect(refusal(answer)).toEqual([409, 'Conflict'])
      expect(message(answer)).toContain(
        'the UID in the precondition (another) does not match the UID in record',
      )
    })

    test('dry leaves it', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', draft)
      expect((await namespace.delete('s', { dryRun: ['All'] })).status).toBe(200)
      expect((await namespace.get('s')).status).toBe(200)
    })

    test('takes a dry run from its body alone where there is one: in the query it would be missed', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', draft)
      expect((await namespace.delete('s?dryRun=All')).status).toBe(200)
      expect((await namespace.get('s')).status).toBe(200)
      const options = { apiVersion: 'v1', kind: 'DeleteOptions' }
      expect((await namespace.delete('s?dryRun=All', options)).status).toBe(200)
      expect((await namespace.get('s')).status).toBe(404)
    })

    test('marks what a finalizer holds, and it goes with the finalizer', async () => {
      const namespace = await world.namespace()
      await namespace.post('s', { ...draft, metadata: { finalizers: ['example.com/hold'] } })
      const marked = await namespace.delete('s')
      expect([marked.status, marked.body]).toMatchObject([
        200,
        {
          kind: 'Secret',
          metadata: { deletionTimestamp: expect.any(String) as string, deletionGracePeriodSeconds: 0 },
        },
      ])
      const { metadata, ...rest } = (await namespace.get('s')).body as { metadata: object }
      const released = await namespace.put('s', { ...rest, metadata: { ...metadata, finalizers: [] } })
      expect(released.status).toBe(200)
      expect((await namespace.get('s')).status).toBe(404)
    })

    test('and making it anew gives another uid', async () => {
      const namespace = await world.namespace()
      const first = await namespace.apply('s', draft)
      await namespace.delete('s')
      const second = await namespace.apply('s', draft)
      const uid = (body: unknown) => (body as { metadata: { uid: string } }).metadata.uid
      expect(second.status).toBe(201)
      expect(uid(second.body)).not.toBe(uid(first.body))
    })
  })
}
