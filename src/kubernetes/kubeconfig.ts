import { parseYaml, type Plain } from '../config/document.ts'
import { isMapping } from '../config/overlay.ts'
import { invalid, listOf, pem, textOf, type PlainMap, type ReadText } from './kubeconfig-entry.ts'
import { authOf, userEntry, type Auth, type UserEntry } from './kubeconfig-user.ts'

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

/** The mapping of a kubeconfig's YAML or JSON; undefined when the text is none. Throws where it is too much to be read. */
export function parseKubeconfig(text: string): PlainMap | undefined {
  const { root, problems, excess } = parseYaml(text, () => ({}))
  if (excess !== undefined)
    throw invalid(
      `the kubeconfig is more YAML than is read: ${excess.what}`,
      'pass only the context that is needed: `kubectl config view --raw --flatten --minify`',
    )
  if (problems.length > 0 || !isMapping(root)) return undefined
  return Array.isArray(root['clusters']) || Array.isArray(root['contexts']) ? root : undefined
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

/** What is a credential in a kubeconfig itself, of whichever context: to be masked before anything of it is said. */
export function credentialsIn(kubeconfig: PlainMap): readonly string[] {
  const users = listOf(kubeconfig['users']).flatMap((entry) =>
    isMapping(entry) ? (entry['user'] ?? []) : [],
  )
  return users.filter(isMapping).flatMap((user) => {
    const key = textOf(user['client-key-data'])
    const own = key === undefined ? [] : [Buffer.from(key, 'base64').toString('utf8')]
    return [...own, ...credentialsOfAuth(authOf(user))].filter((text) => text !== '')
  })
}

/** Everything in the login that is a credential: to be masked before anything else. */
export function credentialsOf({ user, cluster }: Login): readonly string[] {
  const { auth, key } = user
  const own = key === undefined ? [] : [key]
  return [...own, ...credentialsOfAuth(auth), ...proxyPasswords(cluster)].filter((text) => text !== '')
}

/** The password in `proxy-url`, as it is written and decoded. */
function proxyPasswords({ proxyUrl }: ClusterEntry): readonly string[] {
  if (proxyUrl === undefined || !URL.canParse(proxyUrl)) return []
  const { password } = new URL(proxyUrl)
  try {
    return [...new Set([password, decodeURIComponent(password)])]
  } catch {
    return [password]
  }
}

function credentialsOfAuth(auth: Auth): readonly string[] {
  switch (auth.kind) {
    case 'token':
      return [auth.token]
    case 'basic':
      return [auth.password]
    case 'exec':
      return [...secretSettings(auth.exec.env), ...secretArguments(auth.exec.args)]
    case 'auth-provider':
      return secretSettings(auth.config)
    case 'none':
    case 'token-file':
      return []
    default:
      throw new Error(`unreachable: ${String(auth satisfies never)}`)
  }
}

const CREDENTIAL = /token|secret|password|key/i

function secretSettings(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => (CREDENTIAL.test(name) ? [value] : []))
}

/** The values of flags that are named like a credential's: `--client-secret=…`, `--client-secret …`. */
function secretArguments(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, index) => {
    const [, name = '', value = ''] = /^([^=]*)=([^]*)$/.exec(arg) ?? []
    const before = args[index - 1] ?? ''
    const follows = before.startsWith('-') && !before.includes('=') && CREDENTIAL.test(before)
    return [...(CREDENTIAL.test(name) ? [value] : []), ...(follows && !/^--[a-z]/i.test(arg) ? [arg] : [])]
  })
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
    proxyUrl: proxyOf(cluster),
  }
}

const PROXIES = ['http:', 'https:', 'socks:', 'socks4:', 'socks4a:', 'socks5:', 'socks5h:']

/** Refused where it can't be used: the cluster must not be contacted past a proxy that was asked for. */
function proxyOf(cluster: PlainMap): string | undefined {
  const text = textOf(cluster['proxy-url'])
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.hostname === '' || !PROXIES.includes(url.protocol))
    throw invalid(
      'the cluster’s `proxy-url` is not the URL of a proxy',
      'write it with its scheme: `http://host:port`, `https://…`, `socks5://…`',
    )
  return text
}

function named(list: Plain | undefined, name: string | undefined, inner: string): PlainMap | undefined {
  if (name === undefined) return undefined
  const entry = listOf(list).find((candidate) => isMapping(candidate) && candidate['name'] === name)
  if (!isMapping(entry)) return undefined
  return isMapping(entry[inner]) ? entry[inner] : {}
}
