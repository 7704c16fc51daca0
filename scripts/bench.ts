/**
 * Times the bundle in dist/ beside `kubectl apply --server-side`, which needs two passes to do what the action does in one
 * run: `npm run bench [-- FLAGS]`. Both work in turn on the same server, on the same Secrets in namespaces of their own.
 *
 *   --only 1,50    these numbers of Secrets alone (1, 50, 1000, 5000, and `start`, `consumers`, `scan`, `seal`)
 *   --rounds N     of each, instead of 9 of the small and 3 of the large; what is told is the median
 *   --entry FILE   another entry than dist/index.js, such as build/main.js
 *   --json         numbers instead of tables
 *   --write        the tables go into docs/performance.md
 */
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { startEmbedded } from '../test/doubles/kube-apiserver/server.ts'
import { startReal } from '../test/real/testbed/start.ts'
import { toolPath } from '../test/real/testbed/tools.ts'
import type { TestServer } from '../test/support/server.ts'
import { benchConsumers } from './bench/consumers.ts'
import { kubectl, runnerEnvironment, secretferry, type Contestant, type Effort } from './bench/contestant.ts'
import { LARGE, SIZES, STEPS, type Size, type Step } from './bench/goals.ts'
import { measure } from './bench/process.ts'
import { openRelay } from './bench/relay.ts'
import { timeScans, type ScanBench } from './bench/scan.ts'
import { describeScans } from './bench/scan-table.ts'
import { describeSealing, timeSealing } from './bench/seal.ts'
import { describeBench, type Bench, type Comparison, type Result } from './bench/table.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const PAGE = path.join(ROOT, 'docs/performance.md')
const START_ROUNDS = 15

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: [...SIZES, LARGE, 'start', 'consumers', 'scan', 'seal'].join() },
    rounds: { type: 'string' },
    entry: { type: 'string', default: 'dist/index.js' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const wanted = flags.only.split(',')
const entry = path.resolve(flags.entry)
const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'secretferry-bench-')))
/** Started by what needs it first. */
let arranged: Promise<Arranged> | undefined
let namespaces = 0
try {
  const bench = await run()
  const scans = wanted.includes('scan') ? await benchScans() : undefined
  const seals = wanted.includes('seal') ? await timeSealing({ entry, folder }) : undefined
  const tables = [
    ...describeBench(bench),
    ...(scans === undefined ? [] : [describeScans(scans)]),
    ...(seals === undefined ? [] : [describeSealing(seals)]),
  ].join('\n\n')
  if (flags.write) await writePage(tables)
  process.stdout.write(
    flags.json ? `${JSON.stringify({ ...bench, scans, seals }, undefined, 2)}\n` : `${tables}\n`,
  )
} finally {
  await arranged?.then(({ server }) => server.stop())
  await rm(folder, { recursive: true, force: true })
}

interface Arranged {
  readonly server: TestServer
  /** The action, and kubectl where there is one. */
  readonly contestants: readonly [Contestant, Contestant?]
}

function arrange(): Promise<Arranged> {
  return (arranged ??= startServer())
}

/** The real server and kubectl, where the testbed was built; else the embedded server, which kubectl can't talk to. */
async function startServer(): Promise<Arranged> {
  const action = await secretferry(entry, path.join(folder, 'secretferry'))
  try {
    const rival = await kubectl(await toolPath('kubectl'), path.join(folder, 'kubectl'))
    return { server: await startReal(), contestants: [action, rival] }
  } catch (error) {
    say(`no real server, so the embedded one, without kubectl: ${String(error)}`)
    return { server: await startEmbedded(), contestants: [action] }
  }
}

/** Beside gitleaks, where it can be built. */
async function benchScans(): Promise<ScanBench> {
  const gitleaks = await toolPath('gitleaks').catch((error: unknown) => {
    say(`no gitleaks: ${String(error)}`)
    return undefined
  })
  return timeScans({ entry, gitleaks, folder, rounds: Number(flags.rounds ?? 3) })
}

async function run(): Promise<Bench> {
  const start = wanted.includes('start') ? await timeStart() : undefined
  const comparisons: Comparison[] = []
  for (const size of SIZES.filter((each) => wanted.includes(String(each))))
    comparisons.push(...(await compare(size)))
  const large = wanted.includes(String(LARGE)) ? await timeLarge() : []
  const consumers =
    wanted.includes('consumers') && (await arrange()).contestants.length > 1
      ? await benchConsumers({ entry, folder, say })
      : undefined
  return { start, comparisons, large, consumers }
}

