import { setTimeout as sleep } from 'node:timers/promises'
import { ActionError } from '../error.ts'
import type { ApplyContext, Attempt } from './attempt.ts'
import type { Binding, Cluster, LiveSecret, ReplaceOptions } from './cluster.ts'
import { foreignEntries, isLanded, isSameContent, isSameObject, isUntouchedByOthers } from './landed.ts'
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
    if (attempt.lostRace && attempt.object !== undefined)
      return await withdraw(cluster, attempt.object, context)
    return attempt.change.action === 'create'
      ? await removeCreated(cluster, attempt, context)
      : await restoreUpdated(cluster, attempt, context)
  } catch (error) {
    return failed(error)
  }
}

/** The answer for an object where putting back itself failed, whatever it was that was thrown. */
function failed(error: unknown): Restored {
  const refusal = refusalOf(error)
  if (refusal !== undefined) {
    const silent = refusal.unknownOutcome || refusal.kind === 'unreachable'
    return { fate: silent ? 'unknown' : 'stuck', reason: refusal.kind }
  }
  return {
    fate: 'unknown',
    reason: error instanceof ActionError ? error.code : 'a fault in the action itself',
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
    const verdict = judge(current, { former, attempt, known, manager: context.set.manager })
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

/**
 * Why the object may not be overwritten: somebody else has changed it since. A state that this run did not see is its
 * own only where it is exactly what a write or a restore of ours would have made.
 */
function foreign(current: LiveSecret, { former, attempt, known, manager }: Restoring): string | undefined {
  if (current.uid !== former.uid) return 'somebody else replaced it meanwhile'
  const restored =
    isSameContent(current, former, [FENCE_ANNOTATION]) && isUntouchedByOthers(current, former, manager)
  const ours =
    known.has(current.resourceVersion) ||
    restored ||
    isLanded(current, { object: attempt.change.desired, former, manager })
  return ours ? undefined : CHANGED
}

const CHANGED = 'somebody else changed it meanwhile'

/** Deletes what this run created; where nobody knows whether it did, waits until it can't happen any more. */
async function removeCreated(cluster: Cluster, attempt: Attempt, context: ApplyContext): Promise<Restored> {
  const { object, change, mayComeLate, endedAt } = attempt
  for (;;) {
    const current = await cluster.read(change.desired)
    const waiting = object === undefined && mayComeLate && context.now() <= endedAt + LATE_WRITE_MS
    const whose = whoseIs(current, attempt, context)
    if (current !== undefined && whose === 'mixed') return withdraw(cluster, current, context)
    if (current !== undefined && whose === 'ours') {
      if (await deletedNow(cluster, current)) return { fate: 'removed' }
    } else if (!waiting) return notOurs(current, object)
    await sleep(POLL_MS)
  }
}

/** Whose a live object is that this run may have created; `mixed`: somebody else made it, and our create went into it. */
function whoseIs(
  current: LiveSecret | undefined,
  attempt: Attempt,
  context: ApplyContext,
): 'ours' | 'mixed' | 'theirs' {
  if (current === undefined) return 'theirs'
  if (isOwnCreation(current, attempt, context)) return 'ours'
  return attempt.object === undefined && isMixed(current, attempt) ? 'mixed' : 'theirs'
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
    const refusal = refusalOf(error)
    if (refusal?.kind === 'stale' || refusal?.unknownOutcome === true) return false
    throw error
  }
}

/** As this run made it: the very object that was answered, or exactly what our create makes, and nobody else in it. */
function isOwnCreation(current: LiveSecret, { object, change }: Attempt, { set }: ApplyContext): boolean {
  const same = object === undefined || object.uid === current.uid
  if (object?.resourceVersion === current.resourceVersion && same) return true
  return same && isLanded(current, { object: change.desired, former: undefined, manager: set.manager })
}

/** Whether a create of unknown outcome has gone into an object that somebody else made: it has the ids drawn for it. */
function isMixed(current: LiveSecret, { change }: Attempt): boolean {
  return current.annotations[REVISIONS_ANNOTATION] === change.desired.annotations[REVISIONS_ANNOTATION]
}

/**
 * A create that met somebody else's object: applying nothing takes our fields out of it again. Where nobody but our own
 * set is in it, another run of the set made it, and there is nothing that could be told apart and taken out.
 */
async function withdraw(cluster: Cluster, met: LiveSecret, { set }: ApplyContext): Promise<Restored> {
  let current: LiveSecret | undefined = met
  for (let round = 0; round < ROUNDS && current !== undefined; round++) {
    if (foreignEntries(current, set.manager).length === 0)
      return { fate: 'stuck', reason: 'another run of the same set made it meanwhile' }
    if (!current.managedFields.some(({ manager }) => manager === set.manager)) return { fate: 'restored' }
    await withdrawNow(cluster, current, set.manager)
    current = await cluster.read(met)
  }
  return current === undefined ? GONE : { fate: 'stuck', reason: 'it kept changing' }
}

/** One attempt, whose outcome is read afterwards. */
async function withdrawNow(cluster: Cluster, current: LiveSecret, manager: string): Promise<void> {
  const { namespace, name } = current
  const nothing = { namespace, name, data: new Map(), labels: {}, annotations: {}, immutable: false }
  try {
    await cluster.apply(nothing, { manager, dryRun: false, bound: current })
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal?.kind !== 'stale' && refusal?.unknownOutcome !== true) throw error
  }
}
