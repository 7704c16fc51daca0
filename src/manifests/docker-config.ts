import type { Secret } from '../secret.ts'
import { joinFindings, NO_FINDINGS, problem, warning, type Findings } from './finding.ts'
import { checkRegistryHost, isMistakenDockerHub } from './registry-host.ts'

type Json = Readonly<Record<string, unknown>>

const SHAPE_HINT =
  'the document is {"auths": {"host": {"username": …, "password": …}}}; `type: registry` with `registries` writes it'
const LOGIN_HINT =
  'auth is base64 of user:password, without a line break; `type: registry` with `registries` writes it'

/**
 * What the API server does not look at in a `.dockerconfigjson`: that there is a log-in, for a host, and that it is one.
 * A registry is named by its place in the document: the document is a value, and so may its keys be.
 */
export function checkDockerConfig(document: Secret): Findings {
  const root = parseObject(document)
  if (root === undefined)
    return problem(
      `.dockerconfigjson is ${isEncoded(document) ? 'in base64 twice' : 'no JSON object'}`,
      isEncoded(document)
        ? 'give the document itself: base64 is put on when the Secret is written'
        : SHAPE_HINT,
    )
  const auths = root['auths']
  if (!isObject(auths)) return problem('.dockerconfigjson has no `auths`', missingAuthsHint(root))
  const entries = Object.entries(auths)
  if (entries.length === 0)
    return problem('.dockerconfigjson has no log-in: `auths` is empty', missingAuthsHint(root))
  return joinFindings(
    entries.flatMap(([host, login], index) => {
      const which = `.dockerconfigjson, registry ${String(index + 1)}`
      return [checkHost(which, host), checkLogin(which, login)]
    }),
  )
}

function checkHost(which: string, host: string): Findings {
  const finding = checkRegistryHost(host)
  if (finding !== undefined) return problem(`${which}: ${finding.message}`, finding.hint)
  if (!isMistakenDockerHub(host)) return NO_FINDINGS
  return warning(
    `${which}: Docker Hub under a name by which the kubelet does not find it`,
    'its key is https://index.docker.io/v1/',
  )
}

function checkLogin(which: string, login: unknown): Findings {
  if (!isObject(login)) return problem(`${which}: its log-in is no JSON object`, SHAPE_HINT)
  const { auth, username, password } = login
  if (auth === undefined || auth === '') return checkBare(which, login)
  const decoded = typeof auth === 'string' ? decodeAuth(auth) : undefined
  if (decoded === undefined) return problem(`${which}: \`auth\` is not base64 of user:password`, LOGIN_HINT)
  const disagrees =
    (isGiven(username) && username !== decoded.username) ||
    (isGiven(password) && password !== decoded.password)
  if (!disagrees) return NO_FINDINGS
  return problem(`${which}: \`auth\` is another log-in than \`username\` and \`password\``, LOGIN_HINT)
}

/** Without `auth`, the kubelet takes user name and password; other clients take tokens. */
function checkBare(which: string, { username, password, identitytoken, registrytoken }: Json): Findings {
  if ([identitytoken, registrytoken].some(isGiven)) return NO_FINDINGS
  if (isGiven(username) && isGiven(password)) return NO_FINDINGS
  return problem(`${which}: no log-in`, LOGIN_HINT)
}

function missingAuthsHint(root: Json): string {
  if ('credsStore' in root || 'credHelpers' in root)
    return 'this configuration of Docker’s keeps its log-ins in a credential helper: log in without one, or use `type: registry` with `registries`'
  const legacy = Object.values(root).some((entry) => isObject(entry) && 'auth' in entry)
  return legacy ? 'this is the older .dockercfg: put it under `auths`' : SHAPE_HINT
}

function parseObject(document: Secret): Json | undefined {
  if (!document.isText) return undefined
  try {
    const root: unknown = JSON.parse(document.reveal())
    return isObject(root) ? root : undefined
  } catch {
    return undefined
  }
}

/** Whether the document is a JSON object under base64. */
function isEncoded(document: Secret): boolean {
  const decoded = Buffer.from(Buffer.from(document.bytes()).toString('latin1'), 'base64')
  return /^\s*\{\s*"/.test(decoded.toString('latin1'))
}

function decodeAuth(auth: string): { username: string; password: string } | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(auth)) return undefined
  // Docker writes a NUL after passwords of a certain length; the kubelet cuts it off.
  const decoded = Buffer.from(auth, 'base64').toString().replace(/\0+$/, '')
  const colon = decoded.indexOf(':')
  return colon === -1 ? undefined : { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== ''
}