/** A run that ends at reading its inputs, and bare Node, in turn. */
async function timeStart(): Promise<{ action: number; node: number }> {
  say('start-up')
  const env = { ...(await runnerEnvironment(folder, folder)), INPUT_DRYRUN: 'true' }
  const time = async (...args: string[]): Promise<number> =>
    (await measure({ program: process.execPath, args, cwd: folder, env })).seconds
  const times: { action: number; node: number }[] = []
  for (let round = 0; round < START_ROUNDS; round++)
    times.push({ node: await time('-e', '0'), action: await time(entry) })
  return { action: median(times.map(({ action }) => action)), node: median(times.map(({ node }) => node)) }
}

/** Each round begins in new namespaces: created, changed, and then as it is. */
async function compare(size: Size): Promise<readonly Comparison[]> {
  const rounds = Number(flags.rounds ?? (size < 1000 ? 9 : 3))
  const efforts = new Map(STEPS.map((step) => [step, [] as (readonly Effort[])[]]))
  for (let round = 1; round <= rounds; round++) {
    say(`${size} Secrets, round ${round} of ${rounds}`)
    for (const [step, pair] of await playRound(size)) efforts.get(step)?.push(pair)
  }
  const counted = await countRound(size)
  const { contestants } = await arrange()
  return STEPS.map((step) => {
    const results = contestants.map((_, nth): Result => {
      const own = (efforts.get(step) ?? []).flatMap((pair) => pair[nth] ?? [])
      const { requests = 0, connections = 0 } = counted.get(step)?.[nth] ?? {}
      return {
        seconds: median(own.map(({ seconds }) => seconds)),
        megabytes: median(own.map(({ megabytes }) => megabytes)),
        requests,
        connections,
      }
    })
    const [own, other] = results
    if (own === undefined) throw new Error('nobody was measured')
    return { size, step, rounds, secretferry: own, kubectl: other }
  })
}

/** Every step once, by everybody in turn. */
async function playRound(secrets: number): Promise<ReadonlyMap<Step, readonly Effort[]>> {
  const { server } = await arrange()
  return playSteps(secrets, (contestant) => contestant.run(server.admin))
}

/** Requests and connections, in a round that is not timed: telling of requests takes time, and so does the relay. */
async function countRound(secrets: number): Promise<ReadonlyMap<Step, readonly Result[]>> {
  const { server } = await arrange()
  return playSteps(secrets, async (contestant) => {
    const relay = await openRelay(server.url)
    const kubeconfig = server.admin.replaceAll(server.url, relay.url)
    const effort = await contestant.run(kubeconfig, { countRequests: true })
    const { connections } = relay
    relay.close()
    return { ...effort, connections }
  })
}

/** What `measure` tells of every step, by everybody who takes part, in turn. */
async function playSteps<T>(
  secrets: number,
  measure: (contestant: Contestant) => Promise<T>,
): Promise<ReadonlyMap<Step, readonly T[]>> {
  const { contestants } = await arrange()
  const places = await Promise.all(contestants.map(newNamespace))
  const results = new Map<Step, readonly T[]>()
  for (const step of STEPS) {
    const all: T[] = []
    for (const [nth, contestant] of contestants.entries()) {
      if (contestant === undefined) continue
      await contestant.prepare({ secrets, namespace: places[nth] ?? '', edition: step === 'create' ? 0 : 1 })
      all.push(await measure(contestant))
    }
    results.set(step, all)
  }
  return results
}

async function timeLarge(): Promise<Bench['large']> {
  say(`${LARGE} Secrets`)
  const { server, contestants } = await arrange()
  const [action] = contestants
  const namespace = await newNamespace()
  await action.prepare({ secrets: LARGE, namespace, edition: 0 })
  const created = await action.run(server.admin)
  const unchanged = await action.run(server.admin)
  return [
    { step: 'create', effort: created },
    { step: 'nothing', effort: unchanged },
  ]
}

async function newNamespace(): Promise<string> {
  const { server } = await arrange()
  const name = `bench-${++namespaces}`
  await server.namespace(name)
  return name
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

/** What stands between the markers of the page is replaced; the prose around it stays. */
async function writePage(tables: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8')
  const content = page.replace(
    /(<!-- bench -->)[\s\S]*?(<!-- \/bench -->)/,
    (_, open: string, close: string) => `${open}\n\n${tables}\n\n${close}`,
  )
  await writeFile(PAGE, await format(content, { ...(await resolveConfig(PAGE)), filepath: PAGE }))
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
