import type { Undoable } from './attempt.ts'
import { idOf, type Ref } from './cluster.ts'
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

/** `namespace/name` of what was to be there again before workloads are pointed back to it, and is not yet. */
export function goneOf(
  restored: readonly (Ref & { readonly unfinished?: true | undefined })[],
): ReadonlySet<string> {
  return new Set(restored.filter(({ unfinished }) => unfinished === true).map(idOf))
}

/** Why a new name stays: a workload was not pointed away from it. Undefined: it may go. */
export function heldBy(write: Undoable, putBack: readonly PutBack[]): Restored | undefined {
  const { namespace, name } = write.desired
  if (!isNewName(write)) return undefined
  const holders = putBack.filter(
    ({ restart, fate }) =>
      (fate === 'stuck' || fate === 'left') &&
      restart.namespace === namespace &&
      restart.pointing?.pointers.some(({ to }) => to === name) === true,
  )
  if (holders.length === 0) return undefined
  const reason = 'a workload that was not put back may still use it'
  const isStuck = holders.some(({ fate }) => fate === 'stuck')
  return isStuck ? { fate: 'stuck', reason, unfinished: true } : { fate: 'stuck', reason }
}
