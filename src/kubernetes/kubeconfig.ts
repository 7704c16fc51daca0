import { X509Certificate } from 'node:crypto'
import { parseYaml, type Plain } from '../config/document.ts'
import { isMapping } from '../config/overlay.ts'
import { ActionError } from '../error.ts'

/** What a kubeconfig says of one context: which server, how it is trusted, who logs in and how. Holds credentials. */
export interface Login {
  readonly context: string
  readonly namespace: string | undefined
  readonly server: URL
  readonly cluster: ClusterEntry
  readonly user: UserEntry
}

export interface ClusterEntry {
  /** PEM; undefined for the system's authorities. */
  readonly ca: string | undefined
  readonly skipTlsVerify: boolean
  readonly tlsServerName: string | undefined
  readonly proxyUrl: string | undefined
}

export interface UserEntry {
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly auth: Auth
  readonly impersonate: Readonly<Record<string, string | string[]>>
}

export type Auth =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'token-file'; readonly path: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'exec'; readonly exec: ExecEntry }
  | {
      readonly kind: 'auth-provider'
      readonly name: string
      readonly config: Readonly<Record<string, string>>
    }

export interface ExecEntry {
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly provideClusterInfo: boolean
}

/** Reads what a kubeconfig names by path: certificates, keys, tokens. Relative ones belong to its own folder. */
export type ReadText = (path: string) => string

type PlainMap = { readonly [key: string]: Plain }

/** The mapping of a kubeconfig's YAML or JSON; undefined when the text is none. */
export function parseKubeconfig(text: string): PlainMap | undefined {
  const { root, problems } = parseYaml(text, () => ({}))
  if (problems.length > 0 || !isMapping(root)) return undefined
  return Array.isArray(root['clusters']) || Array.isArray(root['contexts']) ? root : undefined
}

/** Several kubeconfigs as KUBECONFIG lists them: the first that names a thing wins. */
export function mergeKubeconfigs(files: readonly PlainMap[]): PlainMap {
  const all = (key: string): readonly Plain[] => files.flatMap((file) => listOf(file[key]))
  const current = files.map((file) => file['current-context']).find((name) => typeof name === 'string')
  return {
    clusters: all('clusters'),
    contexts: all('contexts'),
    users: all('users'),
    'current-context': current ?? null,
  }
}

/** The login of the wanted context, or of the current one. Throws with the remedy when something is missing. */
export function readLogin(kubeconfig: PlainMap, wanted: string | undefined, readText: ReadText): Login {
  const current = textOf(kubeconfig['current-context'])
  const name = wanted ?? current
  const names = listOf(kubeconfig['contexts']).flatMap(
    (entry) => textOf((entry as PlainMap | null)?.['name']) ?? [],
  )
  if (name === undefined)
    throw invalid(
      'the kubeconfig has no current context',
      `set the \`context\` input to one of: ${names.join(', ')}`,
    )
  const context = named(kubeconfig['contexts'], name, 'context')
  if (context === undefined)
    throw invalid(
      'the kubeconfig does not have the context that is wanted',
      `its contexts are: ${names.join(', ') || 'none'}`,
    )
  const cluster = named(kubeconfig['clusters'], textOf(context['cluster']), 'cluster')
  if (cluster === undefined)
    throw invalid('the context’s cluster is not in the kubeconfig', 'add it under `clusters`')
  const user = named(kubeconfig['users'], textOf(context['user']), 'user')
  if (user === undefined) throw invalid('the context’s user is not in the kubeconfig', 'add it under `users`')
  return {
    context: name,
    namespace: textOf(context['namespace']),
    server: serverOf(cluster),
    cluster: clusterEntry(cluster, readText),
    user: userEntry(user, readText),
  }
}

/** Everything in the login that is a credential: to be masked before anything else. */
export function credentialsOf({ user, cluster }: Login): readonly string[] {
  const { auth, key } = user
  const own = key === undefined ? [] : [key]
  const proxy =
    cluster.proxyUrl === undefined || !URL.canParse(cluster.proxyUrl)
      ? ''
      : new URL(cluster.proxyUrl).password
  return [...own, ...credentialsOfAuth(auth), decodeURIComponent(proxy)].filter((text) => text !== '')
}

function credentialsOfAuth(auth: Auth): readonly string[] {
  switch (auth.kind) {
    case 'token':
      return [auth.token]
    case 'basic':
      return [auth.password]
    case 'exec':
      return secretSettings(auth.exec.env)
    case 'auth-provider':
      return secretSettings(auth.config)
    case 'none':
    case 'token-file':
      return []
    default:
      throw new Error(`unreachable: ${String(auth satisfies never)}`)
  }
}

function secretSettings(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    /token|secret|password|key/i.test(name) ? [value] : [],
  )
}

