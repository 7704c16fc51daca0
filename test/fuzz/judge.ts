import { ActionError, CODES } from '../../src/error.ts'
import { leakIn } from './leak.ts'
import type { Target } from './target.ts'

/** A single input may take as long: more is a hang to whoever waits. */
const SLOW_MS = 1000

/** What is wrong with what an input did; undefined where nothing is. */
export interface Fault {
  readonly kind: 'crash' | 'leak' | 'slow'
  readonly what: string
}

/** An input is slow if it never takes less: another process on the same core makes one try longer. */
const TRIES = 5

/** Runs the input and judges what came of it, with the milliseconds of processor time that it took: the least, where a try is slow. */
export async function judge<T>(
  target: Target<T>,
  input: T,
  slowMs = SLOW_MS,
): Promise<{ fault: Fault | undefined; ms: number }> {
  let least = Infinity
  for (let tries = 0; tries < TRIES; tries++) {
    const { fault, ms } = await attempt(target, input)
    least = Math.min(least, ms)
    if (least <= slowMs || fault !== undefined) return { fault, ms: least }
  }
  return { fault: { kind: 'slow', what: `${least.toFixed(0)} ms` }, ms: least }
}

async function attempt<T>(target: Target<T>, input: T): Promise<{ fault: Fault | undefined; ms: number }> {
  // Of the thread: what other processes take of the machine is not the input's.
  const before = process.threadCpuUsage()
  const outcome = await run(target, input)
  const { user, system } = process.threadCpuUsage(before)
  const ms = (user + system) / 1000
  if ('crash' in outcome) return { fault: { kind: 'crash', what: outcome.crash }, ms }
  const leak = outcome.printed.map(leakIn).find((found) => found !== undefined)
  if (leak === undefined || target.isNamed?.(input) === true) return { fault: undefined, ms }
  return { fault: { kind: 'leak', what: leak }, ms }
}

type Outcome = { readonly printed: readonly string[] } | { readonly crash: string }

async function run<T>(target: Target<T>, input: T): Promise<Outcome> {
  try {
    return { printed: await target.run(input) }
  } catch (error) {
    if (!(error instanceof ActionError)) return { crash: describe(error) }
    const unknown = error.problems.find(({ code }) => !Object.hasOwn(CODES, code))
    if (unknown !== undefined) return { crash: 'an unknown code' }
    return { printed: [error.message, JSON.stringify(error.problems)] }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'something was thrown that is no error'
  return (error.stack ?? String(error)).split('\n').slice(0, 5).join('\n')
}
