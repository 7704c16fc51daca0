import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { BUNDLED_ACTION, LOOPBACK_ONLY } from './bundle-action.ts'
import { droppedJobOutputs, parsePairs, readSummary } from './command-files.ts'
import { readLog, type Annotation, type LogLine } from './runner-log.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** Milliseconds after which a run is killed: far more than any should take. */
const PATIENCE = 60_000
/** What `${{ github.token }}` is, as a default in action.yml. */
export const GITHUB_TOKEN = 'ghs_testTESTtestTESTtestTESTtestTESTtest'

export interface ActionOptions {
  /** By their names in action.yml. Those not given have their defaults. */
  readonly inputs?: Readonly<Record<string, string>>
  /** Added to the runner's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Files of the workspace, by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Anything else to arrange before the start: links, modes, directories. */
  readonly arrange?: (places: Places) => Promise<void> | void
  readonly event?: { readonly name: string; readonly payload?: unknown }
  /** `sources` (the default, or SECRETFERRY_ENTRY), `dist`, or a path. */
  readonly entry?: string
  readonly debug?: boolean
  /** The job's own secrets, which the runner masks from the start. */
  readonly secrets?: readonly string[]
  readonly timeoutMs?: number
  readonly nodeArgs?: readonly string[]
  /** Of the action itself, which a runner gives none. */
  readonly args?: readonly string[]
  /** Called with the process: to signal or kill it. */
  readonly started?: (child: ChildProcess) => void
}

export interface Places {
  readonly workspace: string
  readonly temp: string
  readonly home: string
}

export interface Connection {
  readonly host?: string
  readonly port?: number
  readonly path?: string
}

export interface ActionRun extends Places {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly timedOut: boolean
  /** As they were written. The runner may show lines of stderr before the masks of stdout: it must never hold a value. */
  readonly stdout: string
  readonly stderr: string
  /** Standard output as the log shows it. */
  readonly log: string
  readonly lines: readonly LogLine[]
  /** Every mask that was registered, in order; several for one of several lines. */
  readonly masks: readonly string[]
  /** What the runner's masker makes of a text after the run. */
  readonly mask: (text: string) => string
  readonly annotations: readonly Annotation[]
  /** What the runner itself complained of. */
  readonly complaints: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
  /** Names of outputs that the runner would not hand on from a job. */
  readonly droppedOutputs: readonly string[]
  readonly state: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  readonly addedPath: string
  /** The summary as it was written, and as it is shown (undefined where it is too large). */
  readonly summary: string
  readonly shownSummary: string | undefined
  /** The command line, node first. */
  readonly argv: readonly string[]
  /** Every attempt to connect; those beyond the loopback were refused. */
  readonly connections: readonly Connection[]
  /** The command lines of processes that the action started. */
  readonly children: readonly (readonly string[])[]
  /** Every file below workspace, temp and home after the run, by path relative to them: `workspace/a/b`. */
  readonly files: ReadonlyMap<string, Buffer>
  /** The text of one of them, by that path or by the absolute one that the run had. */
  readonly file: (path: string) => string | undefined
  /** Milliseconds. */
  readonly duration: number
}

/** Runs the action in a fresh process as the runner does, and tells all it did. Nothing is left of it on the disk. */
export async function runAction(options: ActionOptions = {}): Promise<ActionRun> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'secretferry-')))
  try {
    const places = await prepare(root, options)
    const argv = commandLine(options)
    const env = environment(root, places, options)
    const child = await runProcess(argv, { ...options, cwd: places.workspace, env })
    return { ...places, argv, ...child, ...(await readResults(root, child.stdout, options)) }
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function prepare(root: string, { files = {}, event, arrange }: ActionOptions): Promise<Places> {
  const places = {
    workspace: join(root, 'workspace'),
    temp: join(root, 'runner-temp'),
    home: join(root, 'home'),
  }
  for (const place of Object.values(places)) await mkdir(place)
  for (const file of Object.values(COMMAND_FILES)) await writeFile(join(root, file), '')
  await writeFile(join(root, 'trace'), '')
  await writeFile(join(root, 'event.json'), JSON.stringify(event?.payload ?? PUSH))
  for (const [path, content] of Object.entries(files)) {
    const target = join(places.workspace, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
  await arrange?.(places)
  return places
}

const COMMAND_FILES = {
  GITHUB_OUTPUT: 'output',
  GITHUB_STEP_SUMMARY: 'summary',
  GITHUB_STATE: 'state',
  GITHUB_PATH: 'path',
  GITHUB_ENV: 'env',
} as const

const SHA = '0123456789abcdef0123456789abcdef01234567'
const PUSH = {
  ref: 'refs/heads/main',
  after: SHA,
  repository: { id: 1296269, full_name: 'octo/app', fork: false, default_branch: 'main' },
}

function commandLine({
  entry = process.env.SECRETFERRY_ENTRY ?? 'sources',
  nodeArgs = [],
  args = [],
}: ActionOptions): string[] {
  const script = { sources: BUNDLED_ACTION, dist: 'dist/index.js' }[entry] ?? entry
  const guard = pathToFileURL(LOOPBACK_ONLY).href
  return [nodeBinary(), '--import', guard, ...nodeArgs, resolve(ROOT, script), ...args]
}

/** The Node of the package, which is the runner's; on Windows the one that runs the tests, started from there too. */
function nodeBinary(): string {
  const own = join(ROOT, 'node_modules/.bin/node')
  return process.platform !== 'win32' && existsSync(own) ? own : process.execPath
}

function environment(root: string, places: Places, options: ActionOptions): Record<string, string> {
  const { inputs = {}, env = {}, event, debug = false } = options
  const all: Record<string, string | undefined> = {
    ...runnerEnvironment(root, places, event?.name ?? 'push'),
    ...(debug ? { RUNNER_DEBUG: '1', ACTIONS_STEP_DEBUG: 'true' } : {}),
    ...inputVariables({ ...inputDefaults(), ...inputs }),
    SECRETFERRY_TEST_TRACE: join(root, 'trace'),
    ...env,
  }
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
}

function runnerEnvironment(
  root: string,
  { workspace, temp, home }: Places,
  event: string,
): Record<string, string> {
  const files = Object.entries(COMMAND_FILES).map(([name, file]) => [name, join(root, file)])
  const systemRoot = process.env.SystemRoot
  return {
    ...(systemRoot === undefined ? {} : { SystemRoot: systemRoot }),
    ...(Object.fromEntries(files) as Record<string, string>),
    PATH: process.platform === 'win32' ? String(systemRoot) : '/usr/bin:/bin',
    HOME: home,
    USERPROFILE: home,
    TMPDIR: temp,
    TEMP: temp,
    TMP: temp,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: join(root, 'event.json'),
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_REPOSITORY_ID: '1296269',
    GITHUB_REPOSITORY_OWNER: 'octo',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_SHA: SHA,
    GITHUB_RUN_ID: '1658821493',
    GITHUB_RUN_NUMBER: '42',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'deploy',
    GITHUB_WORKFLOW: 'Deploy',
    GITHUB_ACTOR: 'octocat',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: 'https://api.github.com',
    RUNNER_TEMP: temp,
    RUNNER_OS: RUNNER_OS[process.platform] ?? 'Linux',
    RUNNER_ARCH: process.arch.toUpperCase(),
    RUNNER_NAME: 'test runner',
    RUNNER_ENVIRONMENT: 'github-hosted',
  }
}

const RUNNER_OS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

/** The runner changes spaces and case of an input's name, and nothing else: `from-env` is `INPUT_FROM-ENV`. */
function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ])
  return Object.fromEntries(pairs) as Record<string, string>
}

