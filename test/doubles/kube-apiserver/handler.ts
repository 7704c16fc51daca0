import type { Api, Call } from './api.ts'
import { authorize, authorizePath, forbiddenTo } from './rbac.ts'
import { parseAttributes, type ApiRequest, type Attributes, type Reply, type User } from './request.ts'
import { findResource, namespaces, pods, type Resource } from './resources.ts'
import { answerReview } from './reviews.ts'
import {
  failureStatus,
  forbidden,
  methodNotAllowed,
  noSuchResource,
  notFound,
  StatusError,
} from './status.ts'
import { verbs } from './verbs.ts'

/** What a kube-apiserver of this version answers under /version. */
const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '',
  goVersion: '',
  compiler: 'embedded',
  platform: 'linux/amd64',
}

const GROUPS = [
  '',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'batch',
  'networking.k8s.io',
  'rbac.authorization.k8s.io',
]

const NO_PAGE = '404 page not found\n'

const HEALTH = ['/readyz', '/livez', '/healthz']

/** Answers one request; a refusal is a Status object, and nothing but a bug is thrown. */
export function handle(api: Api, request: ApiRequest): Reply {
  const warnings: string[] = []
  try {
    return { ...dispatch(api, request, warnings), warnings }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    return { status: error.code, body: failureStatus(error), warnings }
  }
}

function dispatch(api: Api, request: ApiRequest, warnings: string[]): Reply {
  const attributes = parseAttributes(request.method, request.path, request.query)
  if (attributes === undefined) return answerPath(api, request)
  if (!authorize(api.storage, request.user, attributes).allowed) throw forbiddenTo(request.user, attributes)
  const review = answerReview(api, request, attributes)
  if (review !== undefined) return review
  if (attributes.resource === 'services' && attributes.subresource.startsWith('proxy'))
    return proxyService(api, request, attributes)
  const of = attributes.version === 'v1' ? findResource(attributes.group, attributes.resource) : undefined
  if (of === undefined && !isServed(attributes)) return { status: 404, body: NO_PAGE }
  if (of === undefined) throw noSuchResource()
  if (!isPlaced(of, attributes)) throw attributes.verb === 'create' ? methodNotAllowed() : noSuchResource()
  const call: Call = { api, of, request, attributes, warnings }
  if (of === pods && attributes.subresource === 'log') return podLog(call)
  if (attributes.subresource !== '') throw noSuchResource()
  const run = verbs[attributes.verb]
  if (run === undefined) throw methodNotAllowed()
  const reply = run(call)
  return wantsMetadata(request) ? { ...reply, body: metadataOf(reply.body) } : reply
}

/** As the API server's proxy answers: 404 where there is no such Service, 503 where nobody is behind its port. */
function proxyService({ services }: Api, { method, path, body }: ApiRequest, at: Attributes): Reply {
  const service = services.get(`${at.namespace}/${at.name}`)
  const rest = path.slice(path.indexOf('/proxy') + '/proxy'.length)
  if (service !== undefined) return service({ method, path: rest, body })
  const [, name = ''] = at.name.split(':')
  const known = [...services.keys()].some((key) => key.startsWith(`${at.namespace}/http:${name}:`))
  if (known)
    throw new StatusError(503, 'ServiceUnavailable', `no endpoints available for service "${name}"`, {})
  throw new StatusError(404, 'NotFound', `services "${name}" not found`, { name, kind: 'services' })
}

/** Whether the client asks for nothing but metadata (KEP-2334). */
function wantsMetadata({ headers: { accept } }: ApiRequest): boolean {
  return String(accept).startsWith('application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1')
}

function metadataOf(body: Reply['body']): Reply['body'] {
  if (typeof body === 'string' || !('metadata' in body) || 'items' in body) return body
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: body.metadata }
}

function podLog({ api, attributes, request }: Call): Reply {
  const pod = api.storage.read(pods, attributes.namespace, attributes.name)
  if (pod === undefined) throw notFound(pods, attributes.name)
  return { status: 200, body: api.kubelet.log(pod, request.query.get('container') ?? '') }
}

/** Objects of a namespace have one in their path, except where all are listed. */
function isPlaced(of: Resource, { namespace, verb }: Attributes): boolean {
  if (of.namespaced) return namespace !== '' || verb === 'list'
  return namespace === '' || of === namespaces
}

/** Whether any kind of this group and version is here. */
function isServed({ group, version }: Attributes): boolean {
  return version === 'v1' && GROUPS.includes(group)
}

function answerPath({ storage }: Api, { user, method, path }: ApiRequest): Reply {
  const verb = method.toLowerCase()
  if (!authorizePath(storage, user, verb, path)) throw forbiddenPath(user, verb, path)
  if (path === '/version') return { status: 200, body: VERSION }
  if (HEALTH.includes(path)) return { status: 200, body: 'ok' }
  return { status: 404, body: NO_PAGE }
}

function forbiddenPath(user: User, verb: string, path: string): StatusError {
  const nothing: Pick<Attributes, 'group' | 'resource'> & { kind: string } = {
    group: '',
    resource: '',
    kind: '',
  }
  const why = `User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`
  const { code, reason } = forbidden(nothing, '', why)
  return new StatusError(code, reason, `forbidden: ${why}`, {})
}
