import { readFileSync } from 'node:fs'
import { access, readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Effects } from '../effects.ts'
import { isInside } from '../files.ts'
import { credentialsIn, parseKubeconfig, readLogin, type Login } from './kubeconfig.ts'
import { invalid, type PlainMap } from './kubeconfig-entry.ts'
import { anchorFiles, mergeKubeconfigs, namedFiles } from './kubeconfig-files.ts'

const SIZE_LIMIT = 4 * 1024 * 1024
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
const MISSING = 'the kubeconfig file does not exist or can’t be read'
const MISSING_HINT = 'check the path; a kubeconfig’s text or its base64 may be given too'

export interface LoginOptions {
  /** The `kubeconfig` input: YAML, its base64, or a path. Undefined: KUBECONFIG, ~/.kube/config, in-cluster. */
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  readonly workspace: string
}

interface Search {
  readonly options: LoginOptions
  readonly effects: Effects
  /** The files of the workspace that kubeconfigs name, by absolute path: as they were held to what the event demands. */
  readonly named: Map<string, string>
}

/** The login that the options or the environment give; what is secret in a kubeconfig is masked before it is judged. */
export async function findLogin(options: LoginOptions, effects: Effects): Promise<Login> {
  const search: Search = { options, effects, named: new Map() }
  const { kubeconfig, context, workspace } = options
  if (kubeconfig !== undefined) return readLogin(await given(kubeconfig, search), context, textReader(search))
  const listed = (effects.env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '')
  if (listed.length > 0) {
    const files = listed.map((file) => path.resolve(workspace, file))
    return readLogin(await readList(files, search), context, textReader(search))
  }
  const home = effects.env['HOME'] ?? effects.env['USERPROFILE']
  const own = home === undefined ? undefined : path.join(home, '.kube', 'config')
  if (own !== undefined && (await exists(own)))
    return readLogin(await readOne(own, search), context, textReader(search))
  return inCluster(effects)
}

export function maskCredentials(credentials: readonly string[], { secret }: Pick<Effects, 'secret'>): void {
  for (const credential of credentials) secret(credential, 'a credential of the kubeconfig')
}

/** YAML, base64 of it, or a path: told apart by parsing, in this order. */
async function given(text: string, search: Search): Promise<PlainMap> {
  const { workspace } = search.options
  const decoded = /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : ''
  const parsed = parseKubeconfig(text) ?? parseKubeconfig(decoded)
  if (parsed !== undefined) return anchored(parsed, workspace, search)
  if (text.includes('\n') || text.length > 1000)
    throw invalid(
      'the `kubeconfig` input is neither a kubeconfig nor the base64 of one',
      'pass the whole file, or the output of `base64 -w0`',
    )
  return readOne(path.resolve(workspace, text), search)
}

/** The files of KUBECONFIG as one. Those that do not exist are skipped, as kubectl does, while there is any. */
async function readList(files: readonly string[], search: Search): Promise<PlainMap> {
  const found = await Promise.all(files.map((file) => readKubeconfig(file, search)))
  const there = found.filter((file) => file !== undefined)
  if (there.length === 0) throw invalid(MISSING, MISSING_HINT)
  return mergeKubeconfigs(there)
}

async function readOne(file: string, search: Search): Promise<PlainMap> {
  const found = await readKubeconfig(file, search)
  if (found === undefined) throw invalid(MISSING, MISSING_HINT)
  return found
}

/** A kubeconfig may lie anywhere; one inside the workspace is read as every file there is. Undefined: there is none. */
async function readKubeconfig(file: string, search: Search): Promise<PlainMap | undefined> {
  const { options, effects } = search
  const bytes = (await liesIn(options.workspace, file))
    ? await effects.files.read(file, SIZE_LIMIT)
    : await readOutside(file)
  if (bytes === undefined) return undefined
  const parsed = parseKubeconfig(Buffer.from(bytes).toString('utf8'))
  if (parsed === undefined)
    throw invalid(
      'the kubeconfig is not a kubeconfig',
      'it must be YAML or JSON with `clusters`, `contexts` and `users`',
    )
  return anchored(parsed, path.dirname(file), search)
}

async function readOutside(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw invalid(MISSING, MISSING_HINT, cause)
  }
}

/** Masked, with absolute paths; the files of the workspace that it names are held to what the event demands. */
async function anchored(parsed: PlainMap, folder: string, search: Search): Promise<PlainMap> {
  const { options, effects, named } = search
  maskCredentials(credentialsIn(parsed), effects)
  const kubeconfig = anchorFiles(parsed, folder)
  for (const file of namedFiles(kubeconfig)) {
    if (!(await liesIn(options.workspace, file))) continue
    const bytes = await effects.files.read(file, SIZE_LIMIT)
    if (bytes !== undefined) named.set(file, Buffer.from(bytes).toString('utf8'))
  }
  return kubeconfig
}

/** Whether a file is inside the workspace, by its name or really, whatever links lead there. */
async function liesIn(workspace: string, file: string): Promise<boolean> {
  const real = await realpath(file).catch(() => file)
  return isInside(path, await realpath(workspace), real) || isInside(path, workspace, file)
}

/** Reads what a kubeconfig names, of the workspace as it was read before. */
function textReader({ named }: Pick<Search, 'named'>): (file: string) => string {
  return (file) => {
    try {
      return named.get(file) ?? readFileSync(file, 'utf8')
    } catch (cause) {
      throw invalid(
        'a file that the kubeconfig names can’t be read',
        'embed it: `kubectl config view --flatten --minify`',
        cause,
      )
    }
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/** The service account of the pod that the runner is (client-go, rest.InClusterConfig). */
async function inCluster({ env }: Effects): Promise<Login> {
  const host = env['KUBERNETES_SERVICE_HOST']
  const tokenFile = `${SERVICE_ACCOUNT}/token`
  if (host === undefined || !(await exists(tokenFile)))
    throw invalid(
      'there is no kubeconfig',
      'set the `kubeconfig` input or KUBECONFIG, or log in in an earlier step',
    )
  const server = new URL(
    `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`,
  )
  const read = textReader({ named: new Map() })
  return {
    context: 'in-cluster',
    namespace: read(`${SERVICE_ACCOUNT}/namespace`).trim(),
    server,
    cluster: {
      ca: read(`${SERVICE_ACCOUNT}/ca.crt`),
      skipTlsVerify: false,
      tlsServerName: undefined,
      proxyUrl: undefined,
    },
    user: { cert: undefined, key: undefined, auth: { kind: 'token-file', path: tokenFile }, impersonate: {} },
  }
}
