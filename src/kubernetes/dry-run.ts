import { mapConcurrently } from '../concurrency.ts'
import type { ActionError, Problem } from '../error.ts'
import type { Cluster, Judged } from './cluster.ts'
import type { Change } from './diff.ts'
import { refusalOf } from './refusal.ts'
import type { SetIdentity } from './set.ts'

/** How many dry runs run at once. */
const CONCURRENCY = 16

export interface DryRuns {
  /** Creates that were refused: because of the problem, or of an object that is there and that the plan has not seen. */
  readonly doubtful: readonly Change[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly { readonly name: string; readonly text: string }[]
}

interface DryRun {
  readonly problem?: Problem
  readonly warnings: readonly string[]
}

/** Lets the server judge every change without writing it. Problems are gathered, not thrown. */
export async function dryRunAll(
  cluster: Cluster,
  changes: readonly Change[],
  set: SetIdentity,
): Promise<DryRuns> {
  const tried = await mapConcurrently(changes, CONCURRENCY, async (change) => ({
    change,
    ...(await dryRun(cluster, change, set)),
  }))
  return {
    doubtful: tried.flatMap(({ change, problem }) =>
      problem !== undefined && change.action === 'create' ? [change] : [],
    ),
    problems: tried.flatMap(({ problem, change }) =>
      problem === undefined ? [] : [{ at: change.manifest.at, ...problem }],
    ),
    warnings: tried.flatMap(({ change, warnings }) =>
      warnings.map((text) => ({ name: `${change.manifest.namespace}/${change.manifest.name}`, text })),
    ),
  }
}

/** What changes hands first is tried apart, and forced in the trial of the write, which can't follow on it. */
async function ask(cluster: Cluster, change: Change, { manager }: SetIdentity): Promise<Judged> {
  if (change.action === 'delete') {
    await cluster.dryDelete(change.live, change.live)
    return { created: false, warnings: [] }
  }
  const { desired, live, base, forced, putFirst = false } = change
  if (live !== undefined && base !== undefined && putFirst) await cluster.dryReplace(base, live, { manager })
  const force = putFirst || forced !== undefined
  return cluster.dryRun(desired, { manager, bound: live, force })
}

async function dryRun(cluster: Cluster, change: Change, set: SetIdentity): Promise<DryRun> {
  const { action } = change
  try {
    const { created, warnings } = await ask(cluster, change, set)
    return action === 'create' && !created ? { warnings: [], problem: appeared(change) } : { warnings }
  } catch (error) {
    const refusal = refusalOf(error)
    if (action === 'create' && refusal?.kind === 'stale') return { warnings: [], problem: appeared(change) }
    if (refusal === undefined || FATAL.has(refusal.kind)) throw error
    return { warnings: [], problem: (error as ActionError).problems[0] }
  }
}

/** What stops the whole plan rather than one object. */
const FATAL = new Set([
  'unauthorized',
  'unreachable',
  'untrusted',
  'cut',
  'timeout',
  'redirect',
  'not-an-api-server',
  'throttled',
])

/** The problem of a create whose name is taken. */
function appeared({ manifest: { namespace, name } }: Change): Problem {
  return {
    code: 'STALE',
    message: `${namespace}/${name} was made by somebody else while this run was planning`,
    hint: 'run again; keep runs apart with `concurrency` in the workflow',
  }
}
