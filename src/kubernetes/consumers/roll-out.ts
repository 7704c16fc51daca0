import { mapConcurrently } from '../../concurrency.ts'
import { cancelled } from '../../deadline.ts'
import type { Effects } from '../../effects.ts'
import { ActionError, type Problem } from '../../error.ts'
import type { Cluster } from '../cluster.ts'
import type { SetIdentity } from '../set.ts'
import { deleteBrokenPods } from './broken-pods.ts'
import { diagnose, type Diagnosis } from './diagnosis.ts'
import { fullName } from './kinds.ts'
import { putBackAll, restartAll, type PutBack, type RestartWorld } from './restart.ts'
import type { Restart } from './restarts.ts'
import { watchRollouts, type RolledOut } from './watch-rollouts.ts'

/** How long a run waits for workloads, and what it says of them. */
export interface RollOutOptions {
  /** Restarts of an earlier run that were put back before this one: waited for where they are not restarted anew. */
  readonly earlier?: readonly Restart[]
  /** Milliseconds for all rollouts of the run together, and as much again for putting them back. */
  readonly timeoutMs: number
  readonly showLogs: boolean
}

export interface RollOutContext extends Pick<Effects, 'log' | 'now' | 'scrub'>, RollOutOptions {
  readonly set: SetIdentity
  /** Gives the run so many milliseconds more. */
  readonly extend: (ms: number) => void
  /** Aborts when the time that the run has now is over. */
  readonly signal: () => AbortSignal
  readonly cancelled: () => boolean
  /** Throws where nothing more may be written. */
  readonly leave: () => Promise<void>
}

/** What became of the workloads of a run. */
export interface Rollouts {
  /** Every rollout that was waited for, as far as it came. */
  readonly rolledOut: readonly RolledOut[]
  /** Why those that failed did, by `namespace/kind/name`. */
  readonly diagnoses: ReadonlyMap<string, Diagnosis>
  /** What was undone of it, where the run failed. */
  readonly putBack: readonly PutBack[]
  /** How far putting back came. */
  readonly rolledBack: readonly RolledOut[]
  /** Pods of a failed revision that had to be deleted, but may not be: `namespace/name`. */
  readonly brokenPods: readonly string[]
}

export const NO_ROLLOUTS: Rollouts = {
  rolledOut: [],
  diagnoses: new Map(),
  putBack: [],
  rolledBack: [],
  brokenPods: [],
}

/** What was tried of the restarts of a run: kept even where it throws. */
export interface Rolling {
  readonly tried: Restart[]
  /** Until when a change of a workload may yet be done, in milliseconds since the epoch. */
  lateUntil?: number
  rollouts: Rollouts
}

/** Restarts the workloads and waits until all of them run on what was written. Throws ROLLOUT_FAILED where one does not. */
export async function rollOut(
  { workloads }: Cluster,
  restarts: readonly Restart[],
  { rolling, ...context }: RollOutContext & { readonly rolling: Rolling },
): Promise<void> {
  await awaitEarlier(workloads, restarts, context)
  if (restarts.length === 0) return
  const world: RestartWorld = { workloads, set: context.set, now: context.now }
  await restartAll(restarts, {
    ...world,
    tried: rolling.tried,
    leave: context.leave,
    late: (until) => (rolling.lateUntil = until),
  })
  const rolledOut = await wait(workloads, restarts, { ...context, title: 'Rolling out' })
  const unfinished = rolledOut.filter(({ progress }) => progress.state !== 'complete')
  rolling.rollouts = { ...NO_ROLLOUTS, rolledOut }
  if (unfinished.length === 0) return
  if (context.cancelled()) throw cancelled()
  const diagnoses = new Map(
    await mapConcurrently(unfinished, 4, async ({ restart }): Promise<[string, Diagnosis]> => [
      fullName(restart),
      await diagnose(workloads, restart, context),
    ]),
  )
  rolling.rollouts = { ...rolling.rollouts, diagnoses }
  for (const [name, { log }] of diagnoses)
    if (log.length > 0) context.log.group(`Last log lines of ${name}`, log)
  throw failed(unfinished, diagnoses)
}

