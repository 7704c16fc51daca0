import type { Call } from './api.ts'
import type { KubeObject } from './object.ts'
import type { Reply } from './request.ts'
import { apiVersionOf } from './resources.ts'
import { parseFieldSelector, parseLabelSelector } from './selectors.ts'
import { badRequest, quote } from './status.ts'

/** LIST, by selectors and page by page. */
export function listObjects({ api, of, request, attributes }: Call): Reply {
  const { query } = request
  const limit = parseLimit(query.get('limit') ?? '')
  const byLabel = parseLabelSelector(query.get('labelSelector') ?? '')
  const byField = parseFieldSelector(of, query.get('fieldSelector') ?? '')
  const namespace = attributes.namespace === '' && of.namespaced ? undefined : attributes.namespace
  const after = parseToken(query.get('continue') ?? '')
  const objects = api.storage
    .list(of, namespace)
    .filter((object) => positionOf(object) > after && byLabel(object) && byField(object))
  const page = limit > 0 ? objects.slice(0, limit) : objects
  const left = objects.length - page.length
  const selected = Boolean(query.get('labelSelector') ?? query.get('fieldSelector'))
  const last = page.at(-1)
  return {
    status: 200,
    body: {
      kind: `${of.kind}List`,
      apiVersion: apiVersionOf(of),
      metadata: {
        resourceVersion: api.storage.revision(),
        ...(left > 0 && last !== undefined ? { continue: writeToken(last) } : {}),
        ...(left > 0 && !selected ? { remainingItemCount: left } : {}),
      },
      items: page.map(asItem),
    },
  }
}

/** Items of a list don't say what they are. */
function asItem(object: KubeObject): object {
  const item = { ...object }
  delete item.kind
  delete item.apiVersion
  return item
}

function parseLimit(limit: string): number {
  if (/^-?\d*$/.test(limit)) return Number(limit)
  throw badRequest(`strconv.ParseInt: parsing ${quote(limit)}: invalid syntax`)
}

function positionOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}\u0001${metadata.name ?? ''}`
}

function writeToken(last: KubeObject): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', start: positionOf(last) })).toString('base64url')
}

function parseToken(token: string): string {
  if (token === '') return ''
  try {
    const { start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { start?: unknown }
    if (typeof start === 'string') return start
  } catch {
    // answered below
  }
  throw badRequest('invalid continue token: continue key is not valid: invalid character')
}
