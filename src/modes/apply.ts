import type { Config } from '../config/config.ts'
import { readConfig } from '../config/read.ts'
import type { Effects } from '../effects.ts'
import { ActionError, throwIfAny, type Problem } from '../error.ts'
import type { ApplyInputs } from '../inputs/apply.ts'
import { openJournal, withoutJournal, type SetJournal } from '../journal/open.ts'
import type { Recovered } from '../journal/recover.ts'
import type { Settled } from '../journal/settle.ts'
import { applyPlan, UNDO_LIMIT_MS, type ApplyResult } from '../kubernetes/apply.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Restart } from '../kubernetes/consumers/restarts.ts'
import { NO_ROLLOUTS } from '../kubernetes/consumers/roll-out.ts'
import { planChanges, type Plan, type PlanContext } from '../kubernetes/plan.ts'
import { probe } from '../kubernetes/probe.ts'
import type { RunJournal } from '../kubernetes/run-journal.ts'
import { identifySet, type SetIdentity } from '../kubernetes/set.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import { readProvenance, type ApplyOutcome, type HandOverOutcome } from '../outcome.ts'
import { randomId } from '../random-id.ts'
import { describePlan } from '../report/plan.ts'
import { describeRecovered } from '../report/recovered.ts'
import type { Check } from '../verify/check.ts'
import { handOver } from './hand-over.ts'
import { prepare, type Prepared } from './prepare.ts'
import { createVerification } from './verification.ts'
import { fileOf, isPruning, placedBy, pruningOf, tellOlder } from './prune.ts'
import type { World } from './world.ts'

/**
 * The main job: values in, Secrets on the API server, all or nothing. Throws when nothing was written at all. Where somebody
 * else makes the Secrets, they are handed over instead.
 */
export async function apply(inputs: ApplyInputs, world: World): Promise<ApplyOutcome | HandOverOutcome> {
  const { effects } = world
  const config = await readConfig(inputs, effects)
  const { deliver: delivery } = config
  if (delivery === 'sealed-secret' || delivery === 'external-secret')
    return handOver(config, delivery, { inputs, world })
  sayUnpushed(config, effects.log)
  const set = identifySet(config.set)
  const cluster = await world.cluster()
  const { githubSecrets } = inputs
  const defaultNamespace = cluster.defaultNamespace ?? 'default'
  const prepared = await prepare(config, { world, githubSecrets, defaultNamespace })
  const { manifests, checks, problems } = prepared
  if (problems.length > 0) throwIfAny([...problems, ...(await alsoWrong(cluster, { ...prepared, inputs }))])
  const restart = inputs.restart ?? 'none'
  return deliver(
    manifests.map((manifest) => ({ restart, ...manifest })),
    { config, set, cluster, checks, inputs, world },
  )
}

/** Only an operator pushes, by what is rendered for it. */
function sayUnpushed({ secrets }: Config, log: Effects['log']): void {
  const pushed = secrets.filter(({ push }) => push.size > 0).map(({ id }) => id)
  if (pushed.length > 0)
    log.notice(
      `\`push\` of ${pushed.join(', ')} is rendered (\`mode: render\`), and nothing is pushed by this run`,
    )
}

interface Delivery {
  readonly config: Config
  readonly set: SetIdentity
  readonly cluster: Cluster
  readonly checks: readonly Check[]
  readonly inputs: ApplyInputs
  readonly world: World
}

/** Plans and writes; plans again where another run of the set was at work meanwhile. */
async function deliver(manifests: readonly SecretManifest[], delivery: Delivery): Promise<ApplyOutcome> {
  const { config, set, cluster, inputs, world } = delivery
  const { log } = world.effects
  const journal = journalFor(delivery)
  const recovered: Recovered[] = []
  for (;;) {
    const settled = await (inputs.dryRun ? journal.look(manifests) : journal.settle(manifests))
    recovered.push(...settled.recovered)
    describeRecovered(settled.recovered, log)
    await tellOlder(settled, world.effects)
    const plan = await planUnlessOvertaken(manifests, { ...delivery, journal, settled })
    if (plan !== undefined) {
      describePlan(plan, { set, cluster: cluster.describe, log })
      const { environment } = config
      const base = { mode: 'apply' as const, set, environment, cluster: cluster.describe, plan, recovered }
      if (inputs.dryRun) return { ...base, ...NOTHING_DONE, kind: 'dry-run' }
      const earlier = putBackOf(recovered)
      const result = await write(plan, { ...delivery, earlier }, journal.forRun(settled))
      if (result !== undefined)
        return { ...base, kind: result.failure === undefined ? 'applied' : 'failed', ...result }
    }
    log.info('another run of the set was first: planning again once it has ended')
  }
}

/** The plan; undefined where an object changed while it was made, and another run of the set may be who did it. */
async function planUnlessOvertaken(
  manifests: readonly SecretManifest[],
  { journal, settled, ...delivery }: Delivery & { journal: SetJournal; settled: Settled },
): Promise<Plan | undefined> {
  try {
    const { effects } = delivery.world
    const pruning = await pruningOf(manifests, { ...delivery, effects, settled })
    const context = { ...planContext(delivery), journalOf: journal.needs(settled), pruning }
    return await planChanges(delivery.cluster, manifests, context)
  } catch (error) {
    const stale = error instanceof ActionError && error.problems.some(({ code }) => code === 'STALE')
    if (!stale || delivery.inputs.dryRun || !(await journal.changedSince(settled))) throw error
    return undefined
  }
}

function journalFor({ config, set, cluster, inputs, world }: Delivery): SetJournal {
  const { effects, deadline } = world
  const history = inputs.history ?? config.history ?? 0
  if (inputs.journal ?? config.journal ?? true)
    return openJournal(cluster, effects, {
      set,
      deadline,
      history,
      lockTimeoutMs: inputs.lockTimeoutMs,
      run: readProvenance(effects.env).run,
      file: fileOf(inputs, effects),
      placed: placedBy(config, inputs),
      everywhere: isPruning({ config, inputs }) && inputs.namespace === undefined,
    })
  if (isPruning({ config, inputs })) throw noInventory()
  if (history > 0)
    throw new ActionError({
      code: 'INPUT_INVALID',
      message: 'former states are to be kept (`history`), but there is no journal to keep them in',
      hint: 'remove `journal: off`, or set `history` to 0',
    })
  effects.log.notice(
    'journal: off: what is written is put back from memory only, not after the process was killed; and nothing keeps other runs of the set away',
  )
  return withoutJournal
}

function noInventory(): ActionError {
  return new ActionError({
    code: 'INPUT_INVALID',
    message:
      'Secrets that are declared no more are to be deleted (`prune`), but there is no journal that tells which were applied',
    hint: 'remove `journal: off`, or set `prune: false`',
  })
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

/** What the cluster would refuse too; not asked where somebody else's change forbids to log in. */
async function alsoWrong(
  cluster: Cluster,
  { manifests, problems, inputs }: Omit<Prepared, 'values'> & { inputs: ApplyInputs },
): Promise<readonly Problem[]> {
  const untrusted = problems.some(({ code }) => code === 'UNTRUSTED_CHANGE')
  return untrusted ? [] : probe(cluster, manifests, { createNamespaces: inputs.createNamespace })
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
