import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import type { ActionError } from '../error.ts'
import type { Secret } from '../secret.ts'
import { isRecord, text } from './answer.ts'
import { deniedError, throttledError, unreachableError } from './api-error.ts'

/** GitHub answers within ten seconds or gives up itself. */
const REQUEST_TIMEOUT_MS = 30_000
/** Tries of one request, rate limits and server errors together. */
const MOST_TRIES = 4
/** GitHub asks for a minute at least where it says nothing of when to come back. */
const UNTOLD_WAIT_MS = 60_000
/** An answer of this size is none of those that are asked for here. */
const BODY_LIMIT = 20 * 1024 * 1024

export interface GitHubRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below the API's address; never holds a value. */
  readonly path: string
  readonly body?: unknown
  /** What is being done, for errors: `read the branch main`. */
  readonly doing: string
  /** Statuses that are answered rather than thrown, besides those below 300. */
  readonly accept?: readonly number[]
}

export interface GitHubAnswer {
  readonly status: number
  /** Undefined where it is no JSON. */
  readonly body: unknown
}

/** GitHub's API with one token. Waits where GitHub asks to; throws an ActionError for every other refusal. */
export interface GitHubApi {
  readonly rest: (request: GitHubRequest) => Promise<GitHubAnswer>
  /** What a query or mutation answers: its data, and its errors as GitHub names their types. */
  readonly graphql: (request: GraphqlRequest) => Promise<GraphqlAnswer>
}

export interface GraphqlRequest {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly doing: string
}

export interface GraphqlAnswer {
  readonly data: unknown
  readonly errors: readonly { readonly type: string; readonly message: string }[]
}

export interface GitHubAccess extends Pick<Effects, 'fetch' | 'scrub' | 'now'> {
  readonly token: Secret
  readonly apiUrl: string
  readonly graphqlUrl: string
  readonly deadline: Pick<Deadline, 'signal'>
  readonly log: Pick<Effects['log'], 'info'>
}

export function openGitHub(access: GitHubAccess): GitHubApi {
  const rest: GitHubApi['rest'] = (request) =>
    send(access, { ...request, url: access.apiUrl.replace(/\/+$/, '') + request.path })
  return {
    rest,
    async graphql({ query, variables, doing }) {
      const request = { method: 'POST', path: '', body: { query, variables }, doing } as const
      const { body } = await send(access, { ...request, url: access.graphqlUrl })
      return readGraphql(body, doing)
    },
  }
}

type Sent = GitHubRequest & { readonly url: string }

async function send(access: GitHubAccess, request: Sent): Promise<GitHubAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await exchange(access, request)
    if (answer !== undefined && (answer.ok || request.accept?.includes(answer.status) === true))
      return { status: answer.status, body: await readBody(answer) }
    const wait = waitFor(answer, attempt, access.now())
    if (wait === undefined) throw await refusal(answer, request, access)
    await pause(wait, request, access)
  }
}

/** The answer to one try; undefined where there was none. */
async function exchange(
  { fetch, token, deadline }: GitHubAccess,
  { method, url, body }: Sent,
): Promise<Response | undefined> {
  const signal = AbortSignal.any([deadline.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)])
  try {
    return await fetch(url, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token.reveal()}`,
        'user-agent': 'secretferry',
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A token goes to nobody but the server that was named.
      redirect: 'manual',
      signal,
    })
  } catch {
    return undefined
  }
}

/** Milliseconds after which it may be tried again; undefined where that is of no use. */
function waitFor(answer: Response | undefined, attempt: number, now: number): number | undefined {
  if (attempt >= MOST_TRIES) return undefined
  if (answer === undefined || answer.status >= 500) return 200 * 2 ** attempt
  if (!isThrottled(answer)) return undefined
  const after = Number(answer.headers.get('retry-after') ?? 'none')
  if (Number.isFinite(after)) return Math.max(0, after) * 1000
  const reset = Number(answer.headers.get('x-ratelimit-reset') ?? 'none')
  const isOut = answer.headers.get('x-ratelimit-remaining') === '0'
  return isOut && Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) : UNTOLD_WAIT_MS * attempt
}

/** Rate limits come as 429, or as 403 with what tells them from a lack of permission. */
function isThrottled({ status, headers }: Response): boolean {
  if (status === 429) return true
  return status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0')
}

async function pause(wait: number, { doing }: Sent, { deadline, log }: GitHubAccess): Promise<void> {
  if (wait >= 10_000) log.info(`GitHub asks to wait ${Math.ceil(wait / 1000)} s before going on: ${doing}`)
  try {
    await sleep(wait, undefined, { signal: deadline.signal })
  } catch (cause) {
    throw throttledError(doing, cause)
  }
}

async function refusal(
  answer: Response | undefined,
  { doing }: Sent,
  { scrub, deadline }: GitHubAccess,
): Promise<ActionError> {
  if (answer === undefined) return unreachableError(doing, deadline.signal.aborted)
  if (isThrottled(answer)) return throttledError(doing)
  const body = await readBody(answer)
  const words = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : ''
  const needed = answer.headers.get('x-accepted-github-permissions') ?? undefined
  return deniedError({ doing, status: answer.status, words, needed, scrub })
}

async function readBody(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined
  try {
    const body = await answer.text()
    return body.length > BODY_LIMIT ? undefined : (JSON.parse(body) as unknown)
  } catch {
    return undefined
  }
}

function readGraphql(body: unknown, doing: string): GraphqlAnswer {
  if (!isRecord(body)) throw unreachableError(doing, false)
  const errors = Array.isArray(body['errors']) ? body['errors'].filter(isRecord) : []
  return {
    data: body['data'],
    errors: errors.map(({ type, message }) => ({ type: text(type), message: text(message) })),
  }
}