function serverOf(cluster: PlainMap): URL {
  const text = textOf(cluster['server']) ?? ''
  const hint = 'write `server: https://host:port`'
  if (!URL.canParse(text)) throw invalid('the cluster’s `server` is not a URL', hint)
  const server = new URL(text)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(server.hostname)
  if (server.protocol !== 'https:' && !(server.protocol === 'http:' && loopback))
    throw invalid(
      'the cluster’s `server` is not https',
      `credentials and Secrets would travel in clear: ${hint}`,
    )
  return server
}

function clusterEntry(cluster: PlainMap, readText: ReadText): ClusterEntry {
  return {
    ca: pem(cluster, 'certificate-authority', readText),
    skipTlsVerify: textOf(cluster['insecure-skip-tls-verify']) === 'true',
    tlsServerName: textOf(cluster['tls-server-name']),
    proxyUrl: textOf(cluster['proxy-url']),
  }
}

function userEntry(user: PlainMap, readText: ReadText): UserEntry {
  const cert = pem(user, 'client-certificate', readText)
  if (cert !== undefined) checkCertificate(cert)
  return {
    cert,
    key: pem(user, 'client-key', readText),
    auth: authOf(user),
    impersonate: impersonation(user),
  }
}

function checkCertificate(pemText: string): void {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pemText)
  } catch (cause) {
    throw invalid(
      'the client certificate of the kubeconfig can’t be read',
      'it must be PEM, in base64 under `client-certificate-data`',
      cause,
    )
  }
  if (certificate.validToDate.getTime() < Date.now())
    throw invalid(
      `the client certificate of the kubeconfig expired on ${certificate.validToDate.toISOString()}`,
      'get a new kubeconfig',
    )
}

function authOf(user: PlainMap): Auth {
  const token = textOf(user['token'])
  if (token !== undefined) return { kind: 'token', token }
  const file = textOf(user['tokenFile']) ?? textOf(user['token-file'])
  if (file !== undefined) return { kind: 'token-file', path: file }
  if (isMapping(user['exec'])) return { kind: 'exec', exec: execEntry(user['exec']) }
  const provider = user['auth-provider']
  if (isMapping(provider))
    return { kind: 'auth-provider', name: textOf(provider['name']) ?? '', config: texts(provider['config']) }
  const username = textOf(user['username'])
  return username === undefined
    ? { kind: 'none' }
    : { kind: 'basic', username, password: textOf(user['password']) ?? '' }
}

function execEntry(exec: PlainMap): ExecEntry {
  const pairs = listOf(exec['env']).filter(isMapping)
  return {
    apiVersion: textOf(exec['apiVersion']) ?? 'client.authentication.k8s.io/v1',
    command: textOf(exec['command']) ?? '',
    args: listOf(exec['args']).flatMap((arg) => textOf(arg) ?? []),
    env: Object.fromEntries(pairs.map(({ name, value }) => [textOf(name) ?? '', textOf(value) ?? ''])),
    provideClusterInfo: textOf(exec['provideClusterInfo']) === 'true',
  }
}

/** The headers of `as`, `as-groups`, `as-uid` and `as-user-extra` (Kubernetes, “User impersonation”). */
function impersonation(user: PlainMap): Record<string, string | string[]> {
  const as = textOf(user['as'])
  if (as === undefined) return {}
  const uid = textOf(user['as-uid'])
  const groups = listOf(user['as-groups']).flatMap((group) => textOf(group) ?? [])
  const extra = isMapping(user['as-user-extra']) ? user['as-user-extra'] : {}
  return {
    'Impersonate-User': as,
    ...(uid === undefined ? {} : { 'Impersonate-Uid': uid }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [
        `Impersonate-Extra-${encodeURIComponent(key)}`,
        listOf(values).flatMap((value) => textOf(value) ?? []),
      ]),
    ),
  }
}

/** `NAME-data` in base64, or the file that `NAME` names. */
function pem(entry: PlainMap, name: string, readText: ReadText): string | undefined {
  const data = textOf(entry[`${name}-data`])
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8')
  const file = textOf(entry[name])
  return file === undefined ? undefined : readText(file)
}

function named(list: Plain | undefined, name: string | undefined, inner: string): PlainMap | undefined {
  const entry = listOf(list).find((candidate) => isMapping(candidate) && candidate['name'] === name)
  if (!isMapping(entry)) return undefined
  return isMapping(entry[inner]) ? entry[inner] : {}
}

function listOf(value: Plain | undefined): readonly Plain[] {
  return Array.isArray(value) ? (value as readonly Plain[]) : []
}

function textOf(value: Plain | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function texts(value: Plain | undefined): Record<string, string> {
  if (!isMapping(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
  )
}

function invalid(message: string, hint: string, cause?: unknown): ActionError {
  return new ActionError({ code: 'KUBECONFIG_INVALID', message, hint }, { cause })
}
