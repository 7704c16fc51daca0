import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import { createExchange, type HttpRequest } from './exchange.ts'
import type { Session } from './session.ts'
import { refusalError, type Refusal } from './refusal.ts'
import { auditId, classify, type HttpAnswer } from './status.ts'
import { createLines, type Lines } from './lines.ts'
import { parseTime } from './time.ts'

export interface HttpResponse {
  readonly status: number
  readonly body: unknown
  /** The body, where it is no JSON. */
  readonly text?: string
  /** Texts of Warning headers, scrubbed. */
  readonly warnings: readonly string[]
  readonly auditId: string | undefined
  /** When it was answered, in milliseconds since the epoch by the server's clock; undefined where it does not tell. */
  readonly answeredAt: number | undefined
}

export interface Http {
  send(request: HttpRequest): Promise<HttpResponse>
  /** The lines of an answer as they come. Throws as `send` does, once: it is never sent again. */
  readonly lines: Lines
  close(): void
}

const ATTEMPTS = 6
const LONGEST_WAIT_MS = 10_000

/** Requests to one API server over kept-alive connections, with retries where repeating is safe. */
export function createHttp(
  session: Session,
  { deadline, effects }: { deadline: Deadline; effects: Pick<Effects, 'scrub' | 'log' | 'now' | 'random'> },
): Http {
  const exchange = createExchange(session, deadline)
  const attempt = async (request: HttpRequest, so: Progress): Promise<HttpResponse> => {
    const started = effects.now()
    const answer = await exchange(request)
    const took = effects.now() - started
    const said = 'kind' in answer ? `${answer.kind} after` : `${answer.status} in`
    effects.log.debug(`${request.method} ${request.path}: ${said} ${took} ms`)
    if (!('kind' in answer) && isSuccess(answer, request)) return respond(answer, effects.scrub)
    const refusal = 'kind' in answer ? answer : classify(answer, effects.scrub)
    if (refusal.kind === 'unauthorized' && !so.renewed && (await session.renew()))
      return attempt(request, { nth: so.nth + 1, renewed: true })
    return retryOrThrow(request, so, refusal)
  }
  const retryOrThrow = async (
    request: HttpRequest,
    { nth, renewed }: Progress,
    refusal: Refusal,
  ): Promise<HttpResponse> => {
    const wait = backoff(refusal, nth, effects.random(1)[0] ?? 0)
    const signal = endOf(request, deadline)
    if (nth >= ATTEMPTS || !mayRepeat(request, refusal) || signal.aborted)
      throw refusalError(request.doing, refusal)
    effects.log.debug(`again in ${wait} ms (attempt ${nth + 1} of ${ATTEMPTS})`)
    await sleep(wait, undefined, { signal }).catch(() => {
      throw refusalError(request.doing, refusal)
    })
    return attempt(request, { nth: nth + 1, renewed })
  }
  return {
    send: (request) => attempt(request, { nth: 1, renewed: false }),
    lines: createLines(session, deadline, effects),
    close: () => session.close(),
  }
}

/** What ends the attempts at a request: the time of the run, or one of its own. */
function endOf({ signal }: HttpRequest, deadline: Pick<Deadline, 'signal'>): AbortSignal {
  return signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal])
}

/** How far the attempts at one request have come. */
interface Progress {
  readonly nth: number
  /** Whether the log-in was renewed for it: once is enough. */
  readonly renewed: boolean
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

function isSuccess({ status, body }: HttpAnswer, { accept, raw = false }: HttpRequest): boolean {
  if (accept?.includes(status) === true) return true
  return status >= 200 && status < 300 && (raw || (typeof body === 'object' && body !== null))
}

function respond(
  { status, headers, body, text = '' }: HttpAnswer,
  scrub: (text: string) => string,
): HttpResponse {
  const raw = headers['warning']
  const warnings = (Array.isArray(raw) ? raw : [raw ?? '']).flatMap(parseWarnings)
  const answeredAt = parseTime(headers['date'])
  return { status, body, text, warnings: warnings.map(scrub), auditId: auditId(headers), answeredAt }
}

/** `299 - "text"`, several of which may stand in one header (RFC 9110 dropped it; Kubernetes KEP-1693 uses it). */
function parseWarnings(header: string): string[] {
  return [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    (text ?? '').replace(/\\(.)/g, '$1'),
  )
}
