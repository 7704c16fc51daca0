import { mapConcurrently } from '../concurrency.ts'
import { ActionError } from '../error.ts'
import { baseOf, LATE_WRITE_MS, type Attempt, type Undoable } from '../kubernetes/attempt.ts'
import { fullName } from '../kubernetes/consumers/kinds.ts'
import { putBackAll, type PutBack } from '../kubernetes/consumers/restart.ts'
import { isLanded } from '../kubernetes/landed.ts'
import { restoreChange, type Restored } from '../kubernetes/restore.ts'
import { goneOf, heldBy, inUndoOrder } from '../kubernetes/undo-order.ts'
import { decide, tidy, type Keeping } from './clean.ts'
import { leave } from './hold.ts'
import { silenceOf, type Entry } from './journals.ts'
import { createLease, LEASE_MS, type Lease } from './lease.ts'
import type { JournalWorld } from './world.ts'
import { unpackUndo, type Undo } from './undo.ts'

/** What an earlier run had left, and what became of it. */
export interface Recovered {
  /** The URL of that run, else its id; printable. */
  readonly run: string
  /** Whether all that it wanted had been written: then that stays. */
  readonly finished: boolean
  /** Its writes, undone; empty where there was nothing left to undo. */
  readonly restored: readonly (Restored & { readonly namespace: string; readonly name: string })[]
  /** The workloads that it was to restart, put back to the pods that they had. */
  readonly putBack: readonly PutBack[]
}

/** How many objects are put back at once. */
const CONCURRENCY = 8

/**
 * Takes over what an earlier run left, of which `first` is the journal that decides: undoes or finishes it, and frees
 * the journals. Undefined where somebody else was faster. Throws where not all could be put back; the journals stay then.
 */
export async function recover(
  { namespace, entry }: { namespace: string; entry: Entry },
  world: JournalWorld,
): Promise<Recovered | undefined> {
  const lease = createLease(world.journals, world)
  const { run, namespaces, holder } = entry.state
  try {
    if (!(await takeOver(namespace, entry, { lease, world }))) return undefined
    for (const other of namespaces.filter((each) => each !== namespace)) {
      await takeOverOther(other, run, { lease, world })
    }
    const { writes, restarts } = await unfinished(lease, world)
    const finished = entry.state.phase === 'cleaning' || (await isFrozen(writes, world))
    const [first, last] = inUndoOrder(finished ? [] : writes)
    const before = await undoAll(first, { entry, world, putBack: [] })
    const putBack = await putBackAll(finished ? [] : restarts, {
      ...world,
      workloads: world.cluster.workloads,
      lateUntil: lateWrites(entry, world),
      gone: goneOf(before),
    })
    const restored = [...before, ...(await undoAll(last, { entry, world, putBack }))]
    throwIfUnfinished(restored, putBack)
    const keeping = keepingOf(entry, finished, world)
    await decide(lease, keeping)
    await tidy(lease, world.journals, keeping)
    return { run: world.scrub(holder?.run ?? run), finished, restored, putBack }
  } catch (error) {
    await leave(lease)
    throw error
  } finally {
    lease.end()
  }
}

/** A state that the earlier run had decided to keep is kept in every namespace. */
function keepingOf({ state }: Entry, stands: boolean, { history }: JournalWorld): Keeping {
  const at = state.history.find(({ run }) => run === state.run)?.at
  return { history: Math.max(history, at === undefined ? 0 : 1), at, stands }
}

interface Taking {
  readonly lease: Lease
  readonly world: JournalWorld
}

/** How often a journal is tried that its former holder, who is not quite gone, still writes. */
const ROUNDS = 5

/** Takes a journal of the same run that does not decide, where it is not idle. */
async function takeOverOther(namespace: string, run: string, { lease, world }: Taking): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const found = await world.journals.read(namespace)
    if (found?.state.run !== run || found.state.phase === 'idle') return
    if (await takeOver(namespace, found, { lease, world })) return
  }
  throw new ActionError({
    code: 'LOCKED',
    message: `the journal in ${namespace} of an earlier run kept changing while it was taken over: nothing was changed`,
    hint: 'run again when no other run of the set is at work',
  })
}

function takeOver(namespace: string, entry: Entry, { lease, world }: Taking): Promise<boolean> {
  const { state, undo } = entry
  return lease.take(namespace, { state: { ...state, holder: world.holder }, undo }, entry)
}

