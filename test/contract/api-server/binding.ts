import { describe, expect, test } from 'vitest'
import type { Answer } from '../../support/server.ts'
import { message, refusal, version, type World } from './world.ts'

const STALE = 'the object has been modified; please apply your changes to the latest version and try again'

function binding(answer: Answer): { uid: string; resourceVersion: string } {
  const { metadata } = answer.body as { metadata: { uid: string; resourceVersion: string } }
  return { uid: metadata.uid, resourceVersion: metadata.resourceVersion }
}

/** Server-side apply that is bound to what was read. */
export function bindingContract(world: World): void {
  describe('bound server-side apply', () => {
    test('passes where nothing has changed', async () => {
      const namespace = await world.namespace()
      const metadata = binding(await namespace.apply('s', { data: { a: 'YQ==' } }))
      const next = await namespace.apply('s', { data: { a: 'Yg==' }, metadata })
      expect(next.status).toBe(200)
      expect(next.body).toHaveProperty('data', { a: 'Yg==' })
    })

    test.each(['fieldManager=alice', 'fieldManager=alice&dryRun=All'])(
      'is 409 where it is stale: %s',
      async (query) => {
        const namespace = await world.namespace()
        const metadata = binding(await namespace.apply('s', { data: { a: 'YQ==' } }))
        await namespace.apply('s', { data: { a: 'Yg==' } })
        const answer = await namespace.apply('s', { data: { a: 'Yw==' }, metadata }, query)
        expect(refusal(answer)).toEqual([409, 'Conflict'])
        expect(message(answer)).toBe(`Operation cannot be fulfilled on secrets "s": ${STALE}`)
        expect(answer.body).toHaveProperty('details', { name: 's', kind: 'secrets' })
      },
    )

    test('tells a conflict of field managers before staleness', async () => {
      const namespace = await world.namespace()
      const metadata = binding(await namespace.apply('s', { data: { a: 'YQ==' } }))
      await namespace.apply('s', { data: { a: 'Yg==' } })
      const answer = await namespace.apply('s', { data: { a: 'Yw==' }, metadata }, 'fieldManager=bob')
      expect(refusal(answer)).toEqual([409, 'Conflict', 'FieldManagerConflict .data.a'])
    })

    test('is 409 where the object is gone', async () => {
      const namespace = await world.namespace()
      const metadata = binding(await namespace.apply('s', { data: { a: 'YQ==' } }))
      await namespace.delete('s')
      const answer = await namespace.apply('s', { data: { a: 'Yg==' }, metadata })
      expect(refusal(answer)).toEqual([409, 'Conflict'])
      expect(message(answer)).toContain(
        `uid mismatch: the provided object specified uid ${metadata.uid}, and no existing object was found`,
      )
      expect((await namespace.get('s')).status).toBe(404)
    })

    test('by resourceVersion alone creates where the object is gone', async () => {
      const namespace = await world.namespace()
      const { resourceVersion } = binding(await namespace.apply('s', { data: { a: 'YQ==' } }))
      await namespace.delete('s')
      const answer = await namespace.apply('s', { data: { a: 'Yg==' }, metadata: { resourceVersion } })
      expect(answer.status).toBe(201)
    })

    test('is 409 where the object was made anew', async () => {
      const namespace = await world.namespace()
      const metadata = binding(await namespace.apply('s', { data: { a: 'YQ==' } }))
      await namespace.delete('s')
      await namespace.apply('s', { data: { a: 'YQ==' } })
      const answer = await namespace.apply('s', { data: { a: 'Yg==' }, metadata })
      expect(refusal(answer)).toEqual([409, 'Conflict'])
    })

    test('by a wrong uid alone is 422', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==' } })
      const metadata = { uid: '00000000-0000-4000-8000-000000000000' }
      const answer = await namespace.apply('s', { data: { a: 'Yg==' }, metadata })
      const cause = 'FieldValueInvalid metadata.uid'
      expect(refusal(answer)).toEqual([422, 'Invalid', cause, cause])
    })

    test('leaves uid and resourceVersion unowned, and changes nothing by itself', async () => {
      const namespace = await world.namespace()
      const first = await namespace.apply('s', { data: { a: 'YQ==' } })
      const second = await namespace.apply('s', { data: { a: 'YQ==' }, metadata: binding(first) })
      expect(second.body).toEqual(first.body)
    })

    test('by something that is no resourceVersion is 500', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==' } })
      const answer = await namespace.apply('s', { data: { a: 'Yg==' }, metadata: { resourceVersion: 'abc' } })
      expect(refusal(answer)).toEqual([500, undefined])
    })

    test('a resourceVersion counts up', async () => {
      const namespace = await world.namespace()
      const first = await namespace.apply('s', { data: { a: 'YQ==' } })
      const second = await namespace.apply('s', { data: { a: 'Yg==' } })
      expect(BigInt(version(second))).toBeGreaterThan(BigInt(version(first)))
    })
  })
}
