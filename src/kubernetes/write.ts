import { cancelled } from '../deadline.ts'
import { ActionError } from '../error.ts'
import { baseOf, LATE_WRITE_MS, type ApplyContext, type Attempt } from './attempt.ts'
import type { AppliedSecret, Cluster, LiveSecret } from './cluster.ts'
import type { Change } from './diff.ts'
import { isLanded, type Write } from './landed.ts'
import { refusalOf, type Refusal } from './refusal.ts'

/** How many writes run at once. Order means nothing between Secrets. */
const CONCURRENCY = 16

/** A write that was tried, and what the audit log tells of it. */
export interface Tried extends Attempt {
  readonly change: Change
  readonly auditId: string | undefined
  readonly durationMs: number
}

/** The writing of a plan: what was tried of it so far. */
export interface Writing {
  readonly context: ApplyContext
  readonly tried: Map<Change, Tried>
}

/** Writes concurrently; the first failure keeps the rest from starting, and those under way are awaited. */
export async function writeAll(
  cluster: Cluster,
  changes: readonly Change[],
  writing: Writing,
): Promise<void> {
  await eachOf(
    changes.filter(({ action }) => action === 'create' || action === 'update'),
    (change) => write(cluster, change, writing),
  )
}

/** Deletes what is to go, once all else is done; each bound to what the plan saw. */
export async function deleteAll(
  cluster: Cluster,
  changes: readonly Change[],
  writing: Writing,
): Promise<void> {
  await eachOf(
    changes.filter(({ action }) => action === 'delete'),
    (change) => remove(cluster, change, writing),
  )
}

async function eachOf(changes: readonly Change[], work: (change: Change) => Promise<void>): Promise<void> {
  const queue = [...changes]
  const failures: unknown[] = []
  const next = (): Change | undefined => (failures.length > 0 ? undefined : queue.shift())
  const worker = async (): Promise<void> => {
    for (let change = next(); change !== undefined; change = next())
      await work(change).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, queue.length) }, worker))
  if (failures.length > 0) throw failures[0]
}

/** Whether another write may begin: the run is not asked to stop, and its lock is held. */
export async function demandLeave({
  cancelled: stopped,
  journal,
}: Pick<ApplyContext, 'cancelled' | 'journal'>): Promise<void> {
  if (stopped()) throw cancelled()
  await journal.ensure()
}

/** What is sent first: immutable is set at the very end, for it can't be taken back. */
function mutable({ desired, live }: Change): AppliedSecret {
  return { ...desired, immutable: live?.immutable ?? false }
}

async function write(cluster: Cluster, change: Change, { context, tried }: Writing): Promise<void> {
  await demandLeave(context)
  const { set, now } = context
  const startedAt = now()
  const object = mutable(change)
  const record = (known: Pick<Tried, 'object' | 'auditId'> & Partial<Tried>): void => {
    tried.set(change, { change, durationMs: now() - startedAt, lateUntil: undefined, ...known })
  }
  try {
    const bound = await putBase(cluster, change, { context, record })
    const { object: made, auditId } = await cluster.apply(object, {
      manager: set.manager,
      bound,
      force: change.forced !== undefined,
    })
    record({ object: made, auditId })
  } catch (error) {
    const refusal = refusalOf(error)
    if (change.action === 'create' && refusal?.kind === 'stale') throw lost(change)
    if (refusal === undefined || !refusal.unknownOutcome) throw error
    const { auditId } = refusal
    record({ object: undefined, auditId, lateUntil: lateUntil(refusal, now()) })
    const landed = await settle(cluster, { object, former: baseOf(change), manager: set.manager })
    if (landed === undefined) throw error
    record({ object: landed, auditId })
  }
}

async function remove(cluster: Cluster, change: Change, { context, tried }: Writing): Promise<void> {
  await demandLeave(context)
  const { live } = change
  if (live === undefined) return
  const startedAt = context.now()
  const record = (lateUntil?: number): void => {
    const durationMs = context.now() - startedAt
    tried.set(change, { change, object: undefined, auditId: undefined, durationMs, lateUntil })
  }
  try {
    await cluster.delete(live, live)
    record()
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined || !refusal.unknownOutcome) throw error
    record(lateUntil(refusal, context.now()))
    const there = await cluster.read(live).catch(() => live)
    if (there !== undefined) throw error
    record()
  }
}

/** Until when a request of unknown outcome may yet be done; undefined where it can't be. */
function lateUntil({ mayComeLate }: Refusal, endedAt: number): number | undefined {
  return mayComeLate ? endedAt + LATE_WRITE_MS : undefined
}

/** What the write is bound to: the live object, after what is to change hands first has done so. */
async function putBase(
  cluster: Cluster,
  { live, base, putFirst = false }: Change,
  {
    context: { set },
    record,
  }: { context: ApplyContext; record: (known: Pick<Tried, 'object' | 'auditId'>) => void },
): Promise<LiveSecret | undefined> {
  if (live === undefined || base === undefined || !putFirst) return live
  const object = await cluster.replace(base, live, { manager: set.manager })
  record({ object, auditId: undefined })
  return object
}

/** Whether a write whose answer never came was done: read, never guessed. Undefined when it was not, or nobody knows. */
async function settle(cluster: Cluster, write: Write): Promise<LiveSecret | undefined> {
  try {
    const live = await cluster.read(write.object)
    const moved = live !== undefined && live.resourceVersion !== write.former?.resourceVersion
    return moved && isLanded(live, write) ? live : undefined
  } catch {
    return undefined
  }
}

/** Only now, when all else is done, the Secrets that are to be immutable become so. */
export async function makeImmutable(cluster: Cluster, { context, tried }: Writing): Promise<void> {
  const freezing = [...tried.values()].filter(
    ({ change }) => change.desired.immutable && change.live?.immutable !== true,
  )
  for (const each of freezing) {
    await demandLeave(context)
    tried.set(each.change, { ...each, object: await freeze(cluster, each, context.set.manager) })
  }
}

async function freeze(cluster: Cluster, { change, object }: Attempt, manager: string): Promise<LiveSecret> {
  try {
    return (await cluster.apply(change.desired, { manager, bound: object })).object
  } catch (error) {
    const unknown = refusalOf(error)?.unknownOutcome === true
    const write = { object: change.desired, former: baseOf(change), manager }
    const landed = unknown ? await settle(cluster, write) : undefined
    if (landed?.immutable !== true) throw error
    return landed
  }
}

function lost({ manifest: { namespace, name } }: Change): ActionError {
  return new ActionError({
    code: 'STALE',
    message: `${namespace}/${name} was made by somebody else just before this run’s own create`,
    hint: 'run again; keep runs apart with `concurrency` in the workflow',
  })
}
