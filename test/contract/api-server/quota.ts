import { describe, expect, test } from 'vitest'
import { waitUntil } from '../../support/wait-until.ts'
import { message, refusal, type Namespace, type World } from './world.ts'

const LIMIT_MS = 60_000
const draft = { data: { a: 'YQ==' } }

interface Status {
  readonly hard?: Record<string, string>
  readonly used?: Record<string, string>
}

/** A namespace whose quota `q` is in force. */
async function limited(world: World, hard: Record<string, string>): Promise<Namespace> {
  const namespace = await world.namespace()
  const path = `/api/v1/namespaces/${namespace.name}/resourcequotas`
  const body = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard } }
  expect((await world.server().request('POST', path, body)).status).toBe(201)
  await waitUntil('the quota to be counted', LIMIT_MS, async () => {
    const { used = {} } = await statusOf(world, namespace)
    return Object.keys(hard).every((name) => name in used)
  })
  return namespace
}

async function statusOf(world: World, { name }: Namespace): Promise<Status> {
  const answer = await world.server().request('GET', `/api/v1/namespaces/${name}/resourcequotas/q`)
  return (answer.body as { status?: Status }).status ?? {}
}

/** ResourceQuotas that count Secrets. */
export function quotaContract(world: World): void {
  describe('quotas', () => {
    test('tell what is allowed and what there is', async () => {
      const hard = { secrets: '2', 'count/secrets': '3' }
      const namespace = await limited(world, hard)
      expect(await statusOf(world, namespace)).toEqual({ hard, used: { secrets: '0', 'count/secrets': '0' } })
      await namespace.apply('a', draft)
      await waitUntil('the Secret to be counted', LIMIT_MS, async () => {
        const { used } = await statusOf(world, namespace)
        return used?.['secrets'] === '1' && used['count/secrets'] === '1'
      })
    })

    test('refuse one Secret too many', async () => {
      const namespace = await limited(world, { 'count/secrets': '1' })
      expect((await namespace.apply('a', draft)).status).toBe(201)
      const answer = await namespace.apply('b', draft)
      expect(refusal(answer)).toEqual([403, 'Forbidden'])
      expect(message(answer)).toBe(
        'secrets "b" is forbidden: exceeded quota: q, requested: count/secrets=1, used: count/secrets=1, limited: count/secrets=1',
      )
      expect(answer.body).toHaveProperty('details', { name: 'b', kind: 'secrets' })
      expect((await namespace.post('b', draft)).status).toBe(403)
    })

    test('leave updates alone', async () => {
      const namespace = await limited(world, { secrets: '1' })
      await namespace.apply('a', draft)
      expect((await namespace.apply('a', { data: { a: 'Yg==' } })).status).toBe(200)
    })

    test('judge each dry run singly', async () => {
      const namespace = await limited(world, { secrets: '2' })
      const dry = 'fieldManager=alice&dryRun=All'
      for (const name of ['a', 'b', 'c']) expect((await namespace.apply(name, draft, dry)).status).toBe(201)
      const written = [
        await namespace.apply('a', draft),
        await namespace.apply('b', draft),
        await namespace.apply('c', draft),
      ]
      expect(written.map(({ status }) => status)).toEqual([201, 201, 403])
      expect((await namespace.apply('c', draft, dry)).status).toBe(403)
    })

    test('have room again after a deletion', async () => {
      const namespace = await limited(world, { secrets: '1' })
      await namespace.apply('a', draft)
      await namespace.delete('a')
      await waitUntil(
        'room in the quota',
        LIMIT_MS,
        async () => (await namespace.apply('b', draft)).status === 201,
      )
    })

    test('are asked after validation', async () => {
      const namespace = await limited(world, { secrets: '0' })
      expect((await namespace.apply('a', { data: { 'a/b': '' } })).status).toBe(422)
      expect((await namespace.apply('a', draft)).status).toBe(403)
    })
  })
}
