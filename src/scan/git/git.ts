import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { devNull, tmpdir } from 'node:os'
import { buffer, text } from 'node:stream/consumers'

/** Git on the local clone: it runs nothing that a commit or the clone's settings could have brought in, and reads no network. */
export interface Git {
  /** The folder in which it works. */
  readonly workspace: string
  /** What a command prints. Throws a GitFailure where it fails. */
  read(args: readonly string[], input?: string): Promise<Buffer>
  /** As `read`, as text without its last line end; undefined where the command fails. */
  line(args: readonly string[]): Promise<string | undefined>
  /** A command that is talked to, or whose output is too large to hold. */
  open(args: readonly string[]): ChildProcessWithoutNullStreams
  /** Fetches from origin; false where that fails. `input`: the names of objects, for `--stdin`. */
  fetch(args: readonly string[], input?: string): Promise<boolean>
}

/** A command that did not do what it was to do. `said` is foreign text. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure'
  readonly said: string

  constructor(command: string, said: string, options?: { cause?: unknown }) {
    super(`git ${command} failed`, options)
    this.said = said
  }
}

export interface GitPlace {
  readonly workspace: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The header that origin wants, told by environment alone; undefined: what the clone's own settings say. */
  readonly authorization: (() => string) | undefined
}

/** Settings of the clone and its files that would run programs or change what is seen, switched off. */
const QUIET = [
  'safe.directory=*',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  `core.hooksPath=${devNull}`,
  `core.attributesFile=${devNull}`,
  'core.quotePath=false',
  'diff.external=',
  'diff.renames=true',
  'diff.noPrefix=false',
  'diff.orderFile=',
  'log.showSignature=false',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting])

const OWN = ['PATH', 'Path', 'SYSTEMROOT', 'SystemRoot', 'TMP', 'TEMP', 'TMPDIR']
/** How the network is reached, for a fetch. */
const NETWORK = [
  ...[
    'http_proxy',
    'https_proxy',
    'all_proxy',
    'no_proxy',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'NO_PROXY',
  ],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'HOME', 'SSH_AUTH_SOCK'],
]
/** What is asked for by name belongs to commits that are there: a server that is told of these would leave it out. */
const BY_NAME = ['-c', 'fetch.negotiationAlgorithm=noop']
/** Settings that name programs for a fetch; `core.sshCommand` stays, for the key of a check-out stands in it. */
const NO_PROGRAMS = ['credential.helper=', 'core.askPass=', 'core.alternateRefsCommand=true'].flatMap(
  (setting) => ['-c', setting],
)
const FETCH = [
  'fetch',
  '--no-tags',
  '--no-recurse-submodules',
  '--no-write-fetch-head',
  '--quiet',
  '--upload-pack=git-upload-pack',
]

export function openGit(place: GitPlace): Git {
  const local = environment(place.env, OWN, { GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' })
  const start = (args: readonly string[], env: NodeJS.ProcessEnv): ChildProcessWithoutNullStreams => {
    const all = ['-C', place.workspace, ...QUIET, '--no-replace-objects', ...args]
    // Windows looks for git in the working directory first: that must not be the workspace.
    const child = spawn('git', all, { cwd: tmpdir(), env, windowsHide: true })
    // Who closes its input early has said all it has to say; that it failed is seen when it ends.
    child.stdin.on('error', () => undefined)
    return child
  }
  const read: Git['read'] = async (args, input) => {
    const child = start(args, local)
    child.stdin.end(input)
    return finish(child, args[0] ?? '')
  }
  return {
    workspace: place.workspace,
    read,
    line: (args) =>
      read(args).then(
        (bytes) => bytes.toString().replace(/\r?\n$/, ''),
        () => undefined,
      ),
    open: (args) => start(args, local),
    async fetch(args, input) {
      const how = [...NO_PROGRAMS, ...(input === undefined ? [] : BY_NAME)]
      const child = start([...how, ...FETCH, ...args], fetchEnvironment(place))
      child.stdin.end(input)
      return finish(child, 'fetch').then(
        () => true,
        () => false,
      )
    },
  }
}

async function finish(child: ChildProcessWithoutNullStreams, command: string): Promise<Buffer> {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  }).catch((cause: unknown) => {
    throw new GitFailure(command, 'there is no git program, or it could not be started', { cause })
  })
  const [stdout, stderr, code] = await Promise.all([buffer(child.stdout), text(child.stderr), ended])
  if (code !== 0) throw new GitFailure(command, stderr)
  return stdout
}

function environment(
  env: GitPlace['env'],
  names: readonly string[],
  more: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const kept = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_GRAFT_FILE: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
    ...more,
  }
}

/** The header goes to the server of the workflow alone, and replaces what the clone's settings say. */
function fetchEnvironment({ env, authorization }: GitPlace): NodeJS.ProcessEnv {
  const key = `http.${env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/.extraheader`
  const header =
    authorization === undefined
      ? {}
      : {
          GIT_CONFIG_COUNT: '2',
          GIT_CONFIG_KEY_0: key,
          GIT_CONFIG_VALUE_0: '',
          GIT_CONFIG_KEY_1: key,
          GIT_CONFIG_VALUE_1: authorization(),
        }
  return environment(env, [...OWN, ...NETWORK], { GIT_ALLOW_PROTOCOL: 'https:http:ssh:file', ...header })
}
