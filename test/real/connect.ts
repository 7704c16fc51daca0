import { parse } from 'yaml'
import { openApiClient, type ApiClient } from '../support/api-request.ts'
import { makeClientCertificate } from '../support/certificates.ts'
import { createGrants, expectSuccess } from '../support/grants.ts'
import { writeKubeconfig, type Credential } from '../support/kubeconfig.ts'
import type { Grant, TestServer } from '../support/server.ts'
import { waitUntil } from '../support/wait-until.ts'
import type { RealServer } from './testbed/start.ts'

const LIMIT_MS = 10_000
const ACCESS_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** What a running real server can be used by from another process. */
export type RealConnection = Pick<
  RealServer,
  'url' | 'ca' | 'caKey' | 'admin' | 'token' | 'tokenKubeconfig' | 'folder'
>

type Scope = Parameters<TestServer['user']>[2]

/** The real server that runs elsewhere; stop() ends only the connections to it. */
export function connectReal(connection: RealConnection): RealServer {
  const { url, ca, caKey } = connection
  const api = openApiClient({ url, ca }, credentialOf(connection.admin))
  return {
    kind: 'real',
    ...connection,
    async user(name, grants, scope) {
      await createGrants(api, name, grants, scope)
      const certificate = await makeClientCertificate({ cert: ca, key: caKey }, name)
      const bearer = name === 'token-user' ? { token: connection.token } : undefined
      await waitForGrants(openApiClient({ url, ca }, bearer ?? certificate), grants, scope)
      return writeKubeconfig({ url, ca }, name, certificate)
    },
    request: (method, path, body, contentType) => api.request(method, path, body, contentType),
    async namespace(name) {
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      expectSuccess(await api.request('POST', '/api/v1/namespaces', body), `creating namespace ${name}`)
    },
    stop() {
      api.close()
      return Promise.resolve()
    },
  }
}

/** The authoriser learns of a Role a moment after it was made. */
async function waitForGrants(client: ApiClient, grants: readonly Grant[], scope: Scope): Promise<void> {
  const namespaces = 'cluster' in scope ? [''] : scope.namespaces
  const reviews = namespaces.flatMap((namespace) => grants.map((grant) => accessReview(namespace, grant)))
  try {
    for (const review of reviews) {
      await waitUntil(`the authoriser to learn of ${JSON.stringify(review)}`, LIMIT_MS, async () => {
        const answer = await client.request('POST', ACCESS_REVIEWS, review)
        return (answer.body as { status?: { allowed?: boolean } }).status?.allowed
      })
    }
  } finally {
    client.close()
  }
}

function accessReview(namespace: string, { resources, verbs, apiGroups, resourceNames }: Grant): object {
  const [resource, subresource = ''] = (resources[0] ?? '').split('/')
  const what = { group: apiGroups?.[0] ?? '', resource, subresource, name: resourceNames?.[0] ?? '' }
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { namespace, verb: verbs[0], ...what } },
  }
}

function credentialOf(kubeconfig: string): Credential {
  const { users } = parse(kubeconfig) as { users: readonly { user: Record<string, string> }[] }
  const { 'client-certificate-data': cert = '', 'client-key-data': key = '' } = users[0]?.user ?? {}
  return { cert: Buffer.from(cert, 'base64').toString(), key: Buffer.from(key, 'base64').toString() }
}
