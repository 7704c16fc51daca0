import type { ServerResponse } from 'node:http'
import type { Api } from './api.ts'
import type { KubeObject } from './object.ts'
import { authorize, forbiddenTo } from './rbac.ts'
import type { Attributes, User } from './request.ts'
import { apiVersionOf, findResource, type Resource } from './resources.ts'
import { parseFieldSelector, parseLabelSelector } from './selectors.ts'
import { noSuchResource } from './status.ts'
import type { StoredEvent } from './storage.ts'

interface WatchRequest {
  readonly attributes: Attributes
  readonly user: User
  readonly query: URLSearchParams
}

/** Whether a request is to be answered by what happens from now on. */
export function isWatch(attributes: Attributes | undefined, query: URLSearchParams): boolean {
  return attributes?.verb === 'list' && ['true', '1'].includes(query.get('watch') ?? '')
}

/** Answers with events, one a line, until the time that the client names is over, or it goes. */
export function serveWatch(
  api: Api,
  { attributes: asked, user, query }: WatchRequest,
  response: ServerResponse,
): void {
  const attributes = { ...asked, verb: 'watch' }
  if (!authorize(api.storage, user, attributes).allowed) throw forbiddenTo(user, attributes)
  const of = findResource(attributes.group, attributes.resource)
  if (of === undefined) throw noSuchResource()
  const wanted = matching(of, attributes, query)
  const past = api.storage.since(Number(query.get('resourceVersion') ?? '0'))
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  if (past === undefined) {
    response.end(`${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n`)
    return
  }
  const send = (event: StoredEvent): void => {
    if (wanted(event))
      response.write(`${JSON.stringify({ type: event.type, object: named(of, event.object) })}\n`)
  }
  for (const event of past) send(event)
  const unsubscribe = api.storage.subscribe(send)
  const bookmark = setInterval(() => {
    const metadata = { resourceVersion: api.storage.revision() }
    const object = { kind: of.kind, apiVersion: apiVersionOf(of), metadata }
    response.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`)
  }, BOOKMARK_MS)
  const end = setTimeout(() => response.end(), Number(query.get('timeoutSeconds') ?? '300') * 1000)
  api.watches.add(response)
  response.on('close', () => {
    unsubscribe()
    clearInterval(bookmark)
    clearTimeout(end)
    api.watches.delete(response)
  })
}

const BOOKMARK_MS = 1_000

const EXPIRED = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'too old resource version',
  reason: 'Expired',
  code: 410,
}

function matching(
  of: Resource,
  { namespace }: Attributes,
  query: URLSearchParams,
): (event: StoredEvent) => boolean {
  const byLabel = parseLabelSelector(query.get('labelSelector') ?? '')
  const byField = parseFieldSelector(of, query.get('fieldSelector') ?? '')
  return (event) =>
    event.of === of &&
    (namespace === '' || event.object.metadata.namespace === namespace) &&
    byLabel(event.object) &&
    byField(event.object)
}

function named(of: Resource, object: KubeObject): KubeObject {
  return { ...object, kind: of.kind, apiVersion: apiVersionOf(of) }
}
