import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import http from 'node:http'
import https from 'node:https'
import type { Deadline } from '../deadline.ts'
import { ActionError } from '../error.ts'
import { transportRefusal, type Doing, type Refusal } from './refusal.ts'
import type { Credentials, Session } from './session.ts'
import type { HttpAnswer } from './status.ts'

/** The API server ends a PATCH after 34 s by itself; a little longer, so that its answer is the one that counts. */
const REQUEST_TIMEOUT_MS = 40_000
/** A LIST page of 250 Secrets of 1 MiB each, in base64. */
const BODY_LIMIT = 400 * 1024 * 1024
/** An object of Kubernetes has a dozen levels. */
const DEPTH_LIMIT = 100
/** Nothing of such a request has reached a server. */
const NOT_SENT = { unknownOutcome: false, mayComeLate: false } as const

export interface HttpRequest {
  readonly doing: Doing
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Path and query. Never holds a value. */
  readonly path: string
  /** Serialised by the caller; may hold values. */
  readonly body?: string
  readonly contentType?: string
  /** The Accept header; `application/json` where it is not given. */
  readonly wanted?: string
  /** Whether the request may be sent again after it was possibly done: reads, reviews and dry runs. */
  readonly repeatable: boolean
  /** What answers stands behind the API server: a success may have any body. */
  readonly raw?: boolean
  /** Statuses below 400 are success; these are answered rather than thrown too. */
  readonly accept?: readonly number[]
  /** Ends this request, and that it is sent again, before the time of the run is over. */
  readonly signal?: AbortSignal
}

/** Sends one request once. Settles whatever comes: an answer, or why there is none; throws where the log-in fails. */
export type Exchange = (request: HttpRequest) => Promise<HttpAnswer | Refusal>

export function createExchange(session: Session, deadline: Pick<Deadline, 'signal'>): Exchange {
  return async (request) => {
    if (deadline.signal.aborted) return { ...transportRefusal('timeout'), ...NOT_SENT }
    const credentials = await session.credentials()
    const own = request.signal === undefined ? [] : [request.signal]
    const signal = AbortSignal.any([deadline.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...own])
    return transfer(() => open(urlOf(session, request.path), { request, credentials, signal }), signal)
  }
}

/** A path of the API at a session's server, which may be below a path itself. */
export function urlOf({ server }: Pick<Session, 'server'>, path: string): URL {
  return new URL(server.pathname.replace(/\/$/, '') + path, server)
}

export function open(
  url: URL,
  {
    request,
    credentials,
    signal,
  }: {
    request: Pick<HttpRequest, 'method' | 'body' | 'contentType' | 'wanted'>
    credentials: Credentials
    signal: AbortSignal
  },
): ClientRequest {
  const headers: OutgoingHttpHeaders = {
    accept: request.wanted ?? 'application/json',
    'user-agent': 'secretferry',
    ...credentials.headers,
  }
  if (request.body !== undefined) {
    headers['content-type'] = request.contentType ?? 'application/json'
    headers['content-length'] = Buffer.byteLength(request.body)
  }
  const { request: start } = url.protocol === 'https:' ? https : http
  const outgoing = start(url, { method: request.method, headers, agent: credentials.agent, signal })
  outgoing.end(request.body)
  return outgoing
}

function transfer(start: () => ClientRequest, signal: AbortSignal): Promise<HttpAnswer | Refusal> {
  return new Promise((resolve, reject) => {
    let outgoing: ClientRequest
    try {
      outgoing = start()
    } catch (error) {
      reject(unusable(error))
      return
    }
    let connected = false
    let answered = false
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) connected = true
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => (connected = true))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (UNUSABLE.test(error.code ?? '')) reject(unusable(error))
      else resolve(refusalOfError(error.code, { signal, connected }))
    })
    outgoing.on('response', (incoming) => {
      answered = true
      void readBody(incoming).then((text) => {
        resolve(text === undefined ? cut(signal) : answerOf(incoming, text))
      })
    })
    // Nobody asked for another protocol; without a listener there would be neither an error nor an answer.
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy()
      resolve(cut(signal))
    })
    outgoing.on('close', () => {
      if (!answered) resolve(cut(signal))
    })
  })
}

