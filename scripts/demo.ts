/**
 * Shows the action at work: `npm run demo`, or `npm run demo -- --kubeconfig PATH` for a cluster of your own. Runs the
 * compiled action on examples/aura as a runner would, three times and once dry, with generated values. Fails when a run
 * does not end as it should, or when a value stands in what was shown.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbedded } from '../test/doubles/kube-apiserver/server.ts'
import { parsePairs, readSummary } from '../test/support/command-files.ts'
import { readLog } from '../test/support/runner-log.ts'

const ROOT = resolve(import.meta.dirname, '..')
const ACTION = join(ROOT, 'build', 'main.js')
/** Milliseconds; a run takes far less. */
const PATIENCE = 120_000

interface Target {
  readonly kubeconfig: string
  readonly namespace: string
  readonly describe: string
  /** The environment that a log-in command of the kubeconfig may need. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The values of a Secret, where it can be looked at from here. */
  readonly look?: (name: string) => Promise<Readonly<Record<string, string>>>
  /** How to remove what is left, where something is. */
  readonly left?: string
  stop(): Promise<void>
}

interface Stage {
  readonly folder: string
  readonly workspace: string
  readonly target: Target
  /** Every value that was made up: none may be shown. */
  readonly values: Set<string>
}

interface Run {
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** What the runner makes of a later line of the job's log. */
  readonly mask: (line: string) => string
}

