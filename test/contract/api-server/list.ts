import { describe, expect, test } from 'vitest'
import type { Answer } from '../../support/server.ts'
import { refusal, type Namespace, type World } from './world.ts'

interface List {
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number }
  readonly items: readonly { readonly metadata: { readonly name: string } }[]
}

function names(answer: Answer): string[] {
  return (answer.body as List).items.map(({ metadata }) => metadata.name)
}

/** Five Secrets, made in no order; those above 3 are `high`. */
async function five(world: World): Promise<Namespace> {
  const namespace = await world.namespace()
  for (const number of ['3', '1', '2', '5', '4']) {
    const labels = { number, ...(Number(number) > 3 ? { high: 'yes' } : {}) }
    await namespace.post(`s${number}`, { data: { a: 'YQ==' }, metadata: { labels } })
  }
  return namespace
}

const LABELS: readonly (readonly [string, readonly string[]])[] = [
  ['high=yes', ['s4', 's5']],
  ['number==1', ['s1']],
  ['number!=1,high', ['s4', 's5']],
  ['high', ['s4', 's5']],
  ['!high', ['s1', 's2', 's3']],
  ['number in (1,2)', ['s1', 's2']],
  ['number notin (1, 2)', ['s3', 's4', 's5']],
  ['number=1,high=yes', []],
  ['example.com/none=x', []],
]

const FIELDS: readonly (readonly [string, readonly string[]])[] = [
  ['metadata.name=s1', ['s1']],
  ['metadata.name!=s1', ['s2', 's3', 's4', 's5']],
  ['type=Opaque', ['s1', 's2', 's3', 's4', 's5']],
  ['metadata.name=s1,type=other', []],
]

/** LIST. */
export function listContract(world: World): void {
  describe('LIST', () => {
    test('answers all, by name, without apiVersion and kind', async () => {
      const namespace = await five(world)
      const answer = await namespace.list()
      expect(answer.body).toMatchObject({
        kind: 'SecretList',
        apiVersion: 'v1',
        metadata: { resourceVersion: expect.stringMatching(/^\d+$/) as string },
      })
      expect(names(answer)).toEqual(['s1', 's2', 's3', 's4', 's5'])
      const { items } = answer.body as { items: readonly object[] }
      expect(items[0]).not.toHaveProperty('kind')
      expect(items[0]).toMatchObject({ type: 'Opaque', data: { a: 'YQ==' } })
    })

    test('goes page by page', async () => {
      const namespace = await five(world)
      const seen: string[][] = []
      let token: string | undefined = ''
      const left: (number | undefined)[] = []
      while (token !== undefined) {
        const answer = await namespace.list(`limit=2&continue=${encodeURIComponent(token)}`)
        const { metadata } = answer.body as List
        seen.push(names(answer))
        left.push(metadata.remainingItemCount)
        token = metadata.continue
      }
      expect(seen).toEqual([['s1', 's2'], ['s3', 's4'], ['s5']])
      expect(left).toEqual([3, 1, undefined])
    })

    test('with a selector does not count what is left', async () => {
      const namespace = await five(world)
      const answer = await namespace.list('limit=1&labelSelector=high')
      expect(names(answer)).toEqual(['s4'])
      const { metadata } = answer.body as List
      expect(metadata).not.toHaveProperty('remainingItemCount')
      const rest = await namespace.list(`limit=1&labelSelector=high&continue=${metadata.continue ?? ''}`)
      expect(names(rest)).toEqual(['s5'])
    })

    test('by labels', async () => {
      const namespace = await five(world)
      for (const [selector, expected] of LABELS) {
        const answer = await namespace.list(`labelSelector=${encodeURIComponent(selector)}`)
        expect([selector, names(answer)]).toEqual([selector, expected])
      }
    })

    test('by fields', async () => {
      const namespace = await five(world)
      for (const [selector, expected] of FIELDS) {
        const answer = await namespace.list(`fieldSelector=${encodeURIComponent(selector)}`)
        expect([selector, names(answer)]).toEqual([selector, expected])
      }
    })

    test.each([
      'labelSelector=a%20b',
      'labelSelector=%3D%3D',
      'labelSelector=a/b/c%3Dd',
      'fieldSelector=bogus%3D1',
      'fieldSelector=bogus',
      'continue=nonsense',
      'limit=many',
    ])('with %s is 400', async (query) => {
      const namespace = await world.namespace()
      expect(refusal(await namespace.list(query))).toEqual([400, 'BadRequest'])
    })

    test('of all namespaces', async () => {
      const { name } = await five(world)
      const other = await five(world)
      const query = 'labelSelector=number%3D1&fieldSelector=metadata.namespace%3D'
      const one = await world.server().request('GET', `/api/v1/secrets?${query}${name}`)
      expect(names(one)).toEqual(['s1'])
      const all = await world.server().request('GET', '/api/v1/secrets?labelSelector=number%3D1')
      const { items } = all.body as { items: readonly { metadata: { namespace: string } }[] }
      expect(items.map(({ metadata }) => metadata.namespace)).toEqual(
        expect.arrayContaining([name, other.name]),
      )
    })

    test('has whatever number there is', { timeout: 120_000 }, async () => {
      const namespace = await world.namespace()
      const numbers = Array.from({ length: 60 }, (_, index) => `s${String(index).padStart(3, '0')}`)
      await Promise.all(numbers.map((name) => namespace.apply(name, { data: { a: 'YQ==' } })))
      expect(names(await namespace.list('limit=500'))).toEqual(numbers)
    })
  })
}