/** Waits for what was put back for an earlier run. That it is not ready is said, and is no failure of this run. */
async function awaitEarlier(
  workloads: Cluster['workloads'],
  restarts: readonly Restart[],
  context: RollOutContext,
): Promise<void> {
  const anew = new Set(restarts.map(fullName))
  const earlier = (context.earlier ?? []).filter((each) => !anew.has(fullName(each)))
  if (earlier.length === 0) return
  const ended = await wait(workloads, earlier, { ...context, title: 'Waiting for what was put back' })
  for (const { restart, progress } of ended.filter((each) => each.progress.state !== 'complete'))
    context.log.warning(
      `${fullName(restart)} was put back for a run that was cut off, and is not ready: ${progress.text}`,
    )
}

/**
 * Puts restarted workloads back, but for those whose former Secrets are `gone`, and waits for them unless the run was
 * asked to stop. Never throws.
 */
export async function rollBack(
  { workloads }: Cluster,
  rolling: Rolling,
  context: RollOutContext & { readonly gone: ReadonlySet<string> },
): Promise<void> {
  if (rolling.tried.length === 0) return
  const { lateUntil } = rolling
  const putBack = await putBackAll(rolling.tried, { ...context, workloads, lateUntil })
  rolling.rollouts = { ...rolling.rollouts, putBack }
  const back = putBack.filter(({ fate }) => fate === 'back').map(({ restart }) => restart)
  if (back.length === 0 || context.cancelled()) return
  let ended = false
  const clearing = Promise.all(
    back
      .filter(({ kind }) => kind === 'StatefulSet')
      .map(async (restart) => {
        const names = await deleteBrokenPods(restart, { workloads, ended: () => ended })
        return names.map((name) => `${restart.namespace}/${context.scrub(name)}`)
      }),
  )
  const rolledBack = await wait(workloads, back, { ...context, title: 'Rolling back' })
  ended = true
  rolling.rollouts = { ...rolling.rollouts, rolledBack, brokenPods: (await clearing).flat() }
}

async function wait(
  workloads: Cluster['workloads'],
  restarts: readonly Restart[],
  { timeoutMs, extend, signal, log, title }: RollOutContext & { title: string },
): Promise<readonly RolledOut[]> {
  extend(timeoutMs)
  const section = log.section(`${title}: ${restarts.map(fullName).join(', ')}`)
  const say = (line: string): void => section.info(`  ${line}`)
  try {
    return await watchRollouts(restarts, { workloads, limitMs: timeoutMs, signal, say })
  } finally {
    section.end()
  }
}

function failed(unfinished: readonly RolledOut[], diagnoses: ReadonlyMap<string, Diagnosis>): ActionError {
  const problems = unfinished.map(({ restart, progress }): Problem => {
    const name = fullName(restart)
    const end = progress.state === 'failed' ? 'failed' : 'was not complete in time'
    return {
      code: 'ROLLOUT_FAILED',
      message: `the rollout of ${name} ${end} (${progress.text}): ${diagnoses.get(name)?.why ?? 'nobody knows why'}`,
      hint: 'look at its pods and what they need of the new values; `rollout-timeout` is how long they may take',
    }
  })
  return new ActionError(problems as [Problem, ...Problem[]])
}

/** What is not as it was after rolling back, in the words of a report; empty where all is. */
export function describeUnrestored({ putBack, rolledBack, brokenPods }: Rollouts): readonly string[] {
  return [
    ...putBack
      .filter(({ fate }) => fate === 'left' || fate === 'stuck')
      .map(({ restart, fate, reason = 'no answer' }) =>
        fate === 'left'
          ? `${fullName(restart)} (left as it is: ${reason})`
          : `${fullName(restart)} (its pods are of the failed revision: ${reason})`,
      ),
    ...rolledBack
      .filter(({ progress }) => progress.state !== 'complete')
      .map(({ restart, progress }) => `${fullName(restart)} (put back, but not ready: ${progress.text})`),
    ...brokenPods.map(
      (name) => `pod ${name} (of the failed revision: delete it, it keeps its StatefulSet from going on)`,
    ),
  ]
}
