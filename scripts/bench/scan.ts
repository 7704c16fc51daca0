import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { measure } from './process.ts'

/** What a scan is tried on, and what it took. */
export interface ScanResult {
  readonly what: string
  readonly megabytes: number
  readonly secretferry: Cost
  /** Undefined where there is no gitleaks. */
  readonly gitleaks: Cost | undefined
}

export interface Cost {
  /** From the start to the end. */
  readonly seconds: number
  /** Of all processors, processes that were started included. */
  readonly cpu: number
  /** At the peak. */
  readonly memory: number
  readonly findings: number
}

export interface ScanBench {
  readonly results: readonly ScanResult[]
  readonly start: { readonly action: number; readonly node: number }
  /** How many times as long a tree takes as a tenth of it. */
  readonly growth: number
}

const PULL_FILES = 50
/** More than a hundred megabytes together. */
const MODULES = ['kubernetes', 'api', 'client-go'].map((name) => `k8s.io/${name}`)
const KUBERNETES = path.resolve(import.meta.dirname, '../../test/real/testbed/kubernetes')
const BINARY_ENDS = /\.(?:png|gz|zip|ico|pb|tar|jpg|gif|svg)$/

interface Tools {
  readonly entry: string
  readonly gitleaks: string | undefined
  readonly folder: string
  readonly rounds: number
}

/** Times scans of Kubernetes’ own source, beside gitleaks where there is one: the tree, a tenth of it, a change, one file. */
export async function timeScans(tools: Tools): Promise<ScanBench> {
  const list = ['list', '-m', '-f', '{{.Dir}}', ...MODULES]
  const sources = execFileSync('go', list, { cwd: KUBERNETES, encoding: 'utf8' }).trim().split('\n')
  const tree = await repository(path.join(tools.folder, 'tree'), sources, () => true)
  const tenth = await repository(path.join(tools.folder, 'tenth'), sources, (nth) => nth % 10 === 0)
  const pull = await pullRequest(path.join(tools.folder, 'pull'), sources)
  const one = await repository(path.join(tools.folder, 'one'), sources, (nth) => nth === 0)
  const whole = await compare('every file of Kubernetes’ source', tree, tools)
  const part = await compare('a tenth of it', tenth, tools)
  const change = await compare(`a pull request of ${PULL_FILES} files`, pull, tools)
  const single = await compare('one file', one, tools)
  const node = await median(
    async () =>
      (await measure({ program: process.execPath, args: ['-e', '0'], cwd: tools.folder, env: {} })).seconds,
  )
  const growth = whole.secretferry.cpu / whole.megabytes / (part.secretferry.cpu / part.megabytes)
  return {
    results: [whole, part, change, single],
    start: { action: single.secretferry.seconds, node },
    growth,
  }
}

interface Subject {
  readonly folder: string
  readonly bytes: number
  /** Undefined: the tree is looked at. */
  readonly range: { readonly base: string; readonly head: string } | undefined
}

async function repository(
  folder: string,
  sources: readonly string[],
  wanted: (nth: number) => boolean,
): Promise<Subject> {
  await mkdir(folder, { recursive: true })
  git(folder, 'init', '-q', '-b', 'main')
  const bytes = await copyFiles(folder, sources, wanted)
  git(folder, 'add', '-A', '-f')
  git(folder, 'commit', '-q', '-m', 'Everything')
  return { folder, bytes, range: undefined }
}

/** A change that adds so many files, in a repository that has a tenth of the source. */
async function pullRequest(folder: string, sources: readonly string[]): Promise<Subject> {
  await repository(folder, sources, (nth) => nth % 10 === 0)
  const base = git(folder, 'rev-parse', 'HEAD')
  const bytes = await copyFiles(folder, sources, (nth) => nth % 10 === 5 && nth < PULL_FILES * 10)
  git(folder, 'add', '-A', '-f')
  git(folder, 'commit', '-q', '-m', 'A change')
  return { folder, bytes, range: { base, head: git(folder, 'rev-parse', 'HEAD') } }
}

async function copyFiles(
  folder: string,
  sources: readonly string[],
  wanted: (nth: number) => boolean,
): Promise<number> {
  const files = (await Promise.all(sources.map(textsIn))).flat().filter((_, nth) => wanted(nth))
  let bytes = 0
  for (const { from, to } of files) {
    await mkdir(path.join(folder, path.dirname(to)), { recursive: true })
    await cp(from, path.join(folder, to), { mode: 0 })
    bytes += (await stat(from)).size
  }
  execFileSync('chmod', ['-R', 'u+w', folder])
  return bytes
}