const { values: options } = parseArgs({ options: { kubeconfig: { type: 'string' } } })
const folder = mkdtempSync(join(tmpdir(), 'secretferry-demo-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

try {
  await demonstrate(await openTarget(options.kubeconfig))
} catch (error) {
  say('', `The demo failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function demonstrate(target: Target): Promise<void> {
  const started = performance.now()
  try {
    await play({ ...prepare(), target, values: new Set() })
    say('', `Took ${((performance.now() - started) / 1000).toFixed(1)} s.`)
    sayWhatNext()
  } finally {
    await target.stop()
    if (target.left !== undefined) say('', `To remove what this left in the cluster: ${target.left}`)
  }
}

async function play(stage: Stage): Promise<void> {
  say('Secretferry, on examples/aura in its environment `development`', `Cluster: ${stage.target.describe}`)
  const jwt = invent(stage, randomBytes(32).toString('hex'))
  const first = invent(stage, randomBytes(24).toString('base64'))
  writeDotenv(stage, first)
  say('The database password is in .env, the key for tokens in the environment; Redis has none.')

  heading(1, 'What would be done: the plan, and nothing written (dry-run: true)')
  expect((await run(stage, { jwt, dryRun: true })).outputs, { changed: 'true', 'error-code': '' })

  heading(2, 'Do it: all Secrets, or none')
  const created = await run(stage, { jwt })
  expect(created.outputs, { changed: 'true', updated: '[]' })
  await compare(stage, first)
  const echoed = created.mask(`DB_PASSWORD=${first}, in base64 ${Buffer.from(first).toString('base64')}`)
  say('  A later step that prints the password by mistake shows:')
  show(stage, [echoed])

  heading(3, 'Again: what is as it should be is not written')
  expect((await run(stage, { jwt })).outputs, { changed: 'false', created: '[]', updated: '[]' })

  heading(4, 'A new database password: one value, two Secrets')
  const second = invent(stage, randomBytes(24).toString('base64'))
  writeDotenv(stage, second)
  const updated = await run(stage, { jwt })
  expect(updated.outputs, { updated: named(stage, ['backend-secrets', 'postgres-secrets']), created: '[]' })
  await compare(stage, second)

  heading(5, 'The job summary of the last run')
  show(stage, updated.summary.trimEnd().split('\n'))
}

/** The embedded API server, or the cluster of a kubeconfig. */
async function openTarget(kubeconfig: string | undefined): Promise<Target> {
  if (!existsSync(ACTION)) throw new Error('the action is not compiled: npm run compile')
  if (kubeconfig === undefined) return openEmbedded()
  const path = resolve(process.env['INIT_CWD'] ?? '.', kubeconfig)
  const namespace = `secretferry-demo-${randomBytes(3).toString('hex')}`
  return {
    kubeconfig: path,
    namespace,
    describe: `that of ${kubeconfig}, in the new namespace ${namespace}`,
    env: process.env,
    left: `kubectl delete namespace ${namespace}`,
    stop: () => Promise.resolve(),
  }
}

async function openEmbedded(): Promise<Target> {
  const namespace = 'aura-dev'
  const server = await startEmbedded()
  await server.namespace(namespace)
  const { PATH, SystemRoot } = process.env
  return {
    kubeconfig: server.admin,
    namespace,
    describe: `an API server inside of this process, at ${server.url}`,
    env: { PATH, SystemRoot },
    async look(name) {
      const answer = await server.request('GET', `/api/v1/namespaces/${namespace}/secrets/${name}`)
      const { data = {} } = answer.body as { data?: Record<string, string> }
      return Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
      )
    },
    stop: () => server.stop(),
  }
}

function prepare(): Pick<Stage, 'folder' | 'workspace'> {
  const workspace = join(folder, 'workspace')
  cpSync(join(ROOT, 'examples', 'aura'), workspace, { recursive: true })
  return { folder, workspace }
}

function invent({ values }: Stage, value: string): string {
  for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64')])
    values.add(form)
  return value
}

function writeDotenv({ workspace }: Stage, password: string): void {
  writeFileSync(join(workspace, '.env'), `DB_PASSWORD=${password}\n`, { mode: 0o600 })
}

/** Runs the action in a process of its own, shows its log as the runner would, and answers what it left. */
async function run(stage: Stage, step: { jwt: string; dryRun?: boolean }): Promise<Run> {
  const place = mkdtempSync(join(stage.folder, 'run-'))
  const files = { GITHUB_OUTPUT: join(place, 'output'), GITHUB_STEP_SUMMARY: join(place, 'summary') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  mkdirSync(join(place, 'temp'))
  const started = performance.now()
  const { code, stdout, stderr } = await start(stage, {
    ...files,
    ...runnerVariables(stage, join(place, 'temp')),
    ...inputs(stage, step.dryRun ?? false),
    JWT_SECRET_KEY: step.jwt,
  })
  const { lines, masker } = readLog(stdout)
  show(
    stage,
    lines.flatMap(({ shown }) => render(shown)),
  )
  say(
    `  (${((performance.now() - started) / 1000).toFixed(1)} s; ${masker.values.size} masks were given to the runner)`,
  )
  if (stderr !== '') throw new Error('the action wrote to its standard error')
  if (code !== 0) throw new Error(`the action ended with ${String(code)}`)
  const summary = readSummary(readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'), masker) ?? ''
  const outputs = parsePairs(readFileSync(files.GITHUB_OUTPUT, 'utf8'))
  return { outputs, summary, mask: (line) => masker.mask(line) }
}

function inputs({ target }: Stage, dryRun: boolean): Record<string, string> {
  return {
    INPUT_ENVIRONMENT: 'development',
    INPUT_KUBECONFIG: target.kubeconfig,
    INPUT_NAMESPACE: target.namespace,
    'INPUT_CREATE-NAMESPACE': String(target.look === undefined),
    'INPUT_DRY-RUN': String(dryRun),
  }
}

function runnerVariables({ workspace }: Stage, temp: string): Record<string, string> {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REPOSITORY: 'octo/aura',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '1',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_ACTOR: 'octocat',
    RUNNER_TEMP: temp,
  }
}

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function start({ workspace, target }: Stage, env: Record<string, string>): Promise<Ended> {
  const inherited = Object.entries(target.env).filter(([name]) => !/^(GITHUB|INPUT|RUNNER)_/i.test(name))
  const child = spawn(process.execPath, [ACTION], {
    cwd: workspace,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
  })
  const collect = (stream: NodeJS.ReadableStream): (() => string) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    return () => Buffer.concat(chunks).toString('utf8')
  }
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', (code) => done({ code, stdout: stdout(), stderr: stderr() }))
  })
}

/** A line of the runner's log in plain words: `##[group]title` is the title. */
function render(line: string): readonly string[] {
  const [, command, text] = /^##\[(\w+)\](.*)$/.exec(line) ?? []
  if (command === undefined) return [line]
  if (command === 'endgroup') return []
  return [command === 'group' ? (text ?? '') : `${command}: ${text ?? ''}`]
}

function expect(outputs: Run['outputs'], wanted: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(wanted))
    if (outputs[name] !== value)
      throw new Error(`the output \`${name}\` is ${outputs[name] ?? 'missing'}, not ${value}`)
}

function named({ target: { namespace } }: Stage, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => `${namespace}/${name}`))
}

/** Whether both Secrets on the server hold the password now, one of them inside of a URL. */
async function compare({ target }: Stage, password: string): Promise<void> {
  if (target.look === undefined) return
  const [postgres, backend] = await Promise.all(['postgres-secrets', 'backend-secrets'].map(target.look))
  if (postgres?.['postgres-password'] !== password) throw new Error('postgres-secrets has another password')
  if (backend?.['POSTGRES_DB_URI']?.includes(`:${encodeURIComponent(password)}@`) !== true)
    throw new Error('backend-secrets has another password')
  say('  Looked at on the server: both Secrets hold the password of .env.')
}

/** Prints what the runner would show, after a check that no value is in it. */
function show({ values }: Stage, lines: readonly string[]): void {
  if (lines.some((line) => [...values].some((value) => line.includes(value))))
    throw new Error('a value stands in what the action printed; it is not shown here')
  say(...lines.map((line) => `  | ${line}`))
}

function heading(number: number, text: string): void {
  say('', `${String(number)}. ${text}`, '')
}

function sayWhatNext(): void {
  say(
    'No value stood in any log line or summary above: that was checked.',
    '',
    'How to go on:',
    '  - examples/aura/.github/secretferry.yml is the file that was used; README.md explains it.',
    '  - npm run demo -- --kubeconfig PATH does the same on a cluster of yours, in a namespace of its own.',
    '  - The smallest workflow, to begin with in your repository, is at the top of README.md.',
  )
}

function say(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
