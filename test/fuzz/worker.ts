/** Started by watch.ts: gives inputs to one target until it fails or the task is done, and tells what came of it. */
import { setImmediate as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import fc, { type RunDetails } from 'fast-check'
import { FAULTY } from './faulty.ts'
import { judge, type Fault } from './judge.ts'
import type { Failure, Report, Task } from './run.ts'
import type { Target } from './target.ts'
import { TARGETS } from './targets.ts'

interface Given extends Task {
  readonly target: string
  /** How many inputs were begun. */
  readonly progress: Int32Array
}

/** Inputs after which Node gets the time to close what they left: the memory that counts is what one of them takes. */
const PAUSE_AFTER = 50
/** To find a smaller input that fails alike. */
const SHRINK_MS = 20_000

const given = workerData as Given
const target = TARGETS.get(given.target) ?? FAULTY.get(given.target)
if (target === undefined)
  throw new Error(`no target ${given.target}: there are ${[...TARGETS.keys()].join(', ')}`)
parentPort?.postMessage(await run(target, given))

async function run(tried: Target, { seed, inputs, seconds, path, progress }: Given): Promise<Report> {
  let slowest = { ms: 0, path: '' }
  let first: Fault | undefined
  const started = performance.now()
  const property = fc.asyncProperty(tried.inputs, async (input) => {
    const index = Atomics.add(progress, 0, 1)
    if (index % PAUSE_AFTER === 0) await pause()
    const { fault, ms } = await judge(tried, input)
    if (ms > slowest.ms) slowest = { ms, path: path ?? String(index) }
    first ??= fault
    return fault === undefined
  })
  const result = await fc.check(property, {
    ...{ seed, endOnFailure: true },
    numRuns: path === undefined ? (inputs ?? Number.MAX_SAFE_INTEGER) : 1,
    ...(seconds === undefined ? {} : { interruptAfterTimeLimit: seconds * 1000 }),
    ...(path === undefined ? {} : { path }),
  })
  const took = (performance.now() - started) / 1000
  const { ms: slowestMs, path: slowestPath } = slowest
  let failure = await describeFailure(tried, result, first)
  if (failure !== undefined && failure.kind !== 'slow') {
    const again = { seed, path: failure.path, numRuns: 1, interruptAfterTimeLimit: SHRINK_MS }
    failure = (await describeFailure(tried, await fc.check(property, again), first)) ?? failure
  }
  return { target: tried.name, seed, inputs: result.numRuns, seconds: took, slowestMs, slowestPath, failure }
}

/** The input that failed, with what it does now, else with what was wrong first; undefined where none failed. */
async function describeFailure(
  tried: Target,
  { counterexample, counterexamplePath: path }: RunDetails<[unknown]>,
  first: Fault | undefined,
): Promise<Failure | undefined> {
  if (counterexample === null) return undefined
  const [input] = counterexample
  const { fault } = await judge(tried, input)
  const text = JSON.stringify(input, (_, value: unknown) =>
    value instanceof Uint8Array ? { latin1: Buffer.from(value).toString('latin1') } : value,
  )
  return {
    ...(fault ?? { kind: first?.kind ?? 'crash', what: `once, and not again: ${first?.what ?? ''}` }),
    path,
    input: text.length > 3000 ? `${text.slice(0, 3000)}…` : text,
  }
}
