import { mapConcurrently } from '../concurrency.ts'
import { ActionError, throwIfAny, type Problem } from '../error.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import { idOf, type Cluster, type Ref } from './cluster.ts'
import { fullName } from './consumers/kinds.ts'
import { judgePruned, type Held } from './consumers/obsolete.ts'
import { planPointing, type PointingPlan } from './consumers/plan-pointing.ts'
import { planRestarts, type RestartPlan, type RestartPlanning } from './consumers/plan-restarts.ts'
import type { Change } from './diff.ts'
import { dryRunAll } from './dry-run.ts'
import { NO_NAMING, type Naming } from './generations.ts'
import { describeDenied, missingPermissions } from './permissions.ts'
import { planDeletions, type Deletions, type Pruning } from './plan-deletions.ts'
import type { Spared } from './prune.ts'
import { exceededQuotas } from './quota.ts'
import type { JournalNeed } from './run-journal.ts'
import { survey, type SurveyContext } from './survey.ts'
import { accessOfChecks } from '../verify/access.ts'
import type { Check } from '../verify/check.ts'
import { dueChecks } from '../verify/due.ts'

/** Everything that a run would do, proved as far as it can be before the first write. */
export interface Plan {
  readonly changes: readonly Change[]
  /** Namespaces that are created first; their objects' dry runs follow then. */
  readonly namespaces: readonly string[]
  /** Secrets that are not made because all their values are optional and absent. */
  readonly skipped: readonly Ref[]
  /** Secrets that were applied before, are not declared any more, and stay all the same. */
  readonly spared: readonly Spared[]
  /** What the server warned of in its dry runs, by `namespace/name`. */
  readonly warnings: readonly { readonly name: string; readonly text: string }[]
  /** What becomes of the workloads that use what changes. */
  readonly restarts: RestartPlan
  /** Former generations that are more than are to be kept, and stay all the same. */
  readonly held: readonly Held[]
  /** What is checked when all is written and restarted. */
  readonly checks: readonly Check[]
}

export interface PlanContext extends Omit<SurveyContext, 'doubtful'> {
  readonly restart: Pick<RestartPlanning, 'restartWith' | 'now'>
  readonly clusterUid: string | undefined
  /** All checks of the configuration. */
  readonly checks: readonly Check[]
  /** The journals that a run which writes needs beside the Secrets; undefined where it keeps none. */
  readonly journalOf: ((namespace: string) => JournalNeed) | undefined
  /** What is deleted because nothing declares it any more; undefined: nothing is looked for. */
  readonly pruning?: Pruning | undefined
  /** Secrets with a name for each generation. */
  readonly naming?: Naming
}

/**
 * Plans the manifests against the cluster. Throws every problem found together; writes nothing. What the list of the set's
 * own does not show is taken to be nothing; where its dry run is refused, it is looked for, and judged if it is there.
 */
export async function planChanges(
  cluster: Cluster,
  manifests: readonly SecretManifest[],
  context: PlanContext,
): Promise<Plan> {
  await checkCluster(cluster, context.clusterUid)
  const pointing = await planPointing(cluster, context.naming ?? NO_NAMING, context)
  const whole = { ...context, pointing }
  const first = await prove(cluster, manifests, { ...whole, doubtful: new Set() })
  const doubtful = new Set(first.doubtful.map(({ manifest }) => idOf(manifest)))
  const { problems, plan } =
    doubtful.size === 0 ? first : await prove(cluster, manifests, { ...whole, doubtful })
  const { problems: impossible, ...planned } = await planRestarts(cluster, plan.changes, {
    ...context,
    ...context.restart,
  })
  const restarts = withPointing(planned, pointing)
  const checks = dueChecks(context.checks, {
    written: plan.changes.filter(({ action }) => action !== 'unchanged').map(({ manifest }) => manifest),
    restarted: restarts.restarts.length > 0,
  })
  const lacking = describeDenied(await cluster.denied(accessOfChecks(checks)))
  throwIfAny([...pointing.problems, ...problems, ...impossible, ...lacking])
  return { ...plan, restarts, checks }
}

/** One write points a workload and has its pods replaced: it is not restarted beside that. */
function withPointing(planned: RestartPlan, pointing: PointingPlan): RestartPlan {
  const pointed = new Set(pointing.restarts.map(fullName))
  return {
    ...planned,
    restarts: [...planned.restarts.filter((each) => !pointed.has(fullName(each))), ...pointing.restarts],
    bystanders: [
      ...planned.bystanders.filter(({ workload }) => !pointed.has(fullName(workload))),
      ...pointing.bystanders,
    ],
  }
}

const NO_DELETIONS: Deletions = { changes: [], spared: [], problems: [] }

