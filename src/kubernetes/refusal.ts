import { ActionError, type Code } from '../error.ts'

/** What kind of "no" came back, told apart by status, reason and causes; message texts only match fixed patterns. */
export type RefusalKind =
  | 'unauthorized'
  | 'rbac'
  | 'quota'
  | 'terminating'
  | 'webhook'
  | 'webhook-dry-run'
  | 'policy'
  | 'namespace-missing'
  | 'not-found'
  | 'field-conflict'
  | 'stale'
  | 'exists'
  | 'immutable'
  | 'invalid'
  | 'throttled'
  | 'redirect'
  | 'not-an-api-server'
  | 'server-error'
  | 'unreachable'
  | 'untrusted'
  | 'cut'
  | 'timeout'

/** A cause of a Status: only reason and field path, and the manager's name of a conflict. */
export interface RefusalCause {
  readonly reason: string
  readonly field: string
  readonly manager: string | undefined
}

/** Why a request did not do what was asked. The `cause` of every ActionError that a Cluster throws. */
export interface Refusal {
  readonly kind: RefusalKind
  readonly status: number | undefined
  readonly causes: readonly RefusalCause[]
  /** The quota's or webhook's name where one refused, or Node's code of what went wrong on the way. */
  readonly by: string | undefined
  /** Whether a write may have been done, or may yet be: nothing proves that it was not. */
  readonly unknownOutcome: boolean
  /** Whether it may yet be done: the API server itself has not answered, and works on a request for up to 34 s. */
  readonly mayComeLate: boolean
  readonly retryAfterMs: number | undefined
  readonly auditId: string | undefined
}

/** What a request was for, in the words of a report: `apply of aura-dev/backend-secrets`. */
export type Doing = string

/** The refusal behind an error of a Cluster; undefined for any other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  const cause = error instanceof ActionError ? error.cause : undefined
  return typeof cause === 'object' && cause !== null && 'unknownOutcome' in cause
    ? (cause as Refusal)
    : undefined
}

/** Whether only a read can tell what became of a write: its object had changed, or its answer never came. */
export function needsReading(error: unknown): boolean {
  const refusal = refusalOf(error)
  return refusal?.kind === 'stale' || refusal?.unknownOutcome === true
}

/** The error of a refused request: made of status, kind and field paths, never of a message. */
export function refusalError(doing: Doing, refusal: Refusal): ActionError {
  const { code, hint, words } = KINDS[refusal.kind]
  const status = refusal.status === undefined ? '' : ` (${refusal.status})`
  const by = refusal.by === undefined ? '' : ` \`${refusal.by}\``
  const causes = refusal.causes.map(describeCause).filter((text) => text !== '')
  const details = causes.length === 0 ? '' : `: ${[...new Set(causes)].slice(0, 20).join('; ')}`
  return new ActionError(
    { code, message: `${doing}: ${words}${by}${status}${details}`, hint },
    { cause: refusal },
  )
}

function describeCause({ reason, field, manager }: RefusalCause): string {
  if (manager !== undefined) return `${field} is owned by ${manager}`
  return [reason, field].filter((text) => text !== '').join(' ')
}

/** A refusal that never reached a server, or whose answer never came. `errno` is Node’s code of it: `ECONNREFUSED`. */
export function transportRefusal(
  kind: 'unreachable' | 'untrusted' | 'cut' | 'timeout',
  errno?: string,
): Refusal {
  const sent = kind === 'cut' || kind === 'timeout'
  return {
    kind,
    status: undefined,
    causes: [],
    by: errno,
    unknownOutcome: sent,
    mayComeLate: sent,
    retryAfterMs: undefined,
    auditId: undefined,
  }
}

/** The error of an answer that is not the object that was asked for: whatever answered, the outcome is unknown. */
export function notAnApiServer(doing: Doing, status: number): ActionError {
  return refusalError(doing, { ...transportRefusal('cut'), kind: 'not-an-api-server', status })
}

