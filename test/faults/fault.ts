import type { OutgoingHttpHeaders } from 'node:http'

/** A request as it arrived at the proxy. */
export interface ProxyRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** A function, so that no failing assertion prints it. */
  readonly body: () => string
  /** The how-manieth request of the proxy this is, from 1. */
  readonly number: number
}

/** What goes wrong. Where a body must be read first, it is. */
export type Fault =
  /** The connection ends before the request is read. The server never hears of it. */
  | { readonly kind: 'refuse' }
  /** The connection ends after the whole request was read. The server never hears of it. */
  | { readonly kind: 'swallow' }
  /** The request takes effect, then the connection ends without an answer. */
  | { readonly kind: 'cut-after' }
  /** The request takes effect, then the connection ends in the middle of the answer's body. */
  | { readonly kind: 'cut-answer' }
  /** This is answered instead; with `takesEffect` the server was asked all the same. */
  | { readonly kind: 'answer'; readonly answer: FaultAnswer; readonly takesEffect?: boolean }
  /** Somebody else answers instead. */
  | { readonly kind: 'elsewhere'; readonly ask: (request: ProxyRequest) => Promise<FaultAnswer> }
  /** The request takes effect, and its answer is changed on the way. */
  | { readonly kind: 'alter'; readonly change: (answer: FaultAnswer) => FaultAnswer }
  /** Nothing is answered for as long as the client waits; with `takesEffect` the server was asked. */
  | { readonly kind: 'hang'; readonly takesEffect?: boolean }
  /** The request goes on after some milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** `act` is done first, then the request goes on: somebody else was faster. Where it is `lost`, its connection ends. */
  | { readonly kind: 'meanwhile'; readonly act: () => Promise<unknown>; readonly lost?: boolean }
  /** The request takes effect, then `act` is done, then the request is answered. */
  | { readonly kind: 'afterwards'; readonly act: () => Promise<unknown> }
  /** The connection ends; the request reaches the server without its last byte, which comes with `release()`. */
  | { readonly kind: 'withhold' }
  /** Every connection ends and no new one is taken, until `revive()` or for some milliseconds. */
  | { readonly kind: 'die'; readonly forMs?: number; readonly takesEffect?: boolean }

export interface FaultAnswer {
  readonly status: number
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

/** A fault and the requests that it strikes: of those that `when` is true of, from the `from`th (1) on, `times` (all). */
export interface FaultRule {
  readonly when: (request: ProxyRequest) => boolean
  readonly fault: Fault
  readonly from?: number
  readonly times?: number
}

/** Strikes the `k`th request since the rules were set, whatever it asks for. */
export function nth(k: number, fault: Fault): FaultRule {
  return { when: () => true, fault, from: k, times: 1 }
}

/** Whether a request would change something for good: no read, no dry run, no question about permissions. */
export function isWrite({ method, path, query }: ProxyRequest): boolean {
  return !isRead(method) && !query.has('dryRun') && !path.startsWith('/apis/authorization.k8s.io/')
}

export function isDryRun({ method, query }: ProxyRequest): boolean {
  return !isRead(method) && query.has('dryRun')
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

export interface StatusDetails {
  readonly message?: string
  readonly details?: unknown
  readonly headers?: OutgoingHttpHeaders
}

/** A `Status` object as the API server answers with: `status(409, 'Conflict')`. */
export function status(
  code: number,
  reason: string,
  { message, details, headers }: StatusDetails = {},
): FaultAnswer {
  return {
    status: code,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: message ?? `the proxy says ${reason}`,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    }),
  }
}

/** 429, as priority and fairness says it. */
export function tooManyRequests(retryAfterSeconds = 1): FaultAnswer {
  return status(429, 'TooManyRequests', {
    headers: { 'retry-after': String(retryAfterSeconds) },
    details: { retryAfterSeconds },
  })
}

/** 429 in text, from something that does not say for how long. */
export function throttled(): FaultAnswer {
  return {
    status: 429,
    headers: { 'content-type': 'text/plain' },
    body: 'Too many requests, please try again later.',
  }
}

/** What a load balancer answers in place of a server that is down. */
export function badGateway(code = 503): FaultAnswer {
  return {
    status: code,
    headers: { 'content-type': 'text/html' },
    body: '<html><h1>Service Unavailable</h1></html>',
  }
}

export function redirect(location: string): FaultAnswer {
  return { status: 307, headers: { location } }
}

/** A log-in page, or anything else that is no API server. */
export function notJson(): FaultAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '<!doctype html><title>Sign in</title>',
  }
}

/** The first half of an answer's body, as if it were all of it. */
export function halved({ body = '', ...answer }: FaultAnswer): FaultAnswer {
  return { ...answer, body: body.slice(0, Math.ceil(body.length / 2)) }
}

/** A Secret that nobody asked for, complete and in order. */
export function anotherObject(code = 200): FaultAnswer {
  const body = {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: {
      name: 'another',
      namespace: 'elsewhere',
      uid: '6b3f0c52-0000-4000-8000-00000000a07e',
      resourceVersion: '4711',
      creationTimestamp: '2024-01-01T00:00:00Z',
      labels: { team: 'others' },
    },
    data: { OTHER: 'b3RoZXI=' },
    type: 'Opaque',
  }
  return { status: code, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
