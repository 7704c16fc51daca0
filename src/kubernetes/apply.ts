import { mapConcurrently } from '../concurrency.ts'
import { ActionError } from '../error.ts'
import type { AppliedSecret, Cluster, LiveSecret } from './cluster.ts'
import type { Change } from './diff.ts'
import { dryRunAll } from './dry-run.ts'
import type { Plan } from './plan.ts'
import { refusalOf } from './refusal.ts'
import type { ApplyContext, Attempt } from './attempt.ts'
import { restoreChange, type Restored } from './restore.ts'
import { isLanded, type Write } from './landed.ts'
import { withOneOwnEntry } from './own-fields.ts'
import { MANAGED_BY_LABEL, type SetIdentity } from './set.ts'

/** How many writes run at once. Order means nothing between Secrets. */
const CONCURRENCY = 16
/** How many objects are put back at once. */
const UNDO_CONCURRENCY = 8
/** What undoing may take, whatever the run's own limit left. */
export const UNDO_LIMIT_MS = 60_000

/** What became of one change. */
export interface Applied {
  readonly change: Change
  readonly fate: 'written' | 'unchanged' | 'not-written' | Restored['fate']
  /** Why it could not be put back, where it could not. */
  readonly reason?: string
  /** The object as the write left it. */
  readonly object?: LiveSecret
  readonly auditId?: string | undefined
  readonly durationMs?: number
}

export interface ApplyResult {
  readonly applied: readonly Applied[]
  /** Namespaces that were created; they are kept when the run fails. */
  readonly namespaces: readonly string[]
  /** Why the run failed; undefined when all is as planned. */
  readonly failure: ActionError | undefined
}

/** Writes what was planned. At the first failure nothing more is written and all that was is put back. */
export async function applyPlan(cluster: Cluster, plan: Plan, context: ApplyContext): Promise<ApplyResult> {
  const attempts = new Map<Change, Attempt>()
  const namespaces: string[] = []
  try {
    await createNamespaces(cluster, plan, { ...context, created: namespaces })
    await writeAll(cluster, plan.changes, { context, attempts })
    await makeImmutable(cluster, { context, attempts })
  } catch (error) {
    const applied = await undo(cluster, plan.changes, { context, attempts })
    return { applied, namespaces, failure: failureOf(faultOf(error), applied) }
  }
  return {
    applied: plan.changes.map((change) => report(change, attempts.get(change))),
    namespaces,
    failure: undefined,
  }
}

/** A planned namespace is made once all else has passed; what goes into it is judged by the server then. */
async function createNamespaces(
  cluster: Cluster,
  plan: Plan,
  { created, set, log }: ApplyContext & { created: string[] },
): Promise<void> {
  for (const name of plan.namespaces) {
    if (!(await cluster.createNamespace(name, { [MANAGED_BY_LABEL]: 'secretferry' }))) continue
    created.push(name)
    log.info(`created the namespace ${name}`)
  }
  const inside = plan.changes.filter(({ manifest }) => plan.namespaces.includes(manifest.namespace))
  const { problems } = await dryRunAll(cluster, inside, set)
  const [first, ...rest] = problems
  if (first !== undefined) throw new ActionError([first, ...rest])
}

interface Writing {
  readonly context: ApplyContext
  readonly attempts: Map<Change, Attempt>
}

/** Writes concurrently; the first failure keeps the rest from starting, and those under way are awaited. */
async function writeAll(cluster: Cluster, changes: readonly Change[], writing: Writing): Promise<void> {
  const queue = changes.filter(({ action }) => action !== 'unchanged')
  const failures: unknown[] = []
  const worker = async (): Promise<void> => {
    for (let change = queue.shift(); change !== undefined && failures.length === 0; change = queue.shift())
      await write(cluster, change, writing).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, queue.length) }, worker))
  if (failures.length > 0) throw failures[0]
}

