import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { openApiClient } from '../../support/api-request.ts'
import { startEmbedded, type EmbeddedServer } from './server.ts'

const APPLY = 'application/apply-patch+yaml'
const RULES = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'

function secret(name: string): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { a: 'YQ==', b: 'Yg==' } }
}

/** What the embedded server has beyond the contract that the real one shares. */
describe('the embedded server', () => {
  let server: EmbeddedServer

  beforeAll(async () => {
    server = await startEmbedded({
      incompleteRules: true,
      tokens: { 'a-token': { name: 'robot', groups: ['system:masters'] } },
    })
    await server.namespace('demo')
  })

  afterAll(() => server.stop())

  function apply(name: string, query = '') {
    const path = `/api/v1/namespaces/demo/secrets/${name}?fieldManager=test${query}`
    return server.request('PATCH', path, secret(name), APPLY)
  }

  test('a webhook that denies is told as Kubernetes tells it', async () => {
    server.admission.deny = ({ metadata }) =>
      metadata.name === 'denied' ? { webhook: 'policy.example.com', message: 'no' } : undefined
    const { status, body } = (await apply('denied')) as { status: number; body: unknown }
    expect([status, body]).toMatchObject([
      400,
      { message: 'admission webhook "policy.example.com" denied the request: no', code: 400 },
    ])
    expect((await apply('allowed')).status).toBe(201)
  })

  test('a webhook may name the code', async () => {
    server.admission.deny = () => ({ webhook: 'policy.example.com', message: 'no', code: 403 })
    expect((await apply('coded')).status).toBe(403)
  })

  test('a webhook without dry run refuses only that', async () => {
    server.admission.deny = () => ({ webhook: 'policy.example.com', noDryRun: true })
    const { body } = (await apply('dry', '&dryRun=All')) as { body: unknown }
    expect(body).toMatchObject({
      message: 'admission webhook "policy.example.com" does not support dry run',
      reason: 'BadRequest',
    })
    expect((await apply('dry')).status).toBe(201)
  })

  test('rules reviews can be incomplete', async () => {
    const body = { kind: 'SelfSubjectRulesReview', spec: { namespace: 'demo' } }
    const answer = await server.request('POST', RULES, body)
    expect(answer.body).toHaveProperty('status.incomplete', true)
  })

  test('tokens can be given to anybody', async () => {
    const client = openApiClient({ url: server.url, ca: server.ca }, { token: 'a-token' })
    expect((await client.request('GET', '/api/v1/namespaces')).status).toBe(200)
    client.close()
  })

  test('its kubeconfig names it', () => {
    const { clusters } = parse(server.admin) as { clusters: readonly { cluster: { server: string } }[] }
    expect(clusters[0]?.cluster.server).toBe(server.url)
  })

  test('1,000 Secrets are made, 16 at once, and listed', async () => {
    server.admission.deny = () => undefined
    await server.namespace('many')
    const client = openApiClient({ url: server.url, ca: server.ca }, { token: 'a-token' })
    const path = '/api/v1/namespaces/many/secrets'
    const names = Array.from({ length: 1000 }, (_, index) => `s${index}`)
    const statuses = new Set<number>()
    const work = async (): Promise<void> => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        const answer = await client.request('PATCH', `${path}/${name}?fieldManager=test`, secret(name), APPLY)
        statuses.add(answer.status)
      }
    }
    await Promise.all(Array.from({ length: 16 }, work))
    expect([...statuses]).toEqual([201])
    const listed = await client.request('GET', `${path}?limit=500`)
    expect(listed.body).toHaveProperty('metadata.remainingItemCount', 500)
    client.close()
  })

  test('it can be stopped while connections are open', async () => {
    const other = await startEmbedded()
    const client = openApiClient({ url: other.url, ca: other.ca })
    expect((await client.request('GET', '/readyz')).status).toBe(200)
    await other.stop()
    await expect(client.request('GET', '/readyz')).rejects.toThrow()
    client.close()
  })
})
