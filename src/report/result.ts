import type { Log } from '../effects.ts'
import type { Applied } from '../kubernetes/apply.ts'
import type { ApplyOutcome } from '../outcome.ts'
import { describeFates, restartedNames } from './rollouts.ts'
import type { Rollouts } from '../kubernetes/consumers/roll-out.ts'
import { countActions, countDeleted, countSkipped, nameOf } from './plan.ts'
import { plural } from './plural.ts'

/** What became of an object, in the words of log and summary. */
export const FATES = {
  written: 'written',
  unchanged: 'unchanged',
  'not-written': 'not written',
  restored: 'put back as it was',
  removed: 'created and deleted again',
  untouched: 'never written',
  stuck: 'NOT put back',
  unknown: 'state UNKNOWN',
} as const satisfies Record<Applied['fate'], string>

/** Says how the run ended; after a failure, what became of each object. */
export function describeResult({ kind, plan, applied, namespaces, rollouts }: ApplyOutcome, log: Log): void {
  const { create, update, unchanged, delete: deleted } = countActions(plan)
  const skipped = countSkipped(plan)
  switch (kind) {
    case 'dry-run':
      log.info(
        `Dry run: nothing was written; ${create} would be created, ${update} updated, ${unchanged} are unchanged${countDeleted(plan, 'would be deleted')}${skipped}`,
      )
      return
    case 'applied':
      log.info(
        create + update + deleted === 0 && restartedNames(rollouts).length === 0
          ? `Nothing to do: ${plural(unchanged, 'Secret')} as declared${skipped}`
          : `Done: ${create} created, ${update} updated, ${unchanged} unchanged${countDeleted(plan, 'deleted')}${skipped}${countRestarted(rollouts)}`,
      )
      return
    case 'failed':
      log.group('What became of each Secret', applied.map(describeFate))
      describeFates(rollouts, log)
      if (namespaces.length > 0) log.info(`created and kept: namespace ${namespaces.join(', ')}`)
      return
    default:
      throw new Error(`unreachable: ${String(kind satisfies never)}`)
  }
}

function countRestarted(rollouts: Rollouts): string {
  const { length } = restartedNames(rollouts)
  return length === 0 ? '' : `, ${plural(length, 'workload')} restarted`
}

function describeFate({ change, fate, reason }: Applied): string {
  return `  ${nameOf(change)}: ${FATES[fate]}${reason === undefined ? '' : ` (${reason})`}`
}
