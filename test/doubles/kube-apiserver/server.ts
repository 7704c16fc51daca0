import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { openApiClient, type ApiClient } from '../../support/api-request.ts'
import {
  makeAuthority,
  makeClientCertificate,
  makeServerCertificate,
  type Certificate,
} from '../../support/certificates.ts'
import { createGrants, expectSuccess } from '../../support/grants.ts'
import { writeKubeconfig, type Endpoint } from '../../support/kubeconfig.ts'
import type { TestServer } from '../../support/server.ts'
import { startControllers, type Kubelet } from './controllers.ts'
import { isWatch, serveWatch } from './watch.ts'
import type { Admission, Api, Service } from './api.ts'
import { authenticate, type Peer, type Tokens } from './authentication.ts'
import { BODY_LIMIT } from './decode.ts'
import { handle } from './handler.ts'
import { installDefaultRoles } from './rbac.ts'
import { parseAttributes, type Reply } from './request.ts'
import { failureStatus, noSuchResource, StatusError } from './status.ts'
import { createStorage } from './storage.ts'
import { serveStream, refuseStream } from './streams.ts'
import { installNamespaces } from './system.ts'

export interface EmbeddedOptions {
  /** More bearer tokens, and whose they are. */
  readonly tokens?: Tokens
  /** SelfSubjectRulesReview answers `incomplete: true`, as with an authorizer that can't enumerate. */
  readonly incompleteRules?: boolean
  /** The subprotocols of WebSockets that are spoken; all where it is not given. */
  readonly streamProtocols?: readonly string[]
}

/** The API server that runs in this process. */
export interface EmbeddedServer extends TestServer {
  readonly kind: 'embedded'
  /** A bearer token of the user `token-user`, who may do nothing until `user('token-user', …)` grants it something. */
  readonly token: string
  /** A kubeconfig with that token. */
  readonly tokenKubeconfig: string
  /** Webhooks: what is set here judges every later write. */
  readonly admission: Admission
  /** What becomes of the pods of workloads: what is set here judges those that start later. */
  readonly kubelet: Kubelet
  readonly watches: {
    /** Ends every watch in the middle. */
    cut(): void
    /** Watches that begin from now on with an older resourceVersion are told that it has expired. */
    forget(): void
  }
  /** What stands behind Services, by `namespace/scheme:name:port`. */
  readonly services: Map<string, Service>
}

/** Starts a Kubernetes API server double on a free port of loopback. */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const authority = await makeAuthority()
  const token = randomBytes(24).toString('base64url')
  const tokens = { ...options.tokens, [token]: { name: 'token-user', groups: [] } }
  const api = createApi(options)
  const stopControllers = startControllers(api)
  const server = await listen(api, tokens, authority)
  const endpoint = { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, ca: authority.cert }
  const admin = await makeClientCertificate(authority, 'admin', ['system:masters'])
  const client = openApiClient(endpoint, admin)
  return {
    kind: 'embedded',
    url: endpoint.url,
    ca: authority.cert,
    caKey: authority.key,
    admin: writeKubeconfig(endpoint, 'admin', admin),
    token,
    tokenKubeconfig: writeKubeconfig(endpoint, 'token-user', { token }),
    admission: api.admission,
    kubelet: api.kubelet,
    watches: {
      cut: () => api.watches.forEach((each) => each.destroy()),
      forget: () => api.storage.forget(),
    },
    services: api.services,
    user: (name, grants, scope) => addUser({ client, endpoint, authority }, name, [grants, scope]),
    request: (method, path, body, contentType) => client.request(method, path, body, contentType),
    async namespace(name) {
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
      expectSuccess(await client.request('POST', '/api/v1/namespaces', body), `creating namespace ${name}`)
    },
    async stop() {
      stopControllers()
      client.close()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      for (const stream of api.streams) stream.destroy()
      await closed
    },
  }
}

