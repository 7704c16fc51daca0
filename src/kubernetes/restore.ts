import { setTimeout as sleep } from 'node:timers/promises'
import { ActionError } from '../error.ts'
import { randomId } from '../random-id.ts'
import { baseOf, type Attempt, type UndoContext } from './attempt.ts'
import type { Binding, Cluster, LiveSecret, ReplaceOptions } from './cluster.ts'
import { isLanded, isSameContent, isSameObject, isUntouchedByOthers } from './landed.ts'
import { needsReading, refusalOf } from './refusal.ts'
import { remake } from './restore-deleted.ts'
import { PREFIX } from './set.ts'

/** What became of a write that was undone. */
export interface Restored {
  /**
   * `restored`: as it was, field ownership and all. `removed`: created by this run and deleted again. `untouched`: the
   * write never happened and can't any more. `stuck`: not put back, for the reason given. `unknown`: nobody answered.
   */
  readonly fate: 'restored' | 'removed' | 'untouched' | 'stuck' | 'unknown'
  readonly reason?: string
  /** Whether a later run may still put it back; absent where it is done, or where it is somebody else's by now. */
  readonly unfinished?: true
}

/** How often a restore that is refused or cut is taken up again. */
const ROUNDS = 6
const POLL_MS = 1_000
const FENCE_ANNOTATION = `${PREFIX}/fence`

/** Puts one attempted write back. Never throws: what it could not do is its answer. */
export async function restoreChange(
  cluster: Cluster,
  attempt: Attempt,
  context: UndoContext,
): Promise<Restored> {
  const { change } = attempt
  try {
    if (change.live === undefined) return await removeCreated(cluster, attempt, context)
    const restoring = { attempt, former: change.live }
    return change.action === 'delete'
      ? await restoreDeleted(cluster, restoring, context)
      : await restoreUpdated(cluster, restoring, context)
  } catch (error) {
    return failed(error)
  }
}

/** The answer for an object where putting back itself failed, whatever it was that was thrown. */
function failed(error: unknown): Restored {
  const refusal = refusalOf(error)
  if (refusal !== undefined) {
    const silent = refusal.unknownOutcome || refusal.kind === 'unreachable'
    return { fate: silent ? 'unknown' : 'stuck', reason: refusal.kind, unfinished: true }
  }
  return {
    fate: 'unknown',
    reason: error instanceof ActionError ? error.code : 'a fault in the action itself',
    unfinished: true,
  }
}

/**
 * An object goes back to what it was in two PUTs: the first brings the content back but leaves what it changed under an
 * Update entry, the second changes no field and so brings managedFields back as they are (tried on kube-apiserver
 * 1.36). Each round reads where the last one was not heard of, so it may be cut anywhere and taken up again.
 */
async function restoreUpdated(
  cluster: Cluster,
  { attempt, former }: { attempt: Attempt; former: LiveSecret },
  context: UndoContext,
): Promise<Restored> {
  const known = new Set([
    former.resourceVersion,
    ...(attempt.object === undefined ? [] : [attempt.object.resourceVersion]),
  ])
  let current = attempt.object ?? (await cluster.read(former))
  for (let round = 0; round < ROUNDS; round++) {
    const verdict = judge(current, { former, attempt, known, manager: context.set.manager })
    if (verdict !== undefined || current === undefined) return verdict ?? GONE
    // A write that may still come is bound to the former resourceVersion: a real change makes it fail.
    const fence = randomId(context, 6)
    const annotate = current.resourceVersion === former.resourceVersion ? { [FENCE_ANNOTATION]: fence } : {}
    const after = await replaced(cluster, former, { bound: current, annotate, manager: context.set.manager })
    if (after !== undefined) known.add(after.resourceVersion)
    current = after ?? (await cluster.read(former))
  }
  return { fate: 'stuck', reason: 'it kept changing', unfinished: true }
}

/** One that is still there may yet go: a real change makes a deletion that comes late fail. One that is gone is made again. */
async function restoreDeleted(
  cluster: Cluster,
  { attempt, former }: { attempt: Attempt; former: LiveSecret },
  context: UndoContext,
): Promise<Restored> {
  const found = await cluster.read(former)
  if (found?.deleting === true) return { fate: 'stuck', reason: 'it is being deleted' }
  return found?.uid === former.uid
    ? restoreUpdated(cluster, { attempt: { ...attempt, object: undefined }, former }, context)
    : remake(cluster, { former, found }, context.set.manager)
}

