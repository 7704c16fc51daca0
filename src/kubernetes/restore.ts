import { setTimeout as sleep } from 'node:timers/promises'
import type { ApplyContext, Attempt } from './attempt.ts'
import type { Binding, Cluster, LiveSecret, ReplaceOptions } from './cluster.ts'
import { isLanded, isSameContent, isSameObject } from './landed.ts'
import { refusalOf } from './refusal.ts'
import { PREFIX, REVISIONS_ANNOTATION } from './set.ts'

/** What became of a write that was undone. */
export interface Restored {
  /**
   * `restored`: as it was, field ownership and all. `removed`: created by this run and deleted again. `untouched`: the
   * write never happened and can't any more. `stuck`: not put back, for the reason given. `unknown`: nobody answered.
   */
  readonly fate: 'restored' | 'removed' | 'untouched' | 'stuck' | 'unknown'
  readonly reason?: string
}

/** How often a restore that is refused or cut is taken up again. */
const ROUNDS = 6
/** A request that was cut off may still be done for as long as the API server works on one (34 s), and a little. */
const LATE_WRITE_MS = 36_000
const POLL_MS = 1_000
const FENCE_ANNOTATION = `${PREFIX}/fence`

/** Puts one attempted write back. Never throws: what it could not do is its answer. */
export async function restoreChange(
  cluster: Cluster,
  attempt: Attempt,
  context: ApplyContext,
): Promise<Restored> {
  try {
    if (attempt.lostRace) return await withdraw(cluster, attempt, context)
    return attempt.change.action === 'create'
      ? await removeCreated(cluster, attempt, context)
      : await restoreUpdated(cluster, attempt, context)
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    return {
      fate: refusal.unknownOutcome || refusal.kind === 'unreachable' ? 'unknown' : 'stuck',
      reason: refusal.kind,
    }
  }
}

/**
 * An object goes back to what it was in two PUTs: the first brings the content back but leaves what it changed under an
 * Update entry, the second changes no field and so brings managedFields back as they are (tried on kube-apiserver
 * 1.36). Each round reads where the last one was not heard of, so it may be cut anywhere and taken up again.
 */
async function restoreUpdated(cluster: Cluster, attempt: Attempt, context: ApplyContext): Promise<Restored> {
  const former = attempt.change.live as LiveSecret
  const known = new Set([
    former.resourceVersion,
    ...(attempt.object === undefined ? [] : [attempt.object.resourceVersion]),
  ])
  let current = attempt.object ?? (await cluster.read(former))
  for (let round = 0; round < ROUNDS; round++) {
    const verdict = judge(current, { former, attempt, known })
    if (verdict !== undefined || current === undefined) return verdict ?? GONE
    // A write that may still come is bound to the former resourceVersion: a real change makes it fail.
    const fence = Buffer.from(context.random(6)).toString('hex')
    const annotate = current.resourceVersion === former.resourceVersion ? { [FENCE_ANNOTATION]: fence } : {}
    const after = await replaced(cluster, former, { bound: current, annotate, manager: context.set.manager })
    if (after !== undefined) known.add(after.resourceVersion)
    current = after ?? (await cluster.read(former))
  }
  return { fate: 'stuck', reason: 'it kept changing' }
}

const GONE: Restored = { fate: 'stuck', reason: 'somebody else deleted it meanwhile' }

/** Whether the restore is over: done, or not allowed. Undefined while there is something to put back. */
function judge(
  current: LiveSecret | undefined,
  given: { former: LiveSecret; attempt: Attempt; known: ReadonlySet<string> },
): Restored | undefined {
  if (current === undefined) return GONE
  const refused = foreign(current, given)
  if (refused !== undefined) return { fate: 'stuck', reason: refused }
  const { former, attempt } = given
  if (current.resourceVersion === former.resourceVersion && !attempt.mayComeLate) return { fate: 'untouched' }
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
    const refusal = refusalOf(error)
    if (refusal?.kind === 'stale' || refusal?.unknownOutcome === true) return undefined
    throw error
  }
}

/** Why the object may not be overwritten: somebody else has changed it since. */
function foreign(
  current: LiveSecret,
  { former, attempt, known }: { former: LiveSecret; attempt: Attempt; known: ReadonlySet<string> },
): string | undefined {
  if (current.uid !== former.uid) return 'somebody else replaced it meanwhile'
  const ours =
    known.has(current.resourceVersion) ||
    isLanded(current, attempt.change.desired) ||
    isSameContent(current, former, [FENCE_ANNOTATION])
  return ours ? undefined : 'somebody else changed it meanwhile'
}

/** Deletes what this run created; where nobody knows whether it did, waits until it can't happen any more. */
async function removeCreated(cluster: Cluster, attempt: Attempt, { now }: ApplyContext): Promise<Restored> {
  const { desired } = attempt.change
  for (;;) {
    const current = await cluster.read(desired)
    if (current !== undefined) {
      if (!isOwnCreation(current, attempt))
        return { fate: 'stuck', reason: 'somebody else changed or replaced it meanwhile' }
      const deleted = await deletedNow(cluster, current)
      if (deleted) return { fate: 'removed' }
    } else if (attempt.object !== undefined) return { fate: 'removed' }
    else if (!attempt.mayComeLate || now() > attempt.startedAt + LATE_WRITE_MS) return { fate: 'untouched' }
    await sleep(POLL_MS)
  }
}

async function deletedNow(cluster: Cluster, current: LiveSecret): Promise<boolean> {
  try {
    await cluster.delete(current, current)
    return true
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal?.kind === 'stale' || refusal?.unknownOutcome === true) return false
    throw error
  }
}

/** Told by uid where the create was answered, else by the revision ids that were drawn for it. */
function isOwnCreation(current: LiveSecret, { object, change }: Attempt): boolean {
  if (object !== undefined) return current.uid === object.uid
  return current.annotations[REVISIONS_ANNOTATION] === change.desired.annotations[REVISIONS_ANNOTATION]
}

/** A create that met somebody else's object: applying nothing takes our fields out of it again. */
async function withdraw(cluster: Cluster, { object }: Attempt, { set }: ApplyContext): Promise<Restored> {
  if (object === undefined) return { fate: 'unknown', reason: 'no answer' }
  const { namespace, name } = object
  const nothing = { namespace, name, data: new Map(), labels: {}, annotations: {}, immutable: false }
  await cluster.apply(nothing, { manager: set.manager, dryRun: false, bound: object })
  return { fate: 'restored' }
}
