import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { parse } from 'yaml'
import { openApiClient, type ApiClient } from '../../support/api-request.ts'
import type { Credential } from '../../support/kubeconfig.ts'
import type { Answer, TestServer } from '../../support/server.ts'

export const APPLY = 'application/apply-patch+yaml'
export const MERGE = 'application/merge-patch+json'

/** A server that has a user with a bearer token too. */
export interface ContractServer extends TestServer {
  readonly tokenKubeconfig: string
}

/** What the cases of one server share. */
export interface World {
  /** The server under test; only inside a case. */
  server(): ContractServer
  /** A namespace of the case's own. */
  namespace(): Promise<Namespace>
  /** Requests as the user of a kubeconfig. */
  as(kubeconfig: string): ApiClient
  /** Requests with any credential, none included. */
  with(credential: Credential | undefined): ApiClient
  /** One request with headers of its own, as administrator or as the user of `kubeconfig`. */
  send(request: HeaderRequest, kubeconfig?: string): Promise<Answer>
  /** Ends all connections. */
  close(): void
}

export interface HeaderRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body?: object
}

/** A Secret without what is always the same. */
export interface Draft {
  readonly data?: unknown
  readonly stringData?: unknown
  readonly type?: unknown
  readonly immutable?: unknown
  readonly metadata?: object
}

/** The Secrets of one namespace, asked for as administrator or as `by`. */
export interface Namespace {
  readonly name: string
  /** The path of its Secrets, or of one. */
  path(secret?: string): string
  by(client: Pick<ApiClient, 'request'>): Namespace
  apply(secret: string, draft: Draft | string, query?: string): Promise<Answer>
  post(secret: string, draft: Draft, query?: string): Promise<Answer>
  put(secret: string, object: object, query?: string): Promise<Answer>
  get(secret: string): Promise<Answer>
  list(query?: string): Promise<Answer>
  delete(secret: string, options?: object): Promise<Answer>
}

let cases = 0

export function makeWorld(server: () => ContractServer): World {
  const clients: ApiClient[] = []
  const connect = (credential: Credential | undefined): ApiClient => {
    const client = openApiClient(server(), credential)
    clients.push(client)
    return client
  }
  return {
    server,
    async namespace() {
      const name = `case-${process.pid}-${++cases}`
      await server().namespace(name)
      return namespaceOf(name, server())
    },
    as: (kubeconfig) => connect(credentialOf(kubeconfig)),
    with: connect,
    async send({ method, path, headers, body }, kubeconfig) {
      const { url, ca, admin } = server()
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      const options = { method, ca, ...credentialOf(kubeconfig ?? admin), headers: { ...type, ...headers } }
      const outgoing = httpsRequest(new URL(path, url), options)
      outgoing.end(body === undefined ? undefined : JSON.stringify(body))
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      const received: unknown = JSON.parse(await text(response))
      return { status: response.statusCode ?? 0, headers: response.headers, body: received }
    },
    close() {
      for (const client of clients.splice(0)) client.close()
    },
  }
}

/** A Secret of v1, complete. */
export function secret(name: string, { metadata, ...fields }: Draft = {}): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, ...metadata }, ...fields }
}

export function base64(value: string): string {
  return Buffer.from(value).toString('base64')
}

/** Who owns what: manager, operation and fieldsV1 of each entry, sorted. */
export function owners(answer: Answer): Record<string, unknown> {
  const { metadata } = answer.body as { metadata: { managedFields?: Entry[] } }
  const entries = (metadata.managedFields ?? []).map(
    ({ manager, operation, fieldsV1 }) => [`${manager} ${operation}`, fieldsV1] as const,
  )
  return Object.fromEntries(entries)
}

/** The object without what every write changes. */
export function lasting(answer: Answer): object {
  const { metadata, ...fields } = answer.body as { metadata: Record<string, unknown> }
  return { ...fields, metadata: { ...metadata, resourceVersion: '' } }
}

export function version(answer: Answer): string {
  return (answer.body as { metadata: { resourceVersion: string } }).metadata.resourceVersion
}

/** Status code, reason and the causes' reason and field, without the messages. */
export function refusal(answer: Answer): unknown[] {
  const { reason, details } = answer.body as { reason?: string; details?: { causes?: Cause[] } }
  const causes = (details?.causes ?? []).map((cause) => `${cause.reason} ${cause.field ?? ''}`).sort()
  return [answer.status, reason, ...causes]
}

export function message(answer: Answer): string {
  return (answer.body as { message: string }).message
}

interface Entry {
  readonly manager: string
  readonly operation: string
  readonly fieldsV1: unknown
}

interface Cause {
  readonly reason: string
  readonly field?: string
}

function namespaceOf(name: string, client: Pick<ApiClient, 'request'>): Namespace {
  const path = (each = '', query = ''): string =>
    `/api/v1/namespaces/${name}/secrets${each === '' ? '' : `/${each}`}${query === '' ? '' : `?${query}`}`
  return {
    name,
    path,
    by: (other) => namespaceOf(name, other),
    apply: (each, draft, query = 'fieldManager=alice') =>
      client.request(
        'PATCH',
        path(each, query),
        typeof draft === 'string' ? draft : secret(each, draft),
        APPLY,
      ),
    post: (each, draft, query) => client.request('POST', path('', query), secret(each, draft)),
    put: (each, object, query) => client.request('PUT', path(each, query), object),
    get: (each) => client.request('GET', path(each)),
    list: (query) => client.request('GET', path('', query)),
    delete: (each, options) => client.request('DELETE', path(each), options),
  }
}

function credentialOf(kubeconfig: string): Credential {
  const { users } = parse(kubeconfig) as { users: readonly { user: Record<string, string> }[] }
  const { token, 'client-certificate-data': cert = '', 'client-key-data': key = '' } = users[0]?.user ?? {}
  if (token !== undefined) return { token }
  return { cert: Buffer.from(cert, 'base64').toString(), key: Buffer.from(key, 'base64').toString() }
}
