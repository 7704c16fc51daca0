import { readFileSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Deadline } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import { isInside } from '../files.ts'
import type { Secret } from '../secret.ts'
import { createCluster } from './api.ts'
import type { Cluster } from './cluster.ts'
import { createHttp } from './http.ts'
import {
  credentialsIn,
  credentialsOf,
  mergeKubeconfigs,
  namedFiles,
  parseKubeconfig,
  readLogin,
  type Login,
} from './kubeconfig.ts'
import { invalid } from './kubeconfig-entry.ts'
import { createSession } from './session.ts'

const SIZE_LIMIT = 4 * 1024 * 1024
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

export interface ConnectOptions {
  /** The `kubeconfig` input: YAML, its base64, or a path. Undefined: KUBECONFIG, ~/.kube/config, in-cluster. */
  readonly kubeconfig: Secret | undefined
  readonly context: string | undefined
  readonly execPlugins: readonly string[]
  readonly workspace: string
  readonly deadline: Deadline
}

/** Finds the kubeconfig, masks what is secret in it, and answers the Cluster. No request is sent yet. */
export async function connect(options: ConnectOptions, effects: Effects): Promise<Cluster> {
  const login = await findLogin(options, effects)
  mask(credentialsOf(login), effects)
  if (login.cluster.skipTlsVerify)
    effects.log.warning(
      'the kubeconfig sets insecure-skip-tls-verify: anybody on the way can read the Secrets',
    )
  const session = createSession(login, {
    ...effects,
    allowed: options.execPlugins,
    workspace: options.workspace,
  })
  const http = createHttp(session, { deadline: options.deadline, effects })
  return createCluster(login, { http, ...effects })
}

function mask(credentials: readonly string[], { secret }: Effects): void {
  for (const credential of credentials) secret(credential, 'a credential of the kubeconfig')
}

type Found = NonNullable<ReturnType<typeof parseKubeconfig>>

async function findLogin(options: ConnectOptions, effects: Effects): Promise<Login> {
  const { kubeconfig, context, workspace } = options
  if (kubeconfig !== undefined) return given(kubeconfig.reveal(), options, effects)
  const listed = (effects.env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '')
  if (listed.length > 0) {
    const files = await Promise.all(
      listed.map((file) => readKubeconfig(path.resolve(workspace, file), options, effects)),
    )
    return readLogin(
      mergeKubeconfigs(files),
      context,
      relativeTo(path.dirname(path.resolve(workspace, listed[0] ?? ''))),
    )
  }
  const home = effects.env['HOME'] ?? effects.env['USERPROFILE']
  const own = home === undefined ? undefined : path.join(home, '.kube', 'config')
  if (own !== undefined && (await exists(own)))
    return readLogin(await readKubeconfig(own, options, effects), context, relativeTo(path.dirname(own)))
  return inCluster(effects)
}

/** YAML, base64 of it, or a path: told apart by parsing, in this order. */
async function given(text: string, options: ConnectOptions, effects: Effects): Promise<Login> {
  const { context, workspace } = options
  const decoded = /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : ''
  const parsed = parseKubeconfig(text) ?? parseKubeconfig(decoded)
  if (parsed !== undefined) {
    mask(credentialsIn(parsed), effects)
    await demandNamed(parsed, workspace, { options, effects })
    return readLogin(parsed, context, relativeTo(workspace))
  }
  if (text.includes('\n') || text.length > 1000)
    throw invalid(
      'the `kubeconfig` input is neither a kubeconfig nor the base64 of one',
      'pass the whole file, or the output of `base64 -w0`',
    )
  const file = path.resolve(workspace, text)
  return readLogin(
    await readKubeconfig(file, options, effects),
    options.context,
    relativeTo(path.dirname(file)),
  )
}

/** A kubeconfig may lie anywhere; one inside the workspace is read as every file there is, with its demands. */
async function readKubeconfig(file: string, options: ConnectOptions, effects: Effects): Promise<Found> {
  const missing = 'the kubeconfig file does not exist or can’t be read'
  const hint = 'check the path; a kubeconfig’s text or its base64 may be given too'
  const bytes = (await liesIn(options.workspace, file))
    ? await effects.files.read(file, SIZE_LIMIT)
    : await readFile(file).catch((cause: unknown) => {
        throw invalid(missing, hint, cause)
      })
  if (bytes === undefined) throw invalid(missing, hint)
  const kubeconfig = understand(Buffer.from(bytes).toString('utf8'))
  mask(credentialsIn(kubeconfig), effects)
  await demandNamed(kubeconfig, path.dirname(file), { options, effects })
  return kubeconfig
}

/** The files of the workspace that a kubeconfig names are held to what the event demands, as it is itself. */
async function demandNamed(
  kubeconfig: Found,
  folder: string,
  { options, effects }: { options: ConnectOptions; effects: Effects },
): Promise<void> {
  for (const name of namedFiles(kubeconfig)) {
    const file = path.resolve(folder, name)
    if (await liesIn(options.workspace, file)) await effects.files.read(file, SIZE_LIMIT)
  }
}

/** Whether a file is really inside the workspace, whatever links lead there. */
async function liesIn(workspace: string, file: string): Promise<boolean> {
  const real = await realpath(file).catch(() => file)
  return isInside(path, await realpath(workspace), real) || isInside(path, workspace, file)
}

function understand(text: string): Found {
  const parsed = parseKubeconfig(text)
  if (parsed === undefined)
    throw invalid(
      'the kubeconfig is not a kubeconfig',
      'it must be YAML or JSON with `clusters`, `contexts` and `users`',
    )
  return parsed
}

function relativeTo(folder: string): (file: string) => string {
  return (file) => {
    try {
      return readFileSync(path.resolve(folder, file), 'utf8')
    } catch (cause) {
      throw invalid(
        'a file that the kubeconfig names can’t be read',
        'embed it: `kubectl config view --flatten --minify`',
        cause,
      )
    }
  }
}

async function exists(file: string): Promise<boolean> {
  return readFile(file).then(
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
  const read = relativeTo(SERVICE_ACCOUNT)
  return {
    context: 'in-cluster',
    namespace: read('namespace').trim(),
    server,
    cluster: { ca: read('ca.crt'), skipTlsVerify: false, tlsServerName: undefined, proxyUrl: undefined },
    user: { cert: undefined, key: undefined, auth: { kind: 'token-file', path: tokenFile }, impersonate: {} },
  }
}