async function write(cluster: Cluster, change: Change, { context, attempts }: Writing): Promise<void> {
  const { set, now } = context
  const startedAt = now()
  const attempt = (known: Pick<Attempt, 'object' | 'auditId'> & Partial<Attempt>): void => {
    const endedAt = now()
    const durationMs = endedAt - startedAt
    attempts.set(change, { change, endedAt, durationMs, mayComeLate: false, lostRace: false, ...known })
  }
  // Immutable is set at the very end: it can't be taken back.
  const object: AppliedSecret = { ...change.desired, immutable: change.live?.immutable ?? false }
  try {
    const bound = await finishFormerRestore(cluster, change, { set, attempt })
    const written = await cluster.apply(object, { manager: set.manager, dryRun: false, bound })
    const lostRace = change.action === 'create' && !written.created
    attempt({ object: written.object, auditId: written.auditId, lostRace })
    if (lostRace) throw lost(change)
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined || !refusal.unknownOutcome) throw error
    const { auditId, mayComeLate } = refusal
    attempt({ object: undefined, auditId, mayComeLate })
    const landed = await settle(cluster, { object, former: change.live, manager: set.manager })
    if (landed === undefined) throw error
    attempt({ object: landed, auditId })
  }
}

/** What the write is bound to: the live object, after what an interrupted restore of ours left in it was set right. */
async function finishFormerRestore(
  cluster: Cluster,
  { live, finishFirst = false }: Change,
  { set, attempt }: { set: SetIdentity; attempt: (known: Pick<Attempt, 'object' | 'auditId'>) => void },
): Promise<LiveSecret | undefined> {
  if (live === undefined || !finishFirst) return live
  const object = await cluster.replace(withOneOwnEntry(live, set), live, { manager: set.manager })
  attempt({ object, auditId: undefined })
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
async function makeImmutable(cluster: Cluster, { context, attempts }: Writing): Promise<void> {
  const { manager } = context.set
  for (const attempt of [...attempts.values()])
    if (attempt.change.desired.immutable && attempt.change.live?.immutable !== true)
      attempts.set(attempt.change, { ...attempt, object: await freeze(cluster, attempt, manager) })
}

async function freeze(cluster: Cluster, { change, object }: Attempt, manager: string): Promise<LiveSecret> {
  try {
    return (await cluster.apply(change.desired, { manager, dryRun: false, bound: object })).object
  } catch (error) {
    const unknown = refusalOf(error)?.unknownOutcome === true
    const write = { object: change.desired, former: change.live, manager }
    const landed = unknown ? await settle(cluster, write) : undefined
    if (landed?.immutable !== true) throw error
    return landed
  }
}

async function undo(
  cluster: Cluster,
  changes: readonly Change[],
  { context, attempts }: Writing,
): Promise<readonly Applied[]> {
  if (attempts.size > 0) context.beginUndo()
  return mapConcurrently(changes, UNDO_CONCURRENCY, async (change): Promise<Applied> => {
    const attempt = attempts.get(change)
    if (attempt === undefined)
      return { change, fate: change.action === 'unchanged' ? 'unchanged' : 'not-written' }
    return { change, ...(await restoreChange(cluster, attempt, context)) }
  })
}

function report(change: Change, attempt: Attempt | undefined): Applied {
  if (attempt?.object === undefined) return { change, fate: 'unchanged' }
  const { object, auditId, durationMs } = attempt
  return { change, fate: 'written', object, auditId, durationMs }
}

/** The error of the run: what went wrong first, and before it, where putting back was not complete, that. */
function failureOf(error: ActionError, applied: readonly Applied[]): ActionError {
  const stuck = applied.filter(({ fate }) => fate === 'stuck' || fate === 'unknown')
  if (stuck.length === 0) return error
  const names = stuck.map(
    ({ change, fate, reason }) =>
      `${change.manifest.namespace}/${change.manifest.name} (${fate === 'unknown' ? 'state unknown' : 'not restored'}: ${reason ?? 'no answer'})`,
  )
  return new ActionError(
    [
      {
        code: 'RESTORE_INCOMPLETE',
        message: `not everything could be put back: ${names.join(', ')}`,
        hint: 'look at these objects, then run again: a run brings everything to the declared state',
      },
      ...error.problems,
    ],
    { cause: error.cause },
  )
}

/** What was thrown, as a failure of the run. Whatever it is, what was written has been put back by now. */
function faultOf(error: unknown): ActionError {
  if (error instanceof ActionError) return error
  return new ActionError(
    {
      code: 'BUG',
      message: 'a fault in the action itself, while it was writing',
      hint: 'please report it; run again with debug logging for more',
    },
    { cause: error },
  )
}

function lost({ manifest: { namespace, name } }: Change): ActionError {
  return new ActionError({
    code: 'STALE',
    message: `${namespace}/${name} was made by somebody else just before this run’s own create`,
    hint: 'run again; keep runs apart with `concurrency` in the workflow',
  })
}
