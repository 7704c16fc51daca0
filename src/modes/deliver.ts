import type { Config } from '../config/config.ts'
import { ActionError } from '../error.ts'
import type { RolloutInputs } from '../inputs/rollout.ts'
import type { RunInputs } from '../inputs/run.ts'
import type { WritingInputs } from '../inputs/writing.ts'
import type { SetJournal } from '../journal/open.ts'
import type { Recovered } from '../journal/recover.ts'
import type { Settled } from '../journal/settle.ts'
import { applyPlan, type ApplyResult } from '../kubernetes/apply.ts'
import { UNDO_LIMIT_MS } from '../kubernetes/undo-limit.ts'
import type { Cluster, Ref } from '../kubernetes/cluster.ts'
import type { Restart } from '../kubernetes/consumers/restarts.ts'
import { NO_ROLLOUTS } from '../kubernetes/consumers/roll-out.ts'
import type { Naming } from '../kubernetes/generations.ts'
import type { Pruning } from '../kubernetes/plan-deletions.ts'
import { planChanges, type Plan, type PlanContext } from '../kubernetes/plan.ts'
import type { RunJournal } from '../kubernetes/run-journal.ts'
import { type SetIdentity } from '../kubernetes/set.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import { readProvenance, type ApplyOutcome } from '../outcome.ts'
import { randomId } from '../random-id.ts'
import { describePlan } from '../report/plan.ts'
import { describeRecovered } from '../report/recovered.ts'
import type { Check } from '../verify/check.ts'
import { createVerification } from './verification.ts'
import { journalFor } from './journal.ts'
import type { World } from './world.ts'

/** What the cluster is to have, once nobody else is at work on it. */
export interface Wanted {
  readonly manifests: readonly SecretManifest[]
  readonly pruning: Pruning | undefined
  /** Secrets with a name for each generation. */
  readonly naming: Naming
  /** The run before which the state was that is gone back to; undefined: it is a new state. */
  readonly goesBack?: string
}

export interface Wish {
  /** What the configuration declares: where journals are looked for. */
  readonly declared: readonly Ref[]
  /** Whether in namespaces too that are declared no more. */
  readonly everywhere: boolean
  /** The error where there is no journal; undefined: there need be none. */
  readonly needsJournal: (() => ActionError) | undefined
  readonly want: (settled: Settled, journal: SetJournal) => Promise<Wanted>
}

export interface Delivery {
  readonly config: Config
  readonly set: SetIdentity
  readonly cluster: Cluster
  readonly checks: readonly Check[]
  readonly inputs: RunInputs & WritingInputs & RolloutInputs
  readonly world: World
}

/** Plans and writes; plans again where another run of the set was at work meanwhile. */
export async function deliver(wish: Wish, delivery: Delivery): Promise<ApplyOutcome> {
  const { config, set, cluster, inputs, world } = delivery
  const { log } = world.effects
  const journal = journalFor(wish, delivery)
  const recovered: Recovered[] = []
  for (;;) {
    const settled = await (inputs.dryRun ? journal.look(wish.declared) : journal.settle(wish.declared))
    recovered.push(...settled.recovered)
    describeRecovered(settled.recovered, log)
    const wanted = await wish.want(settled, journal)
    const plan = await planUnlessOvertaken(wanted, { ...delivery, journal, settled })
    if (plan !== undefined) {
      describePlan(plan, { set, cluster: cluster.describe, log })
      const { environment } = config
      const base = { mode: 'apply' as const, set, environment, cluster: cluster.describe, plan, recovered }
      if (inputs.dryRun) return { ...base, ...NOTHING_DONE, kind: 'dry-run' }
      const earlier = putBackOf(recovered)
      const result = await write(plan, { ...delivery, earlier }, journal.forRun(settled, wanted.goesBack))
      if (result !== undefined)
        return { ...base, kind: result.failure === undefined ? 'applied' : 'failed', ...result }
    }
    log.info('another run of the set was first: planning again once it has ended')
  }
}

/** The plan; undefined where an object changed while it was made, and another run of the set may be who did it. */
async function planUnlessOvertaken(
  { manifests, pruning, naming }: Wanted,
  { journal, settled, ...delivery }: Delivery & { journal: SetJournal; settled: Settled },
): Promise<Plan | undefined> {
  try {
    const context = { ...planContext(delivery), journalOf: journal.needs(settled), pruning, naming }
    return await planChanges(delivery.cluster, manifests, context)
  } catch (error) {
    const stale = error instanceof ActionError && error.problems.some(({ code }) => code === 'STALE')
    if (!stale || delivery.inputs.dryRun || !(await journal.changedSince(settled))) throw error
    return undefined
  }
}

function planContext({
  config,
  set,
  checks,
  inputs,
  world: { effects },
}: Delivery): Omit<PlanContext, 'journalOf'> {
  return {
    set,
    provenance: definedOnly(readProvenance(effects.env)),
    newRevision: () => randomId(effects, 6),
    clusterUid: config.clusterUid,
    checks,
    createNamespaces: inputs.createNamespace,
    takeOver: [inputs.takeOver, config.takeOver],
    scrub: effects.scrub,
    restart: { restartWith: inputs.restartWith, now: effects.now() },
  }
}

const NOTHING_DONE = {
  applied: [],
  namespaces: [],
  rollouts: NO_ROLLOUTS,
  verified: [],
  failure: undefined,
} as const

async function write(
  plan: Plan,
  { set, cluster, inputs, world, earlier }: Delivery & { earlier: readonly Restart[] },
  journal: RunJournal,
): Promise<(ApplyResult & Pick<ApplyOutcome, 'verified'>) | undefined> {
  const { effects, deadline } = world
  const beginUndo = (needed: boolean): void => {
    if (needed) effects.log.info('putting back what was written')
    deadline.restart(UNDO_LIMIT_MS)
  }
  const cancelled = (): boolean => deadline.cancelled
  const { rolloutTimeoutMs: timeoutMs, showLogs, onFailure } = inputs
  const { scrub } = effects
  const rollout = {
    timeoutMs,
    showLogs,
    earlier,
    scrub,
    signal: () => deadline.signal,
    extend: (ms: number) => deadline.extend(ms),
  }
  const verification = createVerification(cluster, world)
  const result = await applyPlan(cluster, plan, {
    ...effects,
    set,
    journal,
    beginUndo,
    cancelled,
    rollout,
    onFailure,
    verify: verification.make,
  })
  return result === undefined ? undefined : { ...result, verified: verification.verified() }
}

/** The workloads that were put back for runs that were cut off. */
function putBackOf(recovered: readonly Recovered[]): readonly Restart[] {
  return recovered.flatMap(({ putBack }) =>
    putBack.filter(({ fate }) => fate === 'back').map(({ restart }) => restart),
  )
}

function definedOnly(record: object): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}