const KINDS: Readonly<Record<RefusalKind, { code: Code; words: string; hint: string }>> = {
  unauthorized: {
    code: 'UNAUTHORIZED',
    words: 'the API server does not accept the credentials',
    hint: 'check that the kubeconfig’s token or certificate is valid and has not expired',
  },
  rbac: {
    code: 'FORBIDDEN',
    words: 'the credentials are not allowed to do this',
    hint: 'grant the verbs get, list, create, patch, update and delete on secrets; see “Permissions” in the README',
  },
  quota: {
    code: 'QUOTA_EXCEEDED',
    words: 'refused by the ResourceQuota',
    hint: 'raise the quota or remove Secrets that are not needed',
  },
  terminating: {
    code: 'NAMESPACE_TERMINATING',
    words: 'the namespace is being deleted',
    hint: 'wait until it is gone, then run again',
  },
  webhook: {
    code: 'WEBHOOK_DENIED',
    words: 'refused by the admission webhook',
    hint: 'its reason is in the API server’s answer, which is not printed because it may quote a value: try the same object with harmless values and kubectl',
  },
  'webhook-dry-run': {
    code: 'WEBHOOK_DENIED',
    words: 'an admission webhook does not support dry runs',
    hint: 'declare `sideEffects: None` or `NoneOnDryRun` in its configuration, or exclude Secrets or the namespace from it',
  },
  policy: {
    code: 'WEBHOOK_DENIED',
    words: 'refused by an admission policy',
    hint: 'its message is not printed because it may quote a value: see the ValidatingAdmissionPolicies of the cluster',
  },
  'namespace-missing': {
    code: 'NAMESPACE_MISSING',
    words: 'the namespace does not exist',
    hint: 'create it with `kubectl create namespace`, or set `create-namespace: true`',
  },
  'not-found': { code: 'REJECTED', words: 'the object is not there', hint: 'run again' },
  'field-conflict': {
    code: 'CONFLICT',
    words: 'other field managers own what would change',
    hint: 'remove these keys here or there; two owners of one key overwrite each other',
  },
  stale: {
    code: 'STALE',
    words: 'the object changed since it was read',
    hint: 'run again; keep runs apart with `concurrency` in the workflow',
  },
  exists: { code: 'STALE', words: 'the object exists already', hint: 'run again' },
  immutable: {
    code: 'IMMUTABLE',
    words: 'what would change is immutable',
    hint: 'give the Secret a new name, or delete it yourself and run again',
  },
  invalid: {
    code: 'REJECTED',
    words: 'the API server finds the object invalid',
    hint: 'correct the fields named',
  },
  throttled: {
    code: 'THROTTLED',
    words: 'the API server kept asking to wait (429)',
    hint: 'run again later, or raise the priority of this user’s FlowSchema',
  },
  redirect: {
    code: 'CLUSTER_UNREACHABLE',
    words: 'the server answered with a redirect, which an API server never does',
    hint: 'check `server` in the kubeconfig: is a log-in page or proxy in front of it?',
  },
  'not-an-api-server': {
    code: 'CLUSTER_UNREACHABLE',
    words: 'the answer is not an API server’s',
    hint: 'check `server` in the kubeconfig, and any proxy in front of it',
  },
  'server-error': {
    code: 'REJECTED',
    words: 'the API server failed',
    hint: 'look for the request in its audit log, and run again',
  },
  unreachable: {
    code: 'CLUSTER_UNREACHABLE',
    words: 'no connection to the API server',
    hint: 'check `server` and the certificate authority in the kubeconfig, firewalls and proxies',
  },
  untrusted: {
    code: 'CLUSTER_UNREACHABLE',
    words: 'the API server’s certificate is not trusted:',
    hint: 'check `certificate-authority-data`, `server` and `tls-server-name` in the kubeconfig; NODE_EXTRA_CA_CERTS adds authorities where it names none',
  },
  cut: {
    code: 'CLUSTER_UNREACHABLE',
    words: 'the connection was cut before the answer was complete',
    hint: 'run again; check proxies and load balancers between the runner and the API server',
  },
  timeout: {
    code: 'TIMEOUT',
    words: 'no answer in time',
    hint: 'run again, or raise `timeout`',
  },
}
