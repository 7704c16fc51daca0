import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { mapConcurrently } from '../../src/concurrency.ts'
import { status, type Fault } from '../faults/fault.ts'
import { startFaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { CONSUMER_SET } from './consumers.ts'
import { findUnclean } from './journal-check.ts'
import { makeKiller } from './killer.ts'
import { useStage, type Stage } from './stage.ts'
import { useWorkloads, type WorkloadStage } from './workload-stage.ts'

const LIMIT_MS = 20 * 60_000

const FAULTS: Readonly<Record<string, Fault>> = {
  'is answered with 500': { kind: 'answer', answer: status(500, 'InternalError') },
  'is answered with 503': { kind: 'answer', answer: status(503, 'ServiceUnavailable') },
  'is forbidden': { kind: 'answer', answer: status(403, 'Forbidden') },
  'never arrives': { kind: 'swallow' },
  'is done, and its answer never comes': { kind: 'cut-after' },
  'is late': { kind: 'delay', ms: 400 },
  'finds the server gone for a second': { kind: 'die', forMs: 1_000 },
}

interface Means {
  readonly stage: Stage
  readonly workloads: WorkloadStage
}

/** A request of a clean run, by what it asks for, and the how-manieth of its kind it is. */
interface Ask {
  readonly what: string
  readonly nth: number
}

/**
 * For every request of a run that changes a Secret and restarts a Deployment and a StatefulSet: it fails, is cut, is
 * late, or the run is killed at it. Afterwards all runs on the new value, or all is as it was. `each`: one case of so many.
 */
export function consumerFaultScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { each, atOnce }: { each: number; atOnce: number },
): void {
  describe(`faults of restarts, on ${name}`, () => {
    const stage = useStage(start)
    const means = { stage, workloads: useWorkloads(stage) }

    it(
      'whatever happens to one request, all is on the new value or all as before',
      { timeout: LIMIT_MS },
      async () => {
        const asks = await requestsOf(means)
        const faults = asks.flatMap((ask) =>
          Object.entries(FAULTS).map(([words, fault]) => ({
            title: `${ask.what} (${ask.nth}) ${words}`,
            attempt: () => tryFault(means, ask, fault),
          })),
        )
        const kills = asks.flatMap((ask) =>
          (['meanwhile', 'afterwards'] as const).map((kind) => ({
            title: `killed ${kind} ${ask.what} (${ask.nth})`,
            attempt: () => tryKill(means, ask, kind),
          })),
        )
        const all = [...faults, ...kills]
        const chosen = all.filter((_, nth) => nth % each === 0)
        const found = await mapConcurrently(chosen, atOnce, async ({ title, attempt }) =>
          (await attempt().catch((error: unknown) => [String(error)])).map((wrong) => `${title}: ${wrong}`),
        )
        process.stdout.write(`restarts on ${name}: ${chosen.length} cases of ${all.length}\n`)
        expect(chosen.length).toBeGreaterThan(0)
        expect(found.flat()).toEqual([])
      },
    )
  })
}

const word = (): string => `v-${randomBytes(9).toString('base64url')}`

function deploy(
  stage: Stage,
  namespace: string,
  value: string,
  options: ActionOptions = {},
): Promise<ActionRun> {
  return stage.run(namespace, {
    timeoutMs: 180_000,
    ...options,
    env: { VALUE: value },
    inputs: {
      set: CONSUMER_SET,
      name: 'app',
      'from-env': 'A=VALUE',
      restart: 'auto',
      'rollout-timeout': '30s',
      ...options.inputs,
    },
  })
}

interface Place {
  readonly namespace: string
  readonly value: string
  readonly before: unknown
}

const OF = ['deployments', 'statefulsets'] as const

async function place({ stage, workloads }: Means): Promise<Place> {
  const [namespace, value] = [await stage.fresh(), word()]
  const run = await deploy(stage, namespace, value)
  if (run.exitCode !== 0) throw new Error(run.log)
  const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'app', key: 'A' } } }]
  await Promise.all(
    OF.map((of) => workloads.make(namespace, of, 'reader', { container: { env }, replicas: 1 })),
  )
  return { namespace, value, before: await lookAt({ stage, workloads }, namespace) }
}