/** What has to be undone; nothing where a journal was not complete, for then nothing had been written. */
async function unfinished(lease: Lease, { journals, live }: JournalWorld): Promise<Undo> {
  const entries = lease.namespaces.map((namespace) => ({ namespace, ...lease.entry(namespace) }))
  if (entries.some(({ state }) => state.phase === 'preparing')) return { writes: [], restarts: [] }
  const open = entries.filter(({ state }) => state.phase === 'writing')
  const found = await mapConcurrently(open, 4, async ({ namespace, state, undo }) => {
    const bytes = undo ?? (await journals.readParts(namespace, state.run, state.parts))
    const unpacked = bytes === undefined ? undefined : unpackUndo(bytes, live)
    const own = (undo: Undo): boolean =>
      undo.writes.every((write) => isOf(write, namespace)) &&
      undo.restarts.every((restart) => restart.namespace === namespace)
    if (unpacked === undefined || !own(unpacked)) throw damaged(namespace)
    return unpacked
  })
  return {
    writes: found.flatMap(({ writes }) => writes),
    restarts: found.flatMap(({ restarts }) => restarts),
  }
}

/** Whether a write is to the journal's own namespace: who may write there only can't have others' Secrets written. */
function isOf({ live, desired }: Undoable, namespace: string): boolean {
  return (
    desired.namespace === namespace &&
    (live === undefined || (live.namespace === namespace && live.name === desired.name))
  )
}

function damaged(namespace: string): ActionError {
  return new ActionError({
    code: 'JOURNAL_INVALID',
    message: `an earlier run was cut off, and what its journal in ${namespace} kept of the former objects is damaged`,
    hint: 'compare the Secrets of the set with what they should hold, delete the journal Secrets (label secretferry.github.io/journal), and run again',
  })
}

/** Whether a Secret has become immutable already: that comes last, so all was written, and it can't be taken back. */
async function isFrozen(writes: readonly Undoable[], { cluster, set }: JournalWorld): Promise<boolean> {
  const freezing = writes.filter(({ live, desired }) => desired.immutable && live?.immutable !== true)
  const found = await mapConcurrently(freezing, CONCURRENCY, async (undoable) => {
    const { desired } = undoable
    const current = await cluster.read(desired)
    const write = { object: desired, former: baseOf(undoable), manager: set.manager }
    return current?.immutable === true && isLanded(current, write)
  })
  return found.includes(true)
}

async function undoAll(
  writes: readonly Undoable[],
  { entry, world, putBack }: { entry: Entry; world: JournalWorld; putBack: readonly PutBack[] },
): Promise<Recovered['restored']> {
  const lateUntil = lateWrites(entry, world)
  return mapConcurrently(writes, CONCURRENCY, async (change) => {
    const { namespace, name } = change.desired
    const attempt: Attempt = { change, object: undefined, lateUntil }
    const held = heldBy(change, putBack)
    return { namespace, name, ...(held ?? (await restoreChange(world.cluster, attempt, world))) }
  })
}

/** Until when a write of the earlier run may yet be done: it wrote under a lease, and ended with it at the latest. */
function lateWrites(entry: Entry, { now }: JournalWorld): number | undefined {
  const silence = silenceOf(entry)
  const silent = entry.state.holder === undefined ? silence : Math.max(0, silence - LEASE_MS)
  return silent > LATE_WRITE_MS ? undefined : now() + LATE_WRITE_MS - silent
}

function throwIfUnfinished(restored: Recovered['restored'], putBack: Recovered['putBack']): void {
  const names = [
    ...restored
      .filter((each) => each.unfinished === true)
      .map(({ namespace, name, reason }) => `${namespace}/${name} (${reason ?? 'no answer'})`),
    ...putBack
      .filter(({ fate }) => fate === 'stuck')
      .map(({ restart, reason }) => `${fullName(restart)} (${reason ?? 'no answer'})`),
  ]
  if (names.length === 0) return
  throw new ActionError({
    code: 'RESTORE_INCOMPLETE',
    message: `an earlier run was cut off, and not everything that it wrote could be put back: ${names.join(', ')}`,
    hint: 'nothing new was written; look at these objects and at what refuses them, then run again',
  })
}
