import { describe, expect, it } from 'vitest'
import type { Answer } from '../../support/server.ts'
import { APPLY, owners, refusal, type World } from './world.ts'

const MARK = 'secretferry.github.io/restart-0123456789abcdef'

interface Live {
  readonly metadata: {
    readonly uid: string
    readonly generation: number
    readonly resourceVersion: string
    readonly name: string
  }
  readonly spec: { readonly template: { readonly metadata: { readonly annotations?: object } } }
}

interface Event {
  readonly type: string
  readonly object: Live
}

/** What restarting leans on: an annotation of a pod template that is applied by itself, and watches. */
export function workloadContract(world: World): void {
  describe('workloads', () => {
    const path = (namespace: string, name = ''): string =>
      `/apis/apps/v1/namespaces/${namespace}/deployments${name === '' ? '' : `/${name}`}`
    const make = async (namespace: string, name = 'web'): Promise<Live> => {
      const body = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { app: name } },
            spec: { containers: [{ name: 'main', image: 'example.com/main:1' }] },
          },
        },
      }
      const answer = await world.server().request('POST', path(namespace), body)
      expect(answer.status).toBe(201)
      return answer.body as Live
    }
    const mark = (
      namespace: string,
      { uid, value, name = 'web' }: { uid: string; value?: string; name?: string },
    ): Promise<Answer> => {
      const template = { metadata: { annotations: { [MARK]: value } } }
      const body = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace, uid },
        ...(value === undefined ? {} : { spec: { template } }),
      }
      const query = 'fieldManager=restarter&force=true'
      return world.server().request('PATCH', `${path(namespace, name)}?${query}`, body, APPLY)
    }
    const watch = async (namespace: string, query: string): Promise<readonly Event[]> => {
      const watched = `${path(namespace)}?watch=true&timeoutSeconds=1&${query}`
      const { body } = (await world.server().request('GET', watched)) as { body: unknown }
      if (typeof body !== 'string') return body === undefined ? [] : [body as Event]
      const lines = body.split('\n').filter((line) => line !== '')
      return lines.map((line) => JSON.parse(line) as Event)
    }

    it('take one annotation of their pod template by a manager that owns nothing else, and give it back', async () => {
      const { name } = await world.namespace()
      const { metadata } = await make(name)
      const marked = await mark(name, { uid: metadata.uid, value: 'one' })
      expect(marked.status).toBe(200)
      const live = marked.body as Live
      expect(live.metadata.generation).toBe(metadata.generation + 1)
      expect(live.spec.template.metadata.annotations).toEqual({ [MARK]: 'one' })
      expect(owners(marked)['restarter Apply']).toEqual({
        'f:spec': { 'f:template': { 'f:metadata': { 'f:annotations': { [`f:${MARK}`]: {} } } } },
      })
      const again = await mark(name, { uid: metadata.uid, value: 'one' })
      expect((again.body as Live).metadata.generation).toBe(live.metadata.generation)
      const back = await mark(name, { uid: metadata.uid })
      expect((back.body as Live).metadata.generation).toBe(live.metadata.generation + 1)
      expect((back.body as Live).spec.template.metadata.annotations ?? {}).toEqual({})
      expect(Object.keys(owners(back))).not.toContain('restarter Apply')
    })

    it('refuse it for another object, and make none', async () => {
      const { name } = await world.namespace()
      await make(name)
      const other = '6b3f0c52-0000-4000-8000-00000000a07e'
      expect([409, 422]).toContain(refusal(await mark(name, { uid: other, value: 'one' }))[0])
      expect(refusal(await mark(name, { uid: other, value: 'one', name: 'missing' }))[0]).toBe(409)
      expect((await world.server().request('GET', path(name, 'missing'))).status).toBe(404)
    })

    it('are watched from a resourceVersion on, by name', async () => {
      const { name } = await world.namespace()
      const { metadata } = await make(name)
      const other = await make(name, 'other')
      await mark(name, { uid: other.metadata.uid, name: 'other', value: 'one' })
      await mark(name, { uid: metadata.uid, value: 'one' })
      const from = `resourceVersion=${metadata.resourceVersion}`
      const events = await watch(name, `${from}&fieldSelector=${encodeURIComponent('metadata.name=web')}`)
      const told = events.filter(({ type }) => type !== 'BOOKMARK')
      expect(new Set(told.map(({ object }) => object.metadata.name))).toEqual(new Set(['web']))
      expect(told.map(({ type }) => type)).toContain('MODIFIED')
      expect(told.some(({ object }) => object.spec.template.metadata.annotations !== undefined)).toBe(true)
      const all = await watch(name, from)
      expect(all.map(({ object }) => object.metadata.name)).toContain('other')
    })

    it('are listed with the kind of the list, and without it in the items', async () => {
      const { name } = await world.namespace()
      await make(name)
      const { body } = (await world.server().request('GET', path(name))) as {
        body: { kind: string; items: { kind?: string }[]; metadata: { resourceVersion: string } }
      }
      expect(body).toMatchObject({ kind: 'DeploymentList', items: [{ metadata: { name: 'web' } }] })
      expect(body.items[0]?.kind).toBeUndefined()
      expect(body.metadata.resourceVersion).toMatch(/^\d+$/)
    })
  })
}