async function lookAt({ stage, workloads }: Means, namespace: string): Promise<unknown> {
  const specs = await Promise.all(OF.map(async (of) => (await workloads.read(namespace, of, 'reader')).spec))
  return { secrets: await stage.snapshot(namespace), specs }
}

/** What is wrong with a place: neither all on the new value, nor all as before. */
async function judge(
  means: Means,
  { namespace, before }: Place,
  expected: { value: string; changed: boolean },
): Promise<readonly string[]> {
  const { stage, workloads } = means
  await Promise.all(OF.map((of) => workloads.ready(namespace, of, 'reader')))
  const now = await lookAt(means, namespace)
  if (!expected.changed) return isDeepStrictEqual(now, before) ? [] : ['not as before']
  const held = await stage.held(namespace, 'app')
  const specs = await Promise.all(OF.map(async (of) => (await workloads.read(namespace, of, 'reader')).spec))
  const marks = specs.map(({ template }) => Object.keys(template.metadata.annotations ?? {}).length)
  return [
    ...(held?.data['A'] === expected.value ? [] : ['not the new value']),
    ...(marks.every((count) => count === 1) ? [] : ['not all restarted']),
  ]
}

async function requestsOf(means: Means): Promise<readonly Ask[]> {
  const where = await place(means)
  const proxy = await startFaultProxy(means.stage.server())
  const kubeconfig = proxy.kubeconfig(means.stage.server().admin)
  const run = await deploy(means.stage, where.namespace, word(), { inputs: { kubeconfig } })
  await proxy.stop()
  expect(run.exitCode, run.log).toBe(0)
  const counts = new Map<string, number>()
  return proxy.requests.map((request) => {
    const what = whatOf(request, where.namespace)
    const nth = (counts.get(what) ?? 0) + 1
    counts.set(what, nth)
    return { what, nth }
  })
}

function whatOf(
  { method, path, query }: { method: string; path: string; query: URLSearchParams },
  namespace: string,
): string {
  const kind = query.get('watch') === 'true' ? ' watch' : query.has('dryRun') ? ' dry run' : ''
  return `${method}${kind} ${path}`.replaceAll(namespace, '{ns}')
}

async function tryFault(means: Means, ask: Ask, fault: Fault): Promise<readonly string[]> {
  const { stage } = means
  const where = await place(means)
  const proxy = await startFaultProxy(stage.server())
  proxy.set([
    { when: (request) => whatOf(request, where.namespace) === ask.what, fault, from: ask.nth, times: 1 },
  ])
  const value = word()
  const inputs = { kubeconfig: proxy.kubeconfig(stage.server().admin) }
  const run = await deploy(stage, where.namespace, value, { inputs })
  await proxy.stop()
  const wrong = await judge(means, where, { value, changed: run.exitCode === 0 })
  const later = await comeToRest(means, where, value)
  return wrong.length + later.length === 0 ? [] : [...wrong, ...later, run.log]
}

async function tryKill(means: Means, ask: Ask, kind: 'meanwhile' | 'afterwards'): Promise<readonly string[]> {
  const { stage } = means
  const where = await place(means)
  const proxy = await startFaultProxy(stage.server())
  const killer = makeKiller('SIGKILL')
  const fault: Fault = { kind, act: killer.act }
  proxy.set([
    { when: (request) => whatOf(request, where.namespace) === ask.what, fault, from: ask.nth, times: 1 },
  ])
  const value = word()
  const inputs = { kubeconfig: proxy.kubeconfig(stage.server().admin) }
  const killed = await deploy(stage, where.namespace, value, { inputs, started: killer.started })
  await proxy.stop()
  const later = await comeToRest(means, where, value)
  return later.length === 0 ? [] : [...later, killed.log]
}

/** The next run has all on the new value, and leaves no old one behind. */
async function comeToRest(means: Means, where: Place, value: string): Promise<readonly string[]> {
  const run = await deploy(means.stage, where.namespace, value)
  if (run.exitCode !== 0) return [`the next run failed: ${run.log}`]
  const wrong = await judge(means, where, { value, changed: true })
  const unclean = findUnclean(await means.stage.journals(where.namespace), [where.value, value])
  return [...wrong, ...unclean].map((each) => `after the next run: ${each}`)
}