/** Every input that action.yml declares has a variable: an empty one where it has no default. */
function inputDefaults(): Record<string, string> {
  const path = join(ROOT, 'action.yml')
  if (!existsSync(path)) return {}
  const action = parse(readFileSync(path, 'utf8')) as {
    inputs?: Record<string, { default?: string | number | boolean } | null>
  }
  const defaults = Object.entries(action.inputs ?? {}).map(([name, input]) => {
    const text = String(input?.default ?? '').replaceAll(/\$\{\{\s*github\.token\s*\}\}/g, GITHUB_TOKEN)
    if (text.includes('${{')) throw new Error(`the harness does not evaluate the default of "${name}"`)
    return [name, text]
  })
  return Object.fromEntries(defaults) as Record<string, string>
}

type ProcessRun = Pick<ActionRun, 'exitCode' | 'signal' | 'timedOut' | 'stdout' | 'stderr' | 'duration'>

interface ProcessOptions extends Pick<ActionOptions, 'timeoutMs' | 'started'> {
  readonly cwd: string
  readonly env: Record<string, string>
}

async function runProcess(argv: readonly string[], options: ProcessOptions): Promise<ProcessRun> {
  const { cwd, env, timeoutMs = PATIENCE, started } = options
  const [command = '', ...args] = argv
  const start = performance.now()
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, timeoutMs)
  started?.(child)
  const ended = Promise.withResolvers<{ exitCode: number | null; signal: NodeJS.Signals | null }>()
  child.on('error', ended.reject)
  child.on('close', (exitCode, signal) => ended.resolve({ exitCode, signal }))
  const end = await ended.promise.finally(() => clearTimeout(timer))
  const duration = performance.now() - start
  return {
    ...end,
    timedOut,
    duration,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  }
}

type Results = Omit<ActionRun, keyof ProcessRun | keyof Places | 'argv'>

async function readResults(
  root: string,
  stdout: string,
  { debug, secrets }: ActionOptions,
): Promise<Results> {
  const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8')
  const { lines, annotations, complaints, masker } = readLog(stdout, {
    debug: debug ?? false,
    secrets: secrets ?? [],
  })
  const outputs = parsePairs(await read(COMMAND_FILES.GITHUB_OUTPUT))
  const summary = await read(COMMAND_FILES.GITHUB_STEP_SUMMARY)
  const files = await readFiles(root)
  return {
    log: lines.map((line) => line.shown).join('\n'),
    lines,
    annotations,
    complaints,
    masks: [...masker.values],
    mask: (text) => masker.mask(text),
    outputs,
    droppedOutputs: droppedJobOutputs(outputs, masker),
    state: parsePairs(await read(COMMAND_FILES.GITHUB_STATE)),
    environment: parsePairs(await read(COMMAND_FILES.GITHUB_ENV)),
    addedPath: await read(COMMAND_FILES.GITHUB_PATH),
    summary,
    shownSummary: readSummary(summary, masker),
    ...parseTrace(await read('trace')),
    files,
    file: (path) => files.get(relative(root, resolve(root, path)).split(sep).join('/'))?.toString('utf8'),
  }
}

function parseTrace(trace: string): Pick<ActionRun, 'connections' | 'children'> {
  const entries = trace
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { connect?: Connection; spawn?: string[] })
  return {
    connections: entries.flatMap(({ connect }) => connect ?? []),
    children: entries.flatMap((entry) => (entry.spawn === undefined ? [] : [entry.spawn])),
  }
}

async function readFiles(root: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for (const place of ['workspace', 'runner-temp', 'home']) {
    const entries = await readdir(join(root, place), { recursive: true, withFileTypes: true })
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name)
      files.set(relative(root, path).split(sep).join('/'), await readFile(path))
    }
  }
  return files
}
