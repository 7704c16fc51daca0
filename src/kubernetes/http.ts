import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import type { Session } from './session.ts'
import { refusalError, transportRefusal, type Doing, type Refusal } from './refusal.ts'
import { auditId, classify, type HttpAnswer } from './status.ts'

export interface HttpRequest {
  readonly doing: Doing
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Path and query. Never holds a value. */
  readonly path: string
  /** Serialised by the caller; may hold values. */
  readonly body?: string
  readonly contentType?: string
  /** Whether the request may be sent again after it was possibly done: reads, reviews and dry runs. */
  readonly repeatable: boolean
  /** Statuses below 400 are success; these are answered rather than thrown too. */
  readonly accept?: readonly number[]
}

export interface HttpResponse {
  readonly status: number
  readonly body: unknown
  /** Texts of Warning headers, scrubbed. */
  readonly warnings: readonly string[]
  readonly auditId: string | undefined
}

export interface Http {
  send(request: HttpRequest): Promise<HttpResponse>
  close(): void
}

/** The API server ends a PATCH after 34 s by itself; a little longer, so that its answer is the one that counts. */
const REQUEST_TIMEOUT_MS = 40_000
/** A LIST page of 250 Secrets of 1 MiB each, in base64. */
const BODY_LIMIT = 400 * 1024 * 1024
const ATTEMPTS = 6
const LONGEST_WAIT_MS = 10_000

/** Requests to one API server over kept-alive connections, with retries where repeating is safe. */
export function createHttp(
  session: Session,
  { deadline, effects }: { deadline: Deadline; effects: Pick<Effects, 'scrub' | 'log' | 'now' | 'random'> },
): Http {
  const exchange = exchanger(session, deadline)
  const attempt = async (request: HttpRequest, nth: number): Promise<HttpResponse> => {
    const started = effects.now()
    const answer = await exchange(request)
    const took = effects.now() - started
    if ('kind' in answer) {
      effects.log.debug(`${request.method} ${request.path}: ${answer.kind} after ${took} ms`)
      return retryOrThrow(request, nth, answer)
    }
    effects.log.debug(`${request.method} ${request.path}: ${answer.status} in ${took} ms`)
    if (isSuccess(answer, request)) return respond(answer, effects.scrub)
    const refusal = classify(answer, effects.scrub)
    if (refusal.kind === 'unauthorized' && nth === 1 && (await session.renew()))
      return attempt(request, nth + 1)
    return retryOrThrow(request, nth, refusal)
  }
  const retryOrThrow = async (request: HttpRequest, nth: number, refusal: Refusal): Promise<HttpResponse> => {
    const wait = backoff(refusal, nth, effects.random(1)[0] ?? 0)
    if (nth >= ATTEMPTS || !mayRepeat(request, refusal) || deadline.signal.aborted)
      throw refusalError(request.doing, refusal)
    effects.log.debug(`again in ${wait} ms (attempt ${nth + 1} of ${ATTEMPTS})`)
    await sleep(wait, undefined, { signal: deadline.signal }).catch(() => {
      throw refusalError(request.doing, refusal)
    })
    return attempt(request, nth + 1)
  }
  return { send: (request) => attempt(request, 1), close: () => session.close() }
}

/** Whether the same request can be sent again without doing anything twice. */
function mayRepeat({ repeatable }: HttpRequest, { kind, status, retryAfterMs }: Refusal): boolean {
  if (kind === 'throttled' || kind === 'unreachable') return true
  if (!repeatable) return false
  if (kind === 'cut') return true
  if (status === 500) return retryAfterMs !== undefined
  return status !== undefined && status >= 502 && status <= 504
}

/** How long to wait before the next attempt: what the server says, else doubling from 200 ms with jitter. */
function backoff({ retryAfterMs }: Refusal, nth: number, random: number): number {
  const own = 200 * 2 ** (nth - 1)
  return Math.min(retryAfterMs ?? own + (own * random) / 512, LONGEST_WAIT_MS)
}

function isSuccess({ status, body }: HttpAnswer, { accept }: HttpRequest): boolean {
  if (accept?.includes(status) === true) return true
  return status >= 200 && status < 300 && typeof body === 'object' && body !== null
}

function respond({ status, headers, body }: HttpAnswer, scrub: (text: string) => string): HttpResponse {
  const raw = headers['warning']
  const warnings = (Array.isArray(raw) ? raw : [raw ?? '']).flatMap(parseWarnings)
  return { status, body, warnings: warnings.map(scrub), auditId: auditId(headers) }
}

/** `299 - "text"`, several of which may stand in one header (RFC 9110 dropped it; Kubernetes KEP-1693 uses it). */
function parseWarnings(header: string): string[] {
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    (text ?? '').replace(/\\(.)/g, '$1'),
  )
}

type Exchange = (request: HttpRequest) => Promise<HttpAnswer | Refusal>

function exchanger(session: Session, deadline: Deadline): Exchange {
  return async (request) => {
    if (deadline.signal.aborted) return { ...transportRefusal('timeout'), unknownOutcome: false }
    const credentials = await session.credentials()
    const signal = AbortSignal.any([deadline.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)])
    return new Promise((resolve) => {
      const headers: OutgoingHttpHeaders = {
        accept: 'application/json',
        'user-agent': 'secretferry',
        ...credentials.headers,
      }
      if (request.body !== undefined) {
        headers['content-type'] = request.contentType ?? 'application/json'
        headers['content-length'] = Buffer.byteLength(request.body)
      }
      const url = new URL(session.server.pathname.replace(/\/$/, '') + request.path, session.server)
      const { request: open } = url.protocol === 'https:' ? https : http
      let connected = false
      const outgoing = open(url, { method: request.method, headers, agent: credentials.agent, signal })
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) connected = true
        socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => (connected = true))
      })
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        resolve(transportRefusal(failure(signal, connected, error.code), printable(error.code))),
      )
      outgoing.on('response', (incoming) => {
        void readBody(incoming).then((text) => {
          resolve(text === undefined ? transportRefusal(failure(signal, true)) : answerOf(incoming, text))
        })
      })
      outgoing.end(request.body)
    })
  }
}

function failure(
  signal: AbortSignal,
  connected: boolean,
  errno?: string,
): 'unreachable' | 'untrusted' | 'cut' | 'timeout' {
  if (signal.aborted) return 'timeout'
  if (errno !== undefined && UNTRUSTED.test(errno)) return 'untrusted'
  return connected ? 'cut' : 'unreachable'
}

/** What Node calls certificates that do not pass (OpenSSL’s X509_V_ERR names, and its own for host names). */
const UNTRUSTED = /CERT|^UNABLE_TO_(?:VERIFY|GET)|^INVALID_(?:CA|PURPOSE)$|^HOSTNAME_MISMATCH$/

function printable(errno: string | undefined): string | undefined {
  return errno !== undefined && /^[A-Z0-9_]{1,60}$/.test(errno) ? errno : undefined
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, text: string): HttpAnswer {
  try {
    return { status: statusCode, headers, body: JSON.parse(text) as unknown }
  } catch {
    return { status: statusCode, headers, body: undefined }
  }
}

/** The whole body; undefined when it was cut short or is too large. */
function readBody(incoming: IncomingMessage): Promise<string | undefined> {
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
