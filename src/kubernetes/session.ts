import { readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import type { Deadline } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'
import { providerAuthorization } from './auth-provider.ts'
import { runExecPlugin, type ExecContext, type ExecCredential } from './exec-plugin.ts'
import type { CommandLimits } from './exec-process.ts'
import type { Login } from './kubeconfig.ts'
import { isHeaderText, type Auth } from './kubeconfig-user.ts'
import { environmentProxy } from './proxy.ts'
import { transportRefusal } from './refusal.ts'

export interface Credentials {
  /** Impersonation and Authorization. Never logged. */
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly agent: http.Agent | https.Agent
}

/** A log-in that stays good: credentials for each request, renewed when they run out. */
export interface Session {
  readonly server: URL
  /** Logs in at the first call, and again when the credential has run out. */
  credentials(): Promise<Credentials>
  /** After a 401: forgets the credential. False where a new one would be the same. */
  renew(): Promise<boolean>
  close(): void
}

/** How many requests run at once, each on a connection that is kept alive. */
const CONNECTIONS = 16
/** Shorter than the idle limits of common load balancers (60 s), so that no request meets a closed connection. */
const IDLE_MS = 30_000
/** A token that runs out within this is renewed first. */
const MARGIN_MS = 10_000

/** A log-in command that takes longer has failed. */
const LOGIN_LIMIT_MS = 60_000

export interface SessionContext extends ExecContext, Pick<Effects, 'now'> {
  /** Ends every log-in that is under way when it aborts. */
  readonly deadline: Pick<Deadline, 'signal'>
  /** Milliseconds that a log-in command may take; 60 s where it is not given. */
  readonly loginLimitMs?: number
}

interface Credential {
  readonly authorization: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly expires: number | undefined
}

interface LoggedIn {
  readonly credential: Credential
  readonly agent: http.Agent | https.Agent
}

/** The session of a login. Nothing is sent before the first request. */
export function createSession(login: Login, context: SessionContext): Session {
  let current: Promise<LoggedIn> | undefined
  const logIn = (): Promise<LoggedIn> => {
    const fresh: Promise<LoggedIn> = within(context.deadline.signal, async () => {
      const credential = await obtain(login, context)
      return { credential, agent: await createAgent(login, credential, context.env) }
    })
    // What undoing needs, in its own time, is a log-in of its own.
    fresh.catch(() => {
      if (current === fresh && context.deadline.signal.aborted) current = undefined
    })
    return fresh
  }
  const forget = (): void => {
    void current?.then(({ agent }) => agent.destroy()).catch(() => undefined)
    current = undefined
  }
  return {
    server: login.server,
    async credentials() {
      const known = current
      const expires = (await known)?.credential.expires
      // Only who finds the old one drops it; its connections end by themselves, for requests may still be on them.
      if (expires !== undefined && expires < context.now() + MARGIN_MS && current === known)
        current = undefined
      const { credential, agent } = await (current ??= logIn())
      const authorization =
        credential.authorization === undefined ? {} : { Authorization: credential.authorization }
      return { headers: { ...login.user.impersonate, ...authorization }, agent }
    },
    renew() {
      const renewable = ['exec', 'token-file', 'auth-provider'].includes(login.user.auth.kind)
      if (renewable) current = undefined
      return Promise.resolve(renewable)
    },
    close: forget,
  }
}

/** The log-in, or the error that says that the time of the run was over first. */
function within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(tooLate())
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    else
      void work()
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', abort))
  })
}

function tooLate(): ActionError {
  return new ActionError(
    {
      code: 'TIMEOUT',
      message: 'the log-in of the kubeconfig did not end before the time of the run was over',
      hint: 'check the log-in command, or raise `timeout`',
    },
    { cause: { ...transportRefusal('timeout'), unknownOutcome: false, mayComeLate: false } },
  )
}

async function obtain(login: Login, context: SessionContext): Promise<Credential> {
  const { cert, key, auth } = login.user
  const own = { cert, key, expires: undefined, authorization: undefined }
  switch (auth.kind) {
    case 'none':
      return own
    case 'token':
      return { ...own, authorization: `Bearer ${auth.token}` }
    case 'token-file':
      return { ...own, authorization: `Bearer ${await readToken(auth.path, context)}` }
    case 'basic':
      return { ...own, authorization: basic(auth, context) }
    case 'exec':
      return merge(own, await runExecPlugin(login, auth.exec, { ...context, limits: limitsOf(context) }))
    case 'auth-provider':
      return { ...own, authorization: await providerAuthorization(auth, context) }
    default:
      throw new Error(`unreachable: ${String(auth satisfies never)}`)
  }
}

function limitsOf({ deadline, loginLimitMs = LOGIN_LIMIT_MS }: SessionContext): CommandLimits {
  return { limitMs: loginLimitMs, signal: deadline.signal }
}

function merge(own: Credential, { token, cert, key, expires }: ExecCredential): Credential {
  return {
    authorization: token === undefined ? undefined : `Bearer ${token}`,
    cert: cert ?? own.cert,
    key: key ?? own.key,
    expires,
  }
}

function basic({ username, password }: Auth & { kind: 'basic' }, { secret }: SessionContext): string {
  const encoded = Buffer.from(`${username}:${password}`).toString('base64')
  secret(encoded, 'the kubeconfig’s basic credentials')
  return `Basic ${encoded}`
}

async function readToken(path: string, { secret }: SessionContext): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw failed(
      'the token file that the kubeconfig names can’t be read',
      'check its path and permissions',
      cause,
    )
  })
  const token = text.trim()
  secret(token, 'the kubeconfig’s token')
  if (token === '' || !isHeaderText(token))
    throw failed(
      'the token file that the kubeconfig names is empty, or holds more than a token',
      'it must hold the token alone, in one line',
    )
  return token
}

async function createAgent(
  login: Login,
  { cert, key }: Credential,
  env: Effects['env'],
): Promise<http.Agent | https.Agent> {
  const { ca, skipTlsVerify, tlsServerName, proxyUrl } = login.cluster
  const options: https.AgentOptions = {
    keepAlive: true,
    maxSockets: CONNECTIONS,
    timeout: IDLE_MS,
    rejectUnauthorized: !skipTlsVerify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
  }
  const proxy = proxyUrl ?? environmentProxy(login.server, env)
  if (proxy !== undefined && /^socks/i.test(proxy)) {
    const { SocksProxyAgent } = await import('socks-proxy-agent')
    return new SocksProxyAgent(proxy, options)
  }
  const proxyEnv = proxy === undefined ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }
  return login.server.protocol === 'https:'
    ? new https.Agent({ ...options, proxyEnv })
    : new http.Agent({ keepAlive: true, proxyEnv })
}

function failed(message: string, hint: string, cause?: unknown): ActionError {
  return new ActionError({ code: 'LOGIN_FAILED', message, hint }, { cause })
}
