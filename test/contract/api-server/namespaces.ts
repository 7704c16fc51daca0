import { describe, expect, test } from 'vitest'
import { waitUntil } from '../../support/wait-until.ts'
import { APPLY, message, owners, refusal, secret, version, type Namespace, type World } from './world.ts'

const NAMESPACES = '/api/v1/namespaces'
const HOLD = { data: { a: 'YQ==' }, metadata: { finalizers: ['example.com/hold'] } }
const LIMIT_MS = 60_000

function namespace(name: string, labels: Record<string, string> = {}): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

/** Namespaces: made, read, and on their way out. */
export function namespaceContract(world: World): void {
  describe('namespaces', () => {
    test('a new one is Active and carries its name as a label', async () => {
      const { name } = await world.namespace()
      const answer = await world.server().request('GET', `${NAMESPACES}/${name}`)
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({
        kind: 'Namespace',
        metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      })
    })

    test('kube-system is there and has a uid', async () => {
      const answer = await world.server().request('GET', `${NAMESPACES}/kube-system`)
      expect(answer.body).toHaveProperty('metadata.uid', expect.stringMatching(/^[-0-9a-f]{36}$/))
    })

    test('a missing one is 404', async () => {
      const answer = await world.server().request('GET', `${NAMESPACES}/nope`)
      expect(refusal(answer)).toEqual([404, 'NotFound'])
      expect(message(answer)).toBe('namespaces "nope" not found')
    })

    test('one that exists is not made again', async () => {
      const { name } = await world.namespace()
      const answer = await world.server().request('POST', NAMESPACES, namespace(name))
      expect(refusal(answer)).toEqual([409, 'AlreadyExists'])
    })

    test.each(['Upper', 'a_b', 'a.b'])('the name %s is 422', async (name) => {
      const answer = await world.server().request('POST', NAMESPACES, namespace(name))
      expect(refusal(answer)).toEqual([422, 'Invalid', 'FieldValueInvalid metadata.name'])
    })

    test('server-side apply makes one, dry first, and a second time changes nothing', async () => {
      const { name } = await world.namespace()
      const path = `${NAMESPACES}/${name}-applied`
      const apply = (query: string) =>
        world
          .server()
          .request('PATCH', `${path}?${query}`, namespace(`${name}-applied`, { team: 'x' }), APPLY)
      expect((await apply('fieldManager=alice&dryRun=All')).status).toBe(201)
      expect((await world.server().request('GET', path)).status).toBe(404)
      const made = await apply('fieldManager=alice')
      expect(made.status).toBe(201)
      expect(owners(made)).toEqual({ 'alice Apply': { 'f:metadata': { 'f:labels': { 'f:team': {} } } } })
      const again = await apply('fieldManager=alice')
      expect([again.status, version(again)]).toEqual([200, version(made)])
    })

    test('they can be listed', async () => {
      const { name } = await world.namespace()
      const answer = await world
        .server()
        .request('GET', `${NAMESPACES}?fieldSelector=metadata.name%3D${name}`)
      expect(answer.body).toMatchObject({ kind: 'NamespaceList', items: [{ metadata: { name } }] })
    })

    test.each(['', '&dryRun=All'])('nothing is created in a missing one (query %j)', async (query) => {
      const path = `${NAMESPACES}/nope/secrets/a?fieldManager=alice${query}`
      const answer = await world.server().request('PATCH', path, secret('a'), APPLY)
      expect(refusal(answer)).toEqual([404, 'NotFound'])
      expect(message(answer)).toBe('namespaces "nope" not found')
      expect(answer.body).toHaveProperty('details', { name: 'nope', kind: 'namespaces' })
    })

    test('reading from a missing one finds no Secret, listing finds none', async () => {
      const read = await world.server().request('GET', `${NAMESPACES}/nope/secrets/a`)
      expect(message(read)).toBe('secrets "a" not found')
      const listed = await world.server().request('GET', `${NAMESPACES}/nope/secrets`)
      expect([listed.status, listed.body]).toMatchObject([200, { items: [] }])
    })

    test('one that is being deleted takes nothing new, and updates what it has', async () => {
      const going = await terminating(world)
      const cause = 'NamespaceTerminating metadata.namespace'
      for (const query of ['fieldManager=alice', 'fieldManager=alice&dryRun=All']) {
        const answer = await going.apply('new', { data: { a: 'YQ==' } }, query)
        expect(refusal(answer)).toEqual([403, 'Forbidden', cause])
        expect(message(answer)).toBe(
          `secrets "new" is forbidden: unable to create new content in namespace ${going.name} because it is being terminated`,
        )
      }
      expect(refusal(await going.post('new', {}))).toEqual([403, 'Forbidden', cause])
      expect((await going.apply('held', { data: { b: 'Yg==' } })).status).toBe(200)
    })

    test('one that is being deleted says so, and goes when nothing is left in it', async () => {
      const going = await terminating(world)
      const path = `${NAMESPACES}/${going.name}`
      const answer = await world.server().request('GET', path)
      expect(answer.body).toMatchObject({
        metadata: { deletionTimestamp: expect.any(String) as string },
        status: { phase: 'Terminating' },
      })
      const held = await going.get('held')
      const { metadata } = held.body as { metadata: object }
      await going.put('held', { ...(held.body as object), metadata: { ...metadata, finalizers: [] } })
      await waitUntil(`namespace ${going.name} to go`, LIMIT_MS, async () => {
        return (await world.server().request('GET', path)).status === 404
      })
    })
  })
}

/** A namespace that is being deleted for as long as its Secret `held` keeps its finalizer. */
async function terminating(world: World): Promise<Namespace> {
  const namespace = await world.namespace()
  await namespace.post('held', HOLD)
  const answer = await world.server().request('DELETE', `${NAMESPACES}/${namespace.name}`)
  expect([answer.status, answer.body]).toMatchObject([
    200,
    { kind: 'Namespace', status: { phase: 'Terminating' } },
  ])
  return namespace
}