function cut(signal: AbortSignal): Refusal {
  return transportRefusal(signal.aborted ? 'timeout' : 'cut')
}

/** What OpenSSL and Node say of a client key, a certificate or a header that can't be used at all. */
const UNUSABLE = /^ERR_(?:OSSL_|INVALID_CHAR|HTTP_INVALID_HEADER|INVALID_HTTP_TOKEN)/

/** The request can't even be made of these credentials. What Node says of it may quote them. */
function unusable(error: unknown): ActionError {
  const errno = printable((error as NodeJS.ErrnoException).code)
  return new ActionError(
    {
      code: 'LOGIN_FAILED',
      message: `no request can be made with the credentials of the log-in${errno === undefined ? '' : ` (${errno})`}`,
      hint: 'check the kubeconfig and what its log-in command answers: the token must be one line, names must be printable ASCII, certificates and keys must be PEM and belong together',
    },
    { cause: { ...transportRefusal('unreachable', errno), ...NOT_SENT } },
  )
}

/** What an error on the way means. `connected` is whether the request may have been read. */
export function refusalOfError(
  errno: string | undefined,
  { signal, connected }: { signal: Pick<AbortSignal, 'aborted'>; connected: boolean },
): Refusal {
  const by = printable(errno)
  if (signal.aborted) return transportRefusal('timeout', by)
  if (errno !== undefined && REFUSED_OURS.test(errno))
    return { ...transportRefusal('unreachable', by), kind: 'unauthorized' }
  if (errno !== undefined && UNTRUSTED.test(errno)) return transportRefusal('untrusted', by)
  return transportRefusal(connected ? 'cut' : 'unreachable', by)
}

/** Alerts by which the server refuses the client’s certificate, or the lack of one (RFC 8446, section 6). */
const REFUSED_OURS = /_ALERT_(?:.*CERTIFICATE.*|UNKNOWN_CA|ACCESS_DENIED)$/

/** What Node calls certificates that do not pass (OpenSSL’s X509_V_ERR names, and its own for host names). */
const UNTRUSTED =
  /^(?!.*_ALERT_).*CERT|^UNABLE_TO_(?:VERIFY|GET)|^INVALID_(?:CA|PURPOSE)$|^HOSTNAME_MISMATCH$/

function printable(errno: string | undefined): string | undefined {
  return errno !== undefined && /^[A-Z0-9_]{1,60}$/.test(errno) ? errno : undefined
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, text: string): HttpAnswer {
  const body = parseBody(text)
  return { status: statusCode, headers, body, ...(body === undefined ? { text } : {}) }
}

/** The JSON of an answer; undefined where it is none, or nests so deep that no API server can have written it. */
export function parseBody(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text)
    return isShallow(body) ? body : undefined
  } catch {
    return undefined
  }
}

/** Whether whatever goes through it level by level comes to an end. */
function isShallow(body: unknown): boolean {
  let level: readonly unknown[] = [body]
  for (let depth = 0; depth <= DEPTH_LIMIT && level.length > 0; depth++)
    level = level.flatMap((node): unknown[] =>
      typeof node === 'object' && node !== null ? Object.values(node) : [],
    )
  return level.length === 0
}

/** The whole body; undefined when it was cut short or is too large. */
export function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > BODY_LIMIT) incoming.destroy()
      else chunks.push(chunk)
    })
    incoming.on('end', () => resolve(incoming.complete ? Buffer.concat(chunks).toString('utf8') : undefined))
    incoming.on('error', () => resolve(undefined))
    incoming.on('close', () => resolve(undefined))
  })
}
