import { realpathSync } from 'node:fs'
import path from 'node:path'
import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'
import { isInside } from '../files.ts'
import { runCommand, type CommandLimits } from './exec-process.ts'
import type { Login } from './kubeconfig.ts'
import { isHeaderText, type ExecEntry } from './kubeconfig-user.ts'

/** What a log-in command answered (ExecCredential, client.authentication.k8s.io). Holds credentials, masked already. */
export interface ExecCredential {
  readonly token: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  /** Milliseconds since the epoch; undefined when it does not run out. */
  readonly expires: number | undefined
}

/** The log-in commands of the large providers. Others have to be listed in `exec-plugins`. */
const KNOWN = [
  'aws',
  'aws-iam-authenticator',
  'gke-gcloud-auth-plugin',
  'kubelogin',
  'kubectl-oidc_login',
  'doctl',
  'oci',
  'tsh',
]

/** What of our environment such a command may see: where programs and profiles lie, proxies, and the clouds' own names. */
const VISIBLE =
  /^(PATH|PATHEXT|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PROGRAMFILES.*|TEMP|TMP|TMPDIR|LANG|LC_ALL|USER|LOGNAME|HTTPS?_PROXY|NO_PROXY|ALL_PROXY|SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|AWS_.*|AZURE_.*|AAD_.*|ARM_.*|GOOGLE_.*|CLOUDSDK_.*|DIGITALOCEAN_.*|OCI_.*|TELEPORT_.*|ACTIONS_ID_TOKEN_REQUEST_(URL|TOKEN))$/i

export interface ExecContext extends Pick<Effects, 'env' | 'secret' | 'scrub' | 'log'> {
  /** Commands allowed by the `exec-plugins` input. */
  readonly allowed: readonly string[]
  /** What a pull request may have put there is never run by its mere name. */
  readonly workspace: string
}

/** Runs the log-in command of the kubeconfig, without a shell. What it says on stderr is for debug logging, scrubbed. */
export async function runExecPlugin(
  login: Login,
  exec: ExecEntry,
  { limits, ...context }: ExecContext & { readonly limits: CommandLimits },
): Promise<ExecCredential> {
  checkCommand(exec.command, context)
  const own = { ...exec.env, KUBERNETES_EXEC_INFO: execInfo(login, exec) }
  const answer = await runCommand({ ...exec, env: { ...smallEnvironment(context.env), ...own } }, limits)
  const name = context.scrub(exec.command)
  const credential = maskCredential(answer.stdout, name, context)
  for (const line of answer.stderr.split(/\r?\n/).slice(0, 20))
    if (line.trim() !== '') context.log.debug(`${name}: ${context.scrub(withoutTokens(line))}`)
  if (answer.failure !== undefined) throw failed(`the log-in command \`${name}\` ${answer.failure}`, HINT)
  if (credential.token === undefined && (credential.cert === undefined || credential.key === undefined))
    throw failed(
      `the log-in command \`${name}\` answered no credential`,
      'run it by hand and check that it prints an ExecCredential',
    )
  if (credential.token !== undefined && !isHeaderText(credential.token))
    throw failed(
      `the log-in command \`${name}\` answered a token with line breaks or characters that no token has`,
      'run it by hand and check its `status.token`',
    )
  return credential
}

/** What a command says when it fails may be a credential that nobody has masked: it is not printed. */
const HINT =
  'run it by hand with the same kubeconfig, or run again with debug logging to see what it says on stderr'

/** Known or listed, by its bare name or an absolute path; what lies in the workspace only where it is listed. */
function checkCommand(command: string, { allowed, workspace }: ExecContext): void {
  const base = path.basename(command).replace(/\.exe$/i, '')
  const bare = command === path.basename(command)
  const elsewhere = path.isAbsolute(command) && !isInside(path, realOf(workspace), realOf(command))
  if (allowed.includes(command) || ((bare || elsewhere) && KNOWN.includes(base))) return
  throw failed(
    'the kubeconfig logs in by a command that is not among the known ones',
    `known are ${KNOWN.join(', ')}; to allow another, list it exactly as the kubeconfig writes it in the \`exec-plugins\` input`,
  )
}

function realOf(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return path.resolve(file)
  }
}

function smallEnvironment(env: Effects['env']): Record<string, string> {
  const visible = Object.entries(env).filter(
    (pair): pair is [string, string] => VISIBLE.test(pair[0]) && pair[1] !== undefined,
  )
  return Object.fromEntries(visible)
}

function execInfo({ server, cluster }: Login, exec: ExecEntry): string {
  const info = {
    server: server.href,
    ...(cluster.ca === undefined
      ? {}
      : { 'certificate-authority-data': Buffer.from(cluster.ca).toString('base64') }),
    ...(cluster.tlsServerName === undefined ? {} : { 'tls-server-name': cluster.tlsServerName }),
  }
  const spec = { interactive: false, ...(exec.provideClusterInfo ? { cluster: info } : {}) }
  return JSON.stringify({ apiVersion: exec.apiVersion, kind: 'ExecCredential', spec })
}

/** What of a credential the command answered, masked before anything that it printed is shown. */
function maskCredential(stdout: string, name: string, { secret }: ExecContext): ExecCredential {
  const status = parseStatus(stdout)
  const masked = (field: string): string | undefined => {
    const value = stringOf(status[field])?.trim()
    if (value !== undefined) secret(value, `the ${field} of ${name}`)
    return value
  }
  const key = masked('clientKeyData')
  const token = masked('token')
  const cert = stringOf(status['clientCertificateData'])
  const expires = Date.parse(stringOf(status['expirationTimestamp']) ?? '')
  return { token, cert, key, expires: Number.isNaN(expires) ? undefined : expires }
}

/** The `status` of an ExecCredential; empty for anything else. */
function parseStatus(stdout: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(stdout)
    const status = (parsed as { status?: unknown } | null)?.status
    return typeof status === 'object' && status !== null ? (status as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** Log-in output may quote a token that nobody has masked, so long runs are cut out. */
function withoutTokens(line: string): string {
  return line.replace(/[A-Za-z0-9+/_=.-]{20,}/g, '***')
}

function failed(message: string, hint: string): ActionError {
  return new ActionError({ code: 'LOGIN_FAILED', message, hint })
}