async function textsIn(source: string): Promise<readonly { from: string; to: string }[]> {
  const entries = await readdir(source, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !BINARY_ENDS.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((from) => ({ from, to: path.join(path.basename(source), path.relative(source, from)) }))
}

function git(cwd: string, ...args: readonly string[]): string {
  const name = [
    '-c',
    'user.name=bench',
    '-c',
    'user.email=bench@example.com',
    '-c',
    'gc.auto=0',
    '-c',
    'core.autocrlf=false',
  ]
  return execFileSync('git', [...name, ...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 28 }).trim()
}

async function compare(what: string, subject: Subject, tools: Tools): Promise<ScanResult> {
  process.stderr.write(`scan: ${what}\n`)
  const costs: Cost[] = []
  const rivals: Cost[] = []
  for (let round = 0; round < tools.rounds; round++) {
    costs.push(await runSecretferry(subject, tools))
    if (tools.gitleaks !== undefined) rivals.push(await runGitleaks(subject, tools.gitleaks, tools.folder))
  }
  const gitleaks = rivals.length === 0 ? undefined : middle(rivals)
  return { what, megabytes: subject.bytes / 1_000_000, secretferry: middle(costs), gitleaks }
}

async function runSecretferry({ folder, range }: Subject, { entry, folder: place }: Tools): Promise<Cost> {
  const event = path.join(place, 'event.json')
  const payload = range === undefined ? {} : { before: range.base, after: range.head, ref: 'refs/heads/main' }
  const temp = path.join(place, 'temp')
  await rm(temp, { recursive: true, force: true })
  await mkdir(temp)
  await writeFile(event, JSON.stringify(payload))
  const output = path.join(temp, 'output')
  await writeFile(output, '')
  const values = Object.fromEntries(
    Array.from({ length: 50 }, (_, nth) => [
      `SECRET_${nth}`,
      `q9-${nth}-${(nth * 7919).toString(36)}-Zk4_wT`,
    ]),
  )
  const env = {
    PATH: String(process.env['PATH']),
    HOME: place,
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: range === undefined ? 'schedule' : 'push',
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_WORKSPACE: folder,
    GITHUB_OUTPUT: output,
    RUNNER_TEMP: temp,
    INPUT_MODE: 'scan',
    INPUT_TIMEOUT: '10m',
    'INPUT_FAIL-ON': 'never',
    'INPUT_GITHUB-SECRETS': JSON.stringify(values),
  }
  const cost = await timed([process.execPath, entry], folder, env)
  const findings = Number(/^Found: (\d+)/m.exec(cost.stdout)?.[1] ?? 0)
  return { ...cost, findings }
}

async function runGitleaks({ folder, range }: Subject, program: string, place: string): Promise<Cost> {
  const report = path.join(place, 'gitleaks.json')
  const common = ['--no-banner', '--exit-code', '0', '--report-format', 'json', '--report-path', report]
  const args =
    range === undefined
      ? ['dir', folder, ...common]
      : ['git', folder, '--log-opts', `${range.base}..${range.head}`, ...common]
  const cost = await timed([program, ...args], folder, { PATH: String(process.env['PATH']), HOME: place })
  const findings = Number(/leaks found: (\d+)/.exec(cost.stderr)?.[1] ?? 0)
  return { ...cost, findings }
}

/** Runs a command below a shell that tells the time of all processors. */
async function timed(
  command: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<Omit<Cost, 'findings'> & { stdout: string; stderr: string }> {
  const script = 'TIMEFORMAT="cpu %U %S"; time "$@"'
  const {
    seconds,
    megabytes: memory = 0,
    stdout,
    stderr,
    exitCode,
  } = await measure({
    program: 'bash',
    args: ['-c', script, 'time', ...command],
    cwd,
    env,
  })
  const [, user = '', system = ''] = /^cpu (\S+) (\S+)$/m.exec(stderr) ?? []
  if (exitCode !== 0) throw new Error(`${command.join(' ')} failed:\n${stderr}`)
  return { seconds, cpu: Number(user) + Number(system), memory, stdout, stderr }
}

function middle(costs: readonly Cost[]): Cost {
  const sorted = costs.toSorted((a, b) => a.cpu - b.cpu)
  return sorted[Math.floor(sorted.length / 2)] as Cost
}

async function median(time: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 9; round++) times.push(await time())
  return times.toSorted((a, b) => a - b)[4] ?? 0
}
