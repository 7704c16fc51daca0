import { mapConcurrently } from '../concurrency.ts'
import { cancelled } from '../deadline.ts'
import { ActionError, throwIfAny } from '../error.ts'
import type { ApplyContext } from './attempt.ts'
import type { Cluster, LiveSecret } from './cluster.ts'
import {
  describeUnrestored,
  NO_ROLLOUTS,
  rollBack,
  rollOut,
  type RollOutContext,
  type Rolling,
  type Rollouts,
} from './consumers/roll-out.ts'
import type { Change } from './diff.ts'
import { dryRunAll } from './dry-run.ts'
import type { Plan } from './plan.ts'
import { restoreChange, type Restored } from './restore.ts'
import { goneOf, heldBy, inUndoOrder } from './undo-order.ts'
import { MANAGED_BY_LABEL } from './set.ts'
import { deleteAll, demandLeave, makeImmutable, writeAll, type Tried, type Writing } from './write.ts'

/** How many objects are put back at once. */
const UNDO_CONCURRENCY = 8

/** What became of one change. */
export interface Applied {
  readonly change: Change
  readonly fate: 'written' | 'unchanged' | 'not-written' | Restored['fate']
  /** Why it could not be put back, where it could not. */
  readonly reason?: string
  /** Whether a later run may still put it back. */
  readonly unfinished?: true
  /** The object as the write left it. */
  readonly object?: LiveSecret
  readonly auditId?: string | undefined
  readonly durationMs?: number
}

export interface ApplyResult {
  readonly applied: readonly Applied[]
  /** What became of the workloads that use what changed. */
  readonly rollouts: Rollouts
  /** Namespaces that were created; they are kept when the run fails. */
  readonly namespaces: readonly string[]
  /** Why the run failed; undefined when all is as planned. */
  readonly failure: ActionError | undefined
}

/**
 * Writes what was planned. At the first failure nothing more is written and all that was is put back. Undefined where
 * another run of the set was first: nothing was written, and the plan is out of date.
 */
export async function applyPlan(
  cluster: Cluster,
  plan: Plan,
  context: ApplyContext,
): Promise<ApplyResult | undefined> {
  const { journal } = context
  const writing: Writing = { context, tried: new Map() }
  const rolling: Rolling = { tried: [], rollouts: NO_ROLLOUTS }
  const namespaces: string[] = []
  let written = false
  try {
    await createNamespaces(cluster, plan, { ...context, created: namespaces })
    if (!(await journal.begin(plan.changes, plan.restarts.restarts))) return undefined
    await writeAll(cluster, plan.changes, writing)
    written = true
    await rollOut(cluster, plan.restarts.restarts, { ...rollOutContext(context), rolling })
    if (plan.checks.length > 0) await context.verify(plan.checks)
    await deleteAll(cluster, plan.changes, writing)
    await makeImmutable(cluster, writing)
    await journal.commit()
  } catch (error) {
    const fault = faultOf(error, context)
    if (written && isKept(fault, context) && (await committed(journal)))
      return { ...resultOf(plan, writing, rolling), namespaces, failure: fault }
    const applied = await undo(cluster, plan.changes, { ...writing, rolling })
    const failure = failureOf(fault, { applied, rollouts: rolling.rollouts }, context)
    return { applied, rollouts: rolling.rollouts, namespaces, failure }
  }
  return { ...resultOf(plan, writing, rolling), namespaces, failure: undefined }
}

function resultOf(
  plan: Plan,
  writing: Writing,
  { rollouts }: Rolling,
): Pick<ApplyResult, 'applied' | 'rollouts'> {
  return { applied: plan.changes.map((change) => report(change, writing.tried.get(change))), rollouts }
}

/** Whether what was written stays in spite of this failure, because the user wants it so. */
function isKept({ code }: ActionError, { onFailure, cancelled: stopped }: ApplyContext): boolean {
  return onFailure === 'keep' && !stopped() && (code === 'ROLLOUT_FAILED' || code === 'VERIFY_FAILED')
}

