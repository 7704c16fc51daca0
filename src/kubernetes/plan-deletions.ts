import { mapConcurrently } from '../concurrency.ts'
import type { Problem } from '../error.ts'
import type { Cluster, LiveSecret, Ref } from './cluster.ts'
import type { Change } from './diff.ts'
import { readLive } from './live.ts'
import { unreadable } from './permissions.ts'
import { exceedsLimit, judgeDeletion, type Spared } from './prune.ts'
import { refusalOf } from './refusal.ts'
import type { SetIdentity } from './set.ts'

/** What is to be deleted, as far as that is known before the cluster is asked. */
export interface Pruning {
  /** Secrets that were applied before and are declared no more. */
  readonly candidates: readonly Ref[]
  /** How many Secrets are declared; undefined where that sets no limit. */
  readonly declared: number | undefined
  readonly limit: number | undefined
  /** Why nothing may be deleted; undefined: it may. */
  readonly objection: Problem | undefined
}

export interface Deletions {
  readonly changes: readonly Change[]
  readonly spared: readonly Spared[]
  readonly problems: readonly Problem[]
}

interface Context {
  readonly set: SetIdentity
  readonly scrub: (text: string) => string
}

/** Reads what is left of the candidates, and decides what of it goes. Problems are gathered, not thrown. */
export async function planDeletions(
  cluster: Cluster,
  { candidates, declared, limit, objection }: Pruning,
  context: Context,
): Promise<Deletions> {
  const byNamespace = [...Map.groupBy(candidates, ({ namespace }) => namespace).values()]
  const read = await mapConcurrently(byNamespace, 4, (refs) => readThere(cluster, refs, context))
  const judged = read.flatMap(({ live }) => live.flatMap((object) => judgeDeletion(object, context) ?? []))
  const changes = judged.flatMap((each) => ('change' in each ? [each.change] : []))
  const spared = judged.flatMap((each) => ('spared' in each ? [each.spared] : []))
  const tooMany = declared === undefined ? undefined : exceedsLimit(changes.length, { declared, limit })
  const refused = changes.length === 0 ? [] : [objection, tooMany].filter((each) => each !== undefined)
  return { changes, spared, problems: [...read.flatMap(({ problems }) => problems), ...refused] }
}

interface Read {
  readonly live: readonly LiveSecret[]
  readonly problems: readonly Problem[]
}

async function readThere(cluster: Cluster, refs: readonly Ref[], { set }: Context): Promise<Read> {
  const names = new Set(refs.map(({ name }) => name))
  try {
    const live = await readLive(cluster, refs, { set, certain: () => true })
    return { live: [...live.values()].filter(({ name }) => names.has(name)), problems: [] }
  } catch (error) {
    if (refusalOf(error)?.kind !== 'rbac') throw error
    const problems = await unreadable(cluster, refs)
    if (problems.length === 0) throw error
    return { live: [], problems }
  }
}
