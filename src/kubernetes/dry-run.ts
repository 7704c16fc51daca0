import { mapConcurrently } from '../concurrency.ts'
import type { ActionError } from '../error.ts'
import { type Problem } from '../error.ts'
import type { Cluster } from './cluster.ts'
import type { Change } from './diff.ts'
import { refusalOf } from './refusal.ts'
import type { SetIdentity } from './set.ts'

/** How many dry runs run at once. */
const CONCURRENCY = 16

export interface DryRuns {
  readonly problems: readonly Problem[]
  readonly warnings: readonly { readonly name: string; readonly text: string }[]
  /** Changes that conflict with nothing but what an interrupted restore of our own left: to be forced. */
  readonly forced: readonly Change[]
}

interface DryRun {
  readonly problem?: Problem
  readonly warnings: readonly string[]
  readonly forced: boolean
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
    problems: tried.flatMap(({ problem, change }) =>
      problem === undefined ? [] : [{ at: change.manifest.at, ...problem }],
    ),
    warnings: tried.flatMap(({ change, warnings }) =>
      warnings.map((text) => ({ name: `${change.manifest.namespace}/${change.manifest.name}`, text })),
    ),
    forced: tried.filter(({ forced }) => forced).map(({ change }) => change),
  }
}

async function dryRun(cluster: Cluster, change: Change, set: SetIdentity): Promise<DryRun> {
  const first = await attempt(cluster, change, { set, force: false })
  if (!first.ownConflict) return { ...first, forced: false }
  return { ...(await attempt(cluster, change, { set, force: true })), forced: true }
}

async function attempt(
  cluster: Cluster,
  { desired, live, action }: Change,
  { set, force }: { set: SetIdentity; force: boolean },
): Promise<{ problem?: Problem; warnings: readonly string[]; ownConflict: boolean }> {
  try {
    const { created, warnings } = await cluster.apply(desired, {
      manager: set.manager,
      dryRun: true,
      bound: live,
      force,
    })
    const first = action === 'create' && !created
    return {
      warnings,
      ownConflict: false,
      ...(first ? { problem: appeared(desired.namespace, desired.name) } : {}),
    }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined || FATAL.has(refusal.kind)) throw error
    const managers = new Set(refusal.causes.map(({ manager }) => manager))
    const ownConflict = refusal.kind === 'field-conflict' && managers.size === 1 && managers.has(set.manager)
    return { warnings: [], ownConflict, problem: (error as ActionError).problems[0] }
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

function appeared(namespace: string, name: string): Problem {
  return {
    code: 'STALE',
    message: `${namespace}/${name} was made by somebody else while this run was planning`,
    hint: 'run again; keep runs apart with `concurrency` in the workflow',
  }
}
