import type { Undoable } from './attempt.ts'
import type { PutBack } from './consumers/restart.ts'
import { baseNameOf } from './generations.ts'
import type { Restored } from './restore.ts'

/** Writes that are undone before the workloads are put back, and those after it: a new name goes when nothing has it any more. */
export function inUndoOrder<T extends Undoable>(writes: readonly T[]): readonly [readonly T[], readonly T[]] {
  return [writes.filter((write) => !isNewName(write)), writes.filter(isNewName)]
}

function isNewName({ action, desired }: Undoable): boolean {
  return action === 'create' && baseNameOf(desired.annotations) !== undefined
}

/** Why a new name stays: a workload was not pointed away from it. Undefined: it may go. */
export function heldBy(write: Undoable, putBack: readonly PutBack[]): Restored | undefined {
  const { namespace, name } = write.desired
  if (!isNewName(write)) return undefined
  const holder = putBack.find(
    ({ restart, fate }) =>
      (fate === 'stuck' || fate === 'left') &&
      restart.namespace === namespace &&
      restart.pointing?.pointers.some(({ to }) => to === name) === true,
  )
  if (holder === undefined) return undefined
  const reason = 'a workload that was not put back may still use it'
  return holder.fate === 'stuck' ? { fate: 'stuck', reason, unfinished: true } : { fate: 'stuck', reason }
}
