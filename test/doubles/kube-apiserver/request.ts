/** Who asks. */
export interface User {
  readonly name: string
  readonly groups: readonly string[]
}

/** What a request wants, as the authorizer sees it. */
export interface Attributes {
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

/** A request as it came in. */
export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  readonly user: User
}

export interface Reply {
  readonly status: number
  /** An object is sent as JSON. */
  readonly body: object | string
  readonly warnings?: readonly string[]
}

const VERBS: Readonly<Record<string, readonly [collection: string, item: string]>> = {
  GET: ['list', 'get'],
  POST: ['create', 'create'],
  PUT: ['', 'update'],
  PATCH: ['', 'patch'],
  DELETE: ['deletecollection', 'delete'],
}

/** Subresources of a namespace, which a resource in it can't be named like. */
const OF_NAMESPACE = ['status', 'finalize']

/** The attributes of a path below /api/v1 or /apis; undefined for any other path. */
export function parseAttributes(
  method: string,
  path: string,
  query: URLSearchParams,
): Attributes | undefined {
  // Decoded first, as Go does: an escaped slash separates too.
  const [root, ...rest] = decodePath(path).split('/').filter(Boolean)
  const [group, version, ...parts] = root === 'api' ? ['', ...rest] : rest
  if ((root !== 'api' && root !== 'apis') || group === undefined || version === undefined) return undefined
  if (parts.length === 0) return undefined
  const { namespace, resource, name, subresource } = splitPath(parts)
  const [collection = '', item = ''] = VERBS[method] ?? []
  const selected = method === 'GET' && name === '' ? nameSelected(query.get('fieldSelector') ?? '') : ''
  return {
    verb: name === '' ? collection : item,
    ...{ group, version, resource, subresource, namespace },
    name: name === '' ? selected : name,
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function splitPath(
  parts: readonly string[],
): Record<'namespace' | 'resource' | 'name' | 'subresource', string> {
  const [first = '', second, third, ...rest] = parts
  if (first !== 'namespaces' || second === undefined) {
    return { namespace: '', resource: first, name: second ?? '', subresource: third ?? '' }
  }
  if (third === undefined || OF_NAMESPACE.includes(third)) {
    return { namespace: second, resource: first, name: second, subresource: third ?? '' }
  }
  return { namespace: second, resource: third, name: rest[0] ?? '', subresource: rest[1] ?? '' }
}

/** The name that a field selector limits a LIST to: the authorizer takes it for the request's. */
function nameSelected(selector: string): string {
  const match = /(?:^|,)metadata\.name==?([^,=!]+)(?:,|$)/.exec(selector)
  return match?.[1] ?? ''
}