/** What was to be deleted is there yet: that comes after all that can fail so. */
async function committed(journal: ApplyContext['journal']): Promise<boolean> {
  return journal.commit('undeleted').then(
    () => true,
    () => false,
  )
}

function rollOutContext(context: ApplyContext): RollOutContext {
  const { rollout, journal, cancelled: stopped } = context
  return { ...context, ...rollout, leave: () => demandLeave({ cancelled: stopped, journal }) }
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
  throwIfAny(problems)
}

async function undo(
  cluster: Cluster,
  changes: readonly Change[],
  { context, tried, rolling }: Writing & { rolling: Rolling },
): Promise<readonly Applied[]> {
  const { journal } = context
  context.beginUndo(tried.size > 0)
  const decided = await journal.beginUndo().then(
    () => true,
    () => false,
  )
  const restore = (some: readonly Change[]): Promise<readonly Applied[]> =>
    mapConcurrently(some, UNDO_CONCURRENCY, async (change): Promise<Applied> => {
      const attempt = tried.get(change)
      if (attempt === undefined)
        return { change, fate: change.action === 'unchanged' ? 'unchanged' : 'not-written' }
      if (!decided) return { change, ...UNDECIDED }
      const held = heldBy(change, rolling.rollouts.putBack)
      return { change, ...(held ?? (await restoreChange(cluster, attempt, context))) }
    })
  const [first, last] = inUndoOrder(changes)
  const before = await restore(first)
  if (decided)
    await rollBack(cluster, rolling, {
      ...rollOutContext(context),
      gone: goneOf(before.map(({ change, unfinished }) => ({ ...change.desired, unfinished }))),
    })
  const applied = sorted([...before, ...(await restore(last))], changes)
  if (!decided) return applied
  const stuck = rolling.rollouts.putBack.some(({ fate }) => fate === 'stuck')
  await journal.endUndo(!stuck && applied.every(({ unfinished }) => unfinished !== true))
  return applied
}

function sorted(applied: readonly Applied[], changes: readonly Change[]): readonly Applied[] {
  const order = new Map(changes.map((change, nth) => [change, nth]))
  return applied.toSorted((a, b) => (order.get(a.change) ?? 0) - (order.get(b.change) ?? 0))
}

const UNDECIDED: Restored = {
  fate: 'unknown',
  reason: 'it was written, but whether that was recorded is not known',
  unfinished: true,
}

function report(change: Change, tried: Tried | undefined): Applied {
  if (tried === undefined)
    return { change, fate: change.action === 'unchanged' ? 'unchanged' : 'not-written' }
  const { object, auditId, durationMs } = tried
  return { change, fate: 'written', ...(object === undefined ? {} : { object }), auditId, durationMs }
}

/** The error of the run: what went wrong first, and before it, where putting back was not complete, that. */
function failureOf(
  error: ActionError,
  { applied, rollouts }: Pick<ApplyResult, 'applied' | 'rollouts'>,
  { journal }: ApplyContext,
): ActionError {
  const stuck = applied.filter(({ fate }) => fate === 'stuck' || fate === 'unknown')
  const names = [
    ...stuck.map(
      ({ change, fate, reason }) =>
        `${change.manifest.namespace}/${change.manifest.name} (${fate === 'unknown' ? 'state unknown' : 'not restored'}: ${reason ?? 'no answer'})`,
    ),
    ...describeUnrestored(rollouts),
  ]
  if (names.length === 0) return error
  return new ActionError(
    [
      {
        code: 'RESTORE_INCOMPLETE',
        message: `not everything could be put back: ${names.join(', ')}`,
        hint: journal.lasting
          ? 'look at these objects, then run again: the next run of the set puts back first what still can be'
          : 'look at these objects, then run again: a run brings everything to the declared state',
      },
      ...error.problems,
    ],
    { cause: error.cause },
  )
}

/** What was thrown, as a failure of the run. Whatever it is, what was written has been put back by now. */
function faultOf(error: unknown, context: ApplyContext): ActionError {
  if (context.cancelled()) return cancelled()
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
