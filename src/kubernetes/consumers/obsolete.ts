import { idOf, type Ref } from '../cluster.ts'
import type { Change } from '../diff.ts'
import { formerIds, type Naming } from '../generations.ts'
import { judgeDeletion } from '../prune.ts'
import type { SetIdentity } from '../set.ts'
import { fullName, KINDS } from './kinds.ts'
import type { PointingSurvey } from './survey-pointing.ts'

/** A former generation that is more than are to be kept, and stays all the same. */
export interface Held extends Ref {
  /** Why, printable. */
  readonly why: string
}

/** Why a name must stay, printable; undefined: it may go once the workloads are pointed away from it. */
export type Keeping = (ref: Ref) => string | undefined

interface Judging {
  readonly set: SetIdentity
  readonly scrub: (text: string) => string
}

/** Holds what something goes on using, and where that can't be seen, all. */
export function createKeeping(
  { holdouts, lingering, hidden }: Pick<PointingSurvey, 'holdouts' | 'lingering' | 'hidden'>,
  { scrub }: Pick<Judging, 'scrub'>,
): Keeping {
  return ({ namespace, name }) => {
    const users = [...holdouts, ...lingering].filter(
      ({ workload, names }) => workload.namespace === namespace && names.includes(name),
    )
    if (users.length > 0)
      return `used by ${users
        .slice(0, 10)
        .map(({ workload }) => scrub(fullName(workload)))
        .join(', ')}${users.length > 10 ? ` and ${users.length - 10} more` : ''}`
    const unseen = hidden.filter((each) => each.namespace === namespace)
    if (unseen.length === 0) return undefined
    return `whether it is used is not known: ${unseen.map(({ kind }) => KINDS[kind].resource).join(', ')} may not be listed`
  }
}

interface Judged {
  /** The deletions that are done. */
  readonly changes: readonly Change[]
  readonly held: readonly Held[]
}

type Verdict = { readonly held: Held } | { readonly change: Change }

function gather(verdicts: readonly Verdict[]): Judged {
  return {
    changes: verdicts.flatMap((each) => ('change' in each ? [each.change] : [])),
    held: verdicts.flatMap((each) => ('held' in each ? [each.held] : [])),
  }
}

/** Which of the generations that are more than are to be kept go. */
export function judgeObsolete(
  { renamings }: Naming,
  keeping: Keeping,
  judging: Judging,
): { readonly obsolete: readonly Change[]; readonly held: readonly Held[] } {
  const surplus = renamings.flatMap(({ obsolete }) => obsolete)
  const { changes, held } = gather(
    surplus.flatMap((live): readonly Verdict[] => {
      const { namespace, name } = live
      const why = keeping(live)
      if (why !== undefined) return [{ held: { namespace, name, why } }]
      const verdict = judgeDeletion(live, judging)
      if (verdict === undefined) return []
      return 'spared' in verdict
        ? [{ held: verdict.spared }]
        : [{ change: { ...verdict.change, superseded: true as const } }]
    }),
  )
  return { obsolete: changes, held }
}

/**
 * Of what is declared no more: what workloads are pointed away from goes, as a generation does when a run is taken back,
 * unless something goes on using it.
 */
export function judgePruned(changes: readonly Change[], naming: Naming, keeping: Keeping): Judged {
  const left = new Set(formerIds(naming))
  return gather(
    changes.map((change): Verdict => {
      const { namespace, name } = change.manifest
      if (!left.has(idOf(change.manifest))) return { change }
      const why = keeping(change.manifest)
      return why === undefined
        ? { change: { ...change, superseded: true } }
        : { held: { namespace, name, why } }
    }),
  )
}