interface Proof {
  readonly plan: Omit<Plan, 'restarts' | 'checks'>
  readonly problems: readonly Problem[]
  /** Creates that were refused, perhaps because something is there that the plan has not seen. */
  readonly doubtful: readonly Change[]
}

/** Reads, judges and tries: whatever can be found out without a write. */
async function prove(
  cluster: Cluster,
  manifests: readonly SecretManifest[],
  context: PlanContext & SurveyContext & { readonly pointing: PointingPlan },
): Promise<Proof> {
  const byNamespace = [...Map.groupBy(manifests, ({ namespace }) => namespace)]
  const surveyed = await mapConcurrently(byNamespace, 4, ([namespace, members]) =>
    survey(cluster, { namespace, members, context }),
  )
  const gone = await deletionsOf(cluster, context)
  const missing = surveyed.filter(({ missing: gone }) => gone).map(({ namespace }) => namespace)
  const changes = [...surveyed.flatMap((each) => each.changes), ...gone.changes]
  const writes = changes.filter(({ action }) => action !== 'unchanged')
  const tried = await tryWrites(cluster, { writes, missing }, context)
  return {
    doubtful: tried.doubtful,
    problems: [
      ...surveyed.flatMap(({ problems }) => problems),
      ...gone.problems,
      ...tried.lacking,
      ...tried.problems,
      ...tried.quotas,
    ],
    plan: {
      changes,
      skipped: surveyed.flatMap((each) => each.skipped),
      spared: gone.spared,
      held: gone.held,
      namespaces: missing,
      warnings: tried.warnings,
    },
  }
}

interface Trial extends Awaited<ReturnType<typeof dryRunAll>> {
  readonly lacking: readonly Problem[]
  readonly quotas: readonly Problem[]
}

/** Whether all of it may be written, and would be accepted. What is not allowed is not tried. */
async function tryWrites(
  cluster: Cluster,
  { writes, missing }: { writes: readonly Change[]; missing: readonly string[] },
  context: PlanContext & { readonly pointing: PointingPlan },
): Promise<Trial> {
  const existing = writes.filter(({ manifest }) => !missing.includes(manifest.namespace))
  const journals = journalsOf(writes, context)
  const isNothing = writes.length === 0 && journals.length === 0
  const lacking = isNothing
    ? []
    : await missingPermissions(cluster, writes, { namespaces: missing, journals })
  const refused = new Set(lacking.length > 0 ? existing.map(({ manifest }) => manifest.namespace) : [])
  const allowed = existing.filter(({ manifest }) => !refused.has(manifest.namespace))
  const tried = await dryRunAll(cluster, allowed, context.set)
  return { ...tried, lacking, quotas: await exceededQuotas(cluster, existing, journals) }
}

/** What goes because nothing declares it any more, and the generations that are more than are to be kept. */
async function deletionsOf(
  cluster: Cluster,
  context: PlanContext & { readonly pointing: PointingPlan },
): Promise<Deletions & Pick<Plan, 'held'>> {
  const { pruning, pointing, naming = NO_NAMING } = context
  const pruned = pruning === undefined ? NO_DELETIONS : await planDeletions(cluster, pruning, context)
  const { changes, held } = judgePruned(pruned.changes, naming, pointing.keeping)
  return { ...pruned, changes: [...changes, ...pointing.obsolete], held: [...held, ...pointing.held] }
}

/** A run that only points workloads keeps a journal too. */
function journalsOf(
  writes: readonly Change[],
  { journalOf, pointing }: PlanContext & { readonly pointing: PointingPlan },
): readonly JournalNeed[] {
  const touched = [...writes.map(({ manifest }) => manifest), ...pointing.restarts]
  const namespaces = new Set(touched.map(({ namespace }) => namespace))
  return journalOf === undefined ? [] : [...namespaces].map(journalOf)
}

async function checkCluster(cluster: Cluster, wanted: string | undefined): Promise<void> {
  if (wanted === undefined) return
  const uid = await cluster.uid()
  if (uid === wanted) return
  throw new ActionError(
    uid === undefined
      ? {
          code: 'FORBIDDEN',
          message:
            'the configuration names the cluster by uid, but the namespace kube-system may not be read',
          hint: 'add to a ClusterRole: {apiGroups: [""], resources: [namespaces], resourceNames: [kube-system], verbs: [get]}',
        }
      : {
          code: 'CLUSTER_MISMATCH',
          message: `this is not the cluster that the configuration names: its kube-system has the uid ${uid.replace(/[^\w-]/g, '')}`,
          hint: 'check the `kubeconfig` and `context` inputs, or correct `cluster.uid` in the configuration',
        },
  )
}
