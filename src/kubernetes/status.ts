import type { Refusal, RefusalCause, RefusalKind } from './refusal.ts'

/** What of an HTTP answer a classification may look at. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed JSON; undefined where the body is none. */
  readonly body: unknown
  /** The body, where it is no JSON. */
  readonly text?: string
}

interface Status {
  readonly reason: string
  /** May quote a value: matched against fixed patterns, never kept. */
  readonly message: string
  readonly detailsKind: string
  readonly retryAfterSeconds: number | undefined
  readonly causes: readonly { reason?: unknown; field?: unknown; message?: unknown }[]
}

/** The refusal that an answer other than success means. `scrub` makes server-given names printable. */
export function classify(answer: HttpAnswer, scrub: (text: string) => string): Refusal {
  const status = readStatus(answer.body)
  const kind = status === undefined ? kindByCode(answer.status) : kindOf(answer.status, status)
  return {
    kind,
    status: answer.status,
    causes: (status?.causes ?? []).map((cause) => readCause(cause, scrub)),
    by: nameOf(kind, status?.message ?? '', scrub),
    ...outcomeOf(answer.status, status?.message),
    retryAfterMs: retryAfter(answer.headers['retry-after'], status),
    auditId: auditId(answer.headers),
  }
}

/**
 * Whether the write behind an answer may have been done, or may yet be. What a gateway says, the API server behind it
 * has not, 401 and 429 and redirects apart, which come before; a 504 and a storage that timed out end the answer, not
 * the work. `said` is the message of the API server's own Status.
 */
function outcomeOf(code: number, said: string | undefined): Pick<Refusal, 'unknownOutcome' | 'mayComeLate'> {
  const unknownOutcome = code >= 500 || code < 300 || (said === undefined && !isBefore(code))
  const working = code === 504 || said === undefined || /etcdserver|timed? ?out|leader/i.test(said)
  return { unknownOutcome, mayComeLate: unknownOutcome && code >= 500 && working }
}

/** Whether whoever answers so has not passed the request on. */
function isBefore(code: number): boolean {
  return code === 401 || code === 429 || (code >= 300 && code < 400)
}

/** Milliseconds. The header in its form of seconds goes before what a Status says; what is no such number is nothing. */
function retryAfter(header: string | string[] | undefined, status: Status | undefined): number | undefined {
  const text = single(header) ?? ''
  const known = /^\d{1,9}$/.test(text) ? Number(text) : status?.retryAfterSeconds
  return known === undefined || known < 0 ? undefined : known * 1000
}

/** As RFC 9562 writes one. Anything else of the same length may be pieces of a value. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The API server's Audit-Id, where it is a UUID. */
export function auditId(headers: HttpAnswer['headers']): string | undefined {
  const id = single(headers['audit-id'])
  return id !== undefined && UUID.test(id) ? id : undefined
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

function readStatus(body: unknown): Status | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { kind, reason, message, details } = body as Record<string, unknown>
  if (kind !== 'Status') return undefined
  const { kind: detailsKind, causes, retryAfterSeconds } = (details ?? {}) as Record<string, unknown>
  return {
    reason: text(reason),
    message: text(message),
    detailsKind: text(detailsKind),
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined,
    causes: Array.isArray(causes)
      ? causes.filter((cause) => typeof cause === 'object' && cause !== null)
      : [],
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function kindByCode(code: number): RefusalKind {
  if (code >= 300 && code < 400) return 'redirect'
  if (code === 401) return 'unauthorized'
  if (code === 429) return 'throttled'
  return code >= 500 ? 'server-error' : 'not-an-api-server'
}

function kindOf(code: number, status: Status): RefusalKind {
  if (/does not support dry run/.test(status.message)) return 'webhook-dry-run'
  if (/^admission webhook "[^"]*" denied|failed calling webhook/.test(status.message)) return 'webhook'
  switch (code) {
    case 403:
      return forbiddenKind(status)
    case 404:
      return status.detailsKind === 'namespaces' ? 'namespace-missing' : 'not-found'
    case 409:
      return conflictKind(status)
    case 400:
      return 'invalid'
    case 422:
      return /field is immutable/.test(status.message) ? 'immutable' : admissionKind(status)
    default:
      return kindByCode(code)
  }
}

function forbiddenKind(status: Status): RefusalKind {
  if (status.causes.some(({ reason }) => reason === 'NamespaceTerminating')) return 'terminating'
  if (/exceeded quota: /.test(status.message)) return 'quota'
  return admissionKind(status) === 'policy' ? 'policy' : 'rbac'
}

function admissionKind(status: Status): RefusalKind {
  return /ValidatingAdmissionPolicy '/.test(status.message) ? 'policy' : 'invalid'
}

function conflictKind(status: Status): RefusalKind {
  if (status.causes.some(({ reason }) => reason === 'FieldManagerConflict')) return 'field-conflict'
  return status.reason === 'AlreadyExists' ? 'exists' : 'stale'
}

const REASON = /^[A-Za-z]{1,64}$/
const FIELD = /^[-\w.[\]"/:~ ]{1,300}$/

function readCause(
  cause: { reason?: unknown; field?: unknown; message?: unknown },
  scrub: (t: string) => string,
): RefusalCause {
  const reason = text(cause.reason)
  const field = text(cause.field)
  const manager = /^conflict with "([-\w.@/: ]{1,128})"/.exec(text(cause.message))?.[1]
  return {
    reason: REASON.test(reason) ? scrub(reason) : '',
    field: FIELD.test(field) ? scrub(field) : '',
    manager: reason === 'FieldManagerConflict' && manager !== undefined ? scrub(manager) : undefined,
  }
}

/** The quota's or webhook's name out of the message, where it is a Kubernetes name. */
function nameOf(kind: RefusalKind, message: string, scrub: (text: string) => string): string | undefined {
  const patterns: Partial<Record<RefusalKind, RegExp>> = {
    quota: /exceeded quota: ([a-z0-9.-]{1,253})/,
    webhook: /webhook "([a-z0-9.-]{1,253})"/,
    'webhook-dry-run': /webhook "([a-z0-9.-]{1,253})"/,
    policy: /ValidatingAdmissionPolicy '([a-z0-9.-]{1,253})'/,
  }
  const name = patterns[kind]?.exec(message)?.[1]
  // It may be a piece of a value, which nothing would mask: the message is scrubbed whole.
  return name === undefined || scrub(message).includes(name) ? name : '***'
}
