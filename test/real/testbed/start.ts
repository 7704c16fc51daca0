import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openApiClient, type ApiClient } from '../../support/api-request.ts'
import { makeClientCertificate, type Certificate } from '../../support/certificates.ts'
import { createGrants, expectSuccess } from '../../support/grants.ts'
import { writeKubeconfig, type Endpoint } from '../../support/kubeconfig.ts'
import type { Grant, TestServer } from '../../support/server.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { startControlPlane } from './control-plane.ts'
import { openProcessGroup } from './processes.ts'

const ATTEMPTS = 3
const AUTHORIZER_LIMIT_MS = 10_000
const NAMESPACE_LIMIT_MS = 10_000

export interface RealServer extends TestServer {
  readonly kind: 'real'
  /** A bearer token of the user `token-user`, who may do nothing until `user('token-user', …)` grants it something. */
  readonly token: string
  /** A kubeconfig with that token. */
  readonly tokenKubeconfig: string
  /** The components' data and, as `NAME.log`, their logs; gone after stop(). */
  readonly folder: string
}

export interface RealOptions {
  /** Runs kube-controller-manager and kube-scheduler too: garbage collection, quota status, rollouts, … */
  readonly controllers?: boolean
}

/** Starts etcd and kube-apiserver, built on first use, on free ports of loopback. */
export async function startReal(options: RealOptions = {}): Promise<RealServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options)
    } catch (error) {
      // Between finding a free port and listening on it somebody else may take it.
      if (attempt === ATTEMPTS || !String(error).includes('address already in use')) throw error
    }
  }
}

async function startOnce(options: RealOptions): Promise<RealServer> {
  const folder = mkdtempSync(join(tmpdir(), 'secretferry-real-'))
  const processes = openProcessGroup(folder)
  try {
    const { endpoint, authority, admin, token } = await startControlPlane({
      folder,
      processes,
      controllers: options.controllers ?? false,
    })
    const api = openApiClient(endpoint, admin)
    return {
      kind: 'real',
      url: endpoint.url,
      ca: authority.cert,
      caKey: authority.key,
      admin: writeKubeconfig(endpoint, 'admin', admin),
      token: token.value,
      tokenKubeconfig: writeKubeconfig(endpoint, token.user, { token: token.value }),
      folder,
      user: (name, grants, scope) => addUser({ api, endpoint, authority }, { name, grants, scope }),
      request: (method, path, body, contentType) => api.request(method, path, body, contentType),
      namespace: (name) => addNamespace(api, name),
      async stop() {
        api.close()
        await processes.stop()
      },
    }
  } catch (error) {
    await processes.stop()
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

interface Cluster {
  readonly api: ApiClient
  readonly endpoint: Endpoint
  readonly authority: Certificate
}

interface User {
  readonly name: string
  readonly grants: readonly Grant[]
  readonly scope: Parameters<TestServer['user']>[2]
}

async function addUser({ api, endpoint, authority }: Cluster, user: User): Promise<string> {
  await createGrants(api, user.name, user.grants, user.scope)
  const certificate = await makeClientCertificate(authority, user.name)
  const own = openApiClient(endpoint, certificate)
  try {
    await Promise.all(reviews(user).map((review) => waitUntilAllowed(own, user.name, review)))
  } finally {
    own.close()
  }
  return writeKubeconfig(endpoint, user.name, certificate)
}

/** One question a rule and namespace: the authoriser learns a Role as a whole. */
function reviews({ grants, scope }: User): object[] {
  const namespaces = 'cluster' in scope ? [''] : scope.namespaces
  return namespaces.flatMap((namespace) => grants.map((grant) => resourceAttributes(namespace, grant)))
}

function resourceAttributes(namespace: string, grant: Grant): object {
  const [resource, subresource = ''] = (grant.resources[0] ?? '').split('/')
  const name = grant.resourceNames?.[0] ?? ''
  return { namespace, verb: grant.verbs[0], group: grant.apiGroups?.[0] ?? '', resource, subresource, name }
}

async function waitUntilAllowed(own: ApiClient, user: string, resourceAttributes: object): Promise<void> {
  const what = `the authoriser to allow ${user} ${JSON.stringify(resourceAttributes)}`
  await waitUntil(what, AUTHORIZER_LIMIT_MS, async () => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    }
    const answer = await own.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)
    const { status } = answer.body as { status?: { allowed?: boolean } }
    return status?.allowed
  })
}

async function addNamespace(api: ApiClient, name: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  expectSuccess(await api.request('POST', '/api/v1/namespaces', body), `creating namespace ${name}`)
  await waitUntil(`namespace ${name} to be active`, NAMESPACE_LIMIT_MS, async () => {
    const answer = await api.request('GET', `/api/v1/namespaces/${name}`)
    const { status } = answer.body as { status?: { phase?: string } }
    return status?.phase === 'Active'
  })
}
