import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { openApiClient, type ApiClient } from '../../support/api-request.ts'
import type { Credential } from '../../support/kubeconfig.ts'
import { startReal, type RealServer } from './start.ts'

interface Kubeconfig {
  readonly users: readonly { user: Record<string, string> }[]
}

describe('the real testbed', { timeout: 60_000 }, () => {
  let server: RealServer

  beforeAll(async () => {
    server = await startReal()
    await server.namespace('demo')
  }, 20 * 60_000)

  afterAll(() => server.stop())

  test('a Secret is created and then kept by server-side apply', async () => {
    expect((await apply(server, 'one')).status).toBe(201)
    expect((await apply(server, 'one')).status).toBe(200)
  })

  test('a user may do what was granted, and nothing else', async () => {
    const grants = [{ resources: ['secrets'], verbs: ['get'], resourceNames: ['one'] }]
    const reader = open(server, await server.user('reader', grants, { namespaces: ['demo'] }))
    expect((await reader.request('GET', '/api/v1/namespaces/demo/secrets/two')).status).toBe(403)
    expect((await reader.request('GET', '/api/v1/namespaces/demo/secrets')).status).toBe(403)
    expect((await apply(reader, 'one')).status).toBe(403)
    expect([200, 404]).toContain((await reader.request('GET', '/api/v1/namespaces/demo/secrets/one')).status)
  })

  test('grants of a whole cluster hold in every namespace', async () => {
    const grants = [{ resources: ['secrets'], verbs: ['list'] }]
    const lister = open(server, await server.user('lister', grants, { cluster: true }))
    expect((await lister.request('GET', '/api/v1/secrets')).status).toBe(200)
  })

  test('the token may do nothing until it is granted', async () => {
    const bearer = open(server, server.tokenKubeconfig)
    expect((await bearer.request('GET', '/api/v1/namespaces/demo/secrets')).status).toBe(403)
    await server.user('token-user', [{ resources: ['secrets'], verbs: ['list'] }], { namespaces: ['demo'] })
    expect((await bearer.request('GET', '/api/v1/namespaces/demo/secrets')).status).toBe(200)
  })
})

function apply(as: Pick<ApiClient, 'request'>, name: string) {
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { key: 'dmFsdWU=' } }
  const path = `/api/v1/namespaces/demo/secrets/${name}?fieldManager=test`
  return as.request('PATCH', path, body, 'application/apply-patch+yaml')
}

function open(server: RealServer, kubeconfig: string): ApiClient {
  const user = (parse(kubeconfig) as Kubeconfig).users[0]?.user ?? {}
  return openApiClient({ url: server.url, ca: server.ca }, credential(user))
}

function credential(user: Record<string, string>): Credential {
  const { token, 'client-certificate-data': cert = '', 'client-key-data': key = '' } = user
  return token === undefined ? { cert: decode(cert), key: decode(key) } : { token }
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString()
}
