import { readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'
import { runExecPlugin, type ExecContext, type ExecCredential } from './exec-plugin.ts'
import type { Login } from './kubeconfig.ts'
import type { Auth } from './kubeconfig-user.ts'

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

type SessionContext = ExecContext & Pick<Effects, 'now'>

interface Credential {
  readonly authorization: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly expires: number | undefined
}

/** The session of a login. Nothing is sent before the first request. */
export function createSession(login: Login, context: SessionContext): Session {
  let current: Promise<{ credential: Credential; agent: http.Agent | https.Agent }> | undefined
  const logIn = async (): Promise<{ credential: Credential; agent: http.Agent | https.Agent }> => {
    const credential = await obtain(login, context)
    return { credential, agent: await createAgent(login, credential, context.env) }
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
      return merge(own, await runExecPlugin(login, auth.exec, context))
    case 'auth-provider':
      return { ...own, authorization: await providerAuthorization(auth, context) }
    default:
      throw new Error(`unreachable: ${String(auth satisfies never)}`)
  }
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
  try {
    const token = (await readFile(path, 'utf8')).trim()
    secret(token, 'the kubeconfig’s token')
    return token
  } catch (cause) {
    throw failed(
      'the token file that the kubeconfig names can’t be read',
      'check its path and permissions',
      cause,
    )
  }
}

/** The log-in of `auth-provider` entries (oidc, azure, gcp), by @kubernetes/client-node, which is loaded only here. */
async function providerAuthorization(
  { name, config }: Auth & { kind: 'auth-provider' },
  { secret, allowed }: SessionContext,
): Promise<string> {
  const command = config['cmd-path']
  if (command !== undefined && !['gcloud', ...allowed].includes(command))
    throw failed(
      'the kubeconfig’s auth-provider runs a command that is not among the known ones',
      'list it in the `exec-plugins` input',
    )
  const { KubeConfig } = await import('@kubernetes/client-node')
  const kubeconfig = new KubeConfig()
  kubeconfig.loadFromClusterAndUser(
    { name: 'cluster', server: 'https://unused.invalid', skipTLSVerify: false },
    { name: 'user', authProvider: { name, config } },
  )
  const options: https.RequestOptions = {}
  try {
    await kubeconfig.applyToHTTPSOptions(options)
  } catch (cause) {
    throw failed(
      `the kubeconfig’s auth-provider \`${name.replace(/[^\w-]/g, '')}\` could not log in`,
      'log in again where the kubeconfig was made, or use a token',
      cause,
    )
  }
  const header = (options.headers as Record<string, unknown> | undefined)?.['Authorization']
  if (typeof header !== 'string')
    throw failed('the kubeconfig’s auth-provider gave no token', 'is it one of oidc, azure, gcp?')
  secret(header.replace(/^Bearer /, ''), 'the kubeconfig’s token')
  return header
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
  if (proxyUrl?.startsWith('socks') === true) {
    const { SocksProxyAgent } = await import('socks-proxy-agent')
    return new SocksProxyAgent(proxyUrl, options)
  }
  const proxyEnv =
    proxyUrl === undefined ? proxyVariables(env) : { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl }
  return login.server.protocol === 'https:'
    ? new https.Agent({ ...options, proxyEnv })
    : new http.Agent({ keepAlive: true, proxyEnv })
}

/** The usual variables in either case; Node's agents read them. */
function proxyVariables(env: Effects['env']): Record<string, string> {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name.toLowerCase()] ?? env[name]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

function failed(message: string, hint: string, cause?: unknown): ActionError {
  return new ActionError({ code: 'LOGIN_FAILED', message, hint }, { cause })
}
