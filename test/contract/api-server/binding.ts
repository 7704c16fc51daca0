import { describe, expect, test } from 'vitest'
import type { Answer } from '../../support/server.ts'
import { message, owners, refusal, version, type World } from './world.ts'

const STALE = 'the object has been modified; please apply your changes to the latest version and try again'

/** No object has this resourceVersion: what carries it is done only where there is none. */
const ABSENT = { resourceVersion: '1' }

function metadataOf(answer: Answer): Record<string, unknown> {
  return (answer.body as { metadata: Record<string, unknown> }).metadata
}

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

    test.each(['fieldManager=alice', 'fieldManager=alice&dryRun=All'])(
      'to absence, by a resourceVersion that no object has, creates where there is none: %s',
      async (query) => {
        const namespace = await world.namespace()
        const draft = { data: { a: 'YQ==' } }
        const free = await namespace.apply('free', draft, query)
        const bound = await namespace.apply('bound', { ...draft, metadata: ABSENT }, query)
        expect(bound.status).toBe(201)
        expect(owners(bound)).toEqual(owners(free))
        // A dry run answers what was sent, where it answers none to a free create.
        const dry = query.includes('dryRun')
        expect(metadataOf(bound)['resourceVersion'] === ABSENT.resourceVersion).toBe(dry)
        expect((await namespace.get('bound')).status).toBe(dry ? 404 : 200)
      },
    )

    test.each(
      ['Opaque', 'example.com/custom'].flatMap((type) =>
        ['', '&dryRun=All', '&force=true', '&force=true&dryRun=All'].map((query) => ({ type, query })),
      ),
    )('to absence is 409 where there is one: $type$query', async ({ type, query }) => {
      const namespace = await world.namespace()
      const before = await namespace.apply('s', { type, data: { a: 'YQ==' } })
      for (const data of [{ a: 'YQ==' }, { a: 'Yg==' }]) {
        const bound = { type, data, metadata: ABSENT }
        const answer = await namespace.apply('s', bound, `fieldManager=alice${query}`)
        expect(refusal(answer)).toEqual([409, 'Conflict'])
        expect(message(answer)).toBe(`Operation cannot be fulfilled on secrets "s": ${STALE}`)
      }
      expect((await namespace.get('s')).body).toEqual(before.body)
    })

    test('to absence creates anew where the object was deleted', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==' } })
      await namespace.delete('s')
      const answer = await namespace.apply('s', { data: { a: 'Yg==' }, metadata: ABSENT })
      expect(answer.status).toBe(201)
    })

    test('to absence is 409 where somebody has it, who also owns the field', async () => {
      const namespace = await world.namespace()
      await namespace.apply('s', { data: { a: 'YQ==' } }, 'fieldManager=bob')
      const answer = await namespace.apply('s', { data: { a: 'Yg==' }, metadata: ABSENT })
      expect(refusal(answer)).toEqual([409, 'Conflict', 'FieldManagerConflict .data.a'])
    })

    test('to absence lets one of several creates at once pass', async () => {
      const namespace = await world.namespace()
      const values = ['YQ==', 'Yg==', 'Yw==', 'ZA==', 'ZQ==', 'Zg==', 'Zw==', 'aA==']
      const answers = await Promise.all(
        values.map((a) => namespace.apply('s', { data: { a }, metadata: ABSENT })),
      )
      const passed = values.filter((_, nth) => answers[nth]?.status === 201)
      expect(passed).toHaveLength(1)
      expect((await namespace.get('s')).body).toHaveProperty('data.a', passed[0])
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(values.length - 1)
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