const GONE: Restored = { fate: 'stuck', reason: 'somebody else deleted it meanwhile' }

interface Restoring {
  readonly former: LiveSecret
  readonly attempt: Attempt
  /** resourceVersions that the plan saw or that this run made. */
  readonly known: ReadonlySet<string>
  readonly manager: string
}

/** Whether the restore is over: done, or not allowed. Undefined while there is something to put back. */
function judge(current: LiveSecret | undefined, given: Restoring): Restored | undefined {
  if (current === undefined) return GONE
  const refused = foreign(current, given)
  if (refused !== undefined) return { fate: 'stuck', reason: refused }
  const { former, attempt } = given
  if (current.resourceVersion === former.resourceVersion && attempt.lateUntil === undefined)
    return { fate: 'untouched' }
  if (current.resourceVersion !== former.resourceVersion && isSameObject(current, former))
    return { fate: 'restored' }
  return current.immutable && !former.immutable
    ? { fate: 'stuck', reason: 'it is immutable already' }
    : undefined
}

/** The object after the PUT; undefined when it was stale, or nobody knows whether it was done: to be read then. */
async function replaced(
  cluster: Cluster,
  former: LiveSecret,
  { bound, ...options }: ReplaceOptions & { readonly bound: Binding },
): Promise<LiveSecret | undefined> {
  try {
    return await cluster.replace(former, bound, options)
  } catch (error) {
    if (needsReading(error)) return undefined
    throw error
  }
}

/**
 * Why the object may not be overwritten: somebody else has changed it since. A state that this run did not see is its
 * own only where it is exactly what a write or a restore of ours would have made.
 */
function foreign(current: LiveSecret, { former, attempt, known, manager }: Restoring): string | undefined {
  if (current.uid !== former.uid) return 'somebody else replaced it meanwhile'
  const base = baseOf(attempt.change) ?? former
  const between =
    isSameContent(current, former, [FENCE_ANNOTATION]) &&
    (isUntouchedByOthers(current, former, manager) || isUntouchedByOthers(current, base, manager))
  const ours =
    known.has(current.resourceVersion) ||
    between ||
    isLanded(current, { object: attempt.change.desired, former: base, manager })
  return ours ? undefined : CHANGED
}

const CHANGED = 'somebody else changed it meanwhile'

/** Deletes what this run created; where nobody knows whether it did, waits until it can't happen any more. */
async function removeCreated(cluster: Cluster, attempt: Attempt, context: UndoContext): Promise<Restored> {
  const { object, change, lateUntil } = attempt
  for (;;) {
    const current = await cluster.read(change.desired)
    if (current !== undefined && isOwnCreation(current, attempt, context)) {
      if (await deletedNow(cluster, current)) return { fate: 'removed' }
    } else if (current !== undefined || lateUntil === undefined || context.now() > lateUntil)
      return notOurs(current, object)
    else if (context.cancelled())
      return { fate: 'unknown', reason: 'its create may yet be done', unfinished: true }
    await sleep(POLL_MS)
  }
}

/** What is said where there is nothing of ours to delete, and nothing can come any more. */
function notOurs(current: LiveSecret | undefined, object: LiveSecret | undefined): Restored {
  if (object === undefined) return { fate: 'untouched' }
  return current === undefined ? { fate: 'removed' } : { fate: 'stuck', reason: CHANGED }
}

async function deletedNow(cluster: Cluster, current: LiveSecret): Promise<boolean> {
  try {
    await cluster.delete(current, current)
    return true
  } catch (error) {
    if (needsReading(error)) return false
    throw error
  }
}

/** As this run made it: the very object that was answered, or exactly what our create makes, and nobody else in it. */
function isOwnCreation(current: LiveSecret, { object, change }: Attempt, { set }: UndoContext): boolean {
  const same = object === undefined || object.uid === current.uid
  if (object?.resourceVersion === current.resourceVersion && same) return true
  return same && isLanded(current, { object: change.desired, former: undefined, manager: set.manager })
}