function createApi({ incompleteRules = false, streamProtocols }: EmbeddedOptions): Api {
  const storage = createStorage()
  installDefaultRoles(storage)
  const kubelet: Kubelet = { judge: () => undefined, log: () => '' }
  const watches = new Set<ServerResponse>()
  const api: Api = {
    storage,
    admission: {},
    kubelet,
    watches,
    incompleteRules,
    streamProtocols,
    streams: new Set(),
    services: new Map<string, Service>(),
  }
  installNamespaces(api)
  return api
}

async function listen(api: Api, tokens: Tokens, authority: Certificate): Promise<Server> {
  const certificate = await makeServerCertificate(authority)
  const tls = { ...certificate, ca: authority.cert, requestCert: true, rejectUnauthorized: false }
  const server = createServer(tls, (incoming, response) => {
    answer(api, tokens, incoming, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    api.streams.add(socket)
    socket.on('close', () => api.streams.delete(socket))
    upgrade(api, tokens, incoming, socket)
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function answer(
  api: Api,
  tokens: Tokens,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming)
  const url = new URL(incoming.url ?? '/', 'https://server')
  const { method = 'GET', headers } = incoming
  let reply: Reply
  try {
    const attributes = parseAttributes(method, url.pathname, url.searchParams)
    const user = authenticate({ headers, peer: peerOf(incoming), attributes }, tokens, api.storage)
    if (attributes !== undefined && isWatch(attributes, url.searchParams)) {
      serveWatch(api, { attributes, user, query: url.searchParams }, response)
      return
    }
    reply = handle(api, { method, path: url.pathname, query: url.searchParams, headers, body, user })
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    reply = { status: error.code, body: failureStatus(error) }
  }
  send(response, reply, headers['audit-id'])
}

function upgrade(api: Api, tokens: Tokens, incoming: IncomingMessage, socket: Duplex): void {
  const url = new URL(incoming.url ?? '/', 'https://server')
  const query = url.searchParams
  try {
    const attributes = parseAttributes(incoming.method ?? 'GET', url.pathname, query)
    const user = authenticate(
      { headers: incoming.headers, peer: peerOf(incoming), attributes },
      tokens,
      api.storage,
    )
    if (attributes === undefined) throw noSuchResource()
    serveStream(api, { incoming, socket, attributes, user, query })
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    refuseStream(socket, error)
  }
}

/** Up to one byte more than the limit: enough to tell that it was too much. */
async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    if (size <= BODY_LIMIT) chunks.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(chunks)
}

function peerOf({ socket }: IncomingMessage): Peer {
  if (!(socket instanceof TLSSocket)) return { certificate: undefined, trusted: false }
  const { raw } = socket.getPeerCertificate() as { raw?: Buffer }
  return { certificate: raw, trusted: socket.authorized }
}

function send(response: ServerResponse, reply: Reply, auditId: string | string[] | undefined): void {
  const isText = typeof reply.body === 'string'
  const warnings = (reply.warnings ?? []).map((warning) => `299 - ${JSON.stringify(warning)}`)
  response.statusCode = reply.status
  response.setHeader('audit-id', typeof auditId === 'string' ? auditId : randomUUID())
  response.setHeader('cache-control', 'no-cache, private')
  response.setHeader('content-type', isText ? 'text/plain; charset=utf-8' : 'application/json')
  if (warnings.length > 0) response.setHeader('warning', warnings)
  response.end(isText ? reply.body : JSON.stringify(reply.body))
}

interface Cluster {
  readonly client: ApiClient
  readonly endpoint: Endpoint
  readonly authority: Certificate
}

async function addUser(
  { client, endpoint, authority }: Cluster,
  name: string,
  [grants, scope]: [Parameters<TestServer['user']>[1], Parameters<TestServer['user']>[2]],
): Promise<string> {
  await createGrants(client, name, grants, scope)
  return writeKubeconfig(endpoint, name, await makeClientCertificate(authority, name))
}
