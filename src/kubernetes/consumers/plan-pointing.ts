import { createHash } from 'node:crypto'
import { mapConcurrently } from '../../concurrency.ts'
import type { ActionError, Problem } from '../../error.ts'
import type { Cluster } from '../cluster.ts'
import type { Change } from '../diff.ts'
import type { Naming, Renaming } from '../generations.ts'
import { describeDenied } from '../permissions.ts'
import { refusalOf } from '../refusal.ts'
import { PREFIX, type SetIdentity } from '../set.ts'
import { fullName, isPointed, KINDS } from './kinds.ts'
import { createKeeping, judgeObsolete, type Held, type Keeping } from './obsolete.ts'
import { accessTo } from './plan-restarts.ts'
import { pointingFields, pointingManager } from './restart.ts'
import type { Bystander, PlannedRestart } from './restarts.ts'
import { surveyPointing, type Holdout, type Pointable, type PointingSurvey } from './survey-pointing.ts'

export interface PointingPlan {
  readonly restarts: readonly PlannedRestart[]
  readonly bystanders: readonly Bystander[]
  /** Former generations that go. */
  readonly obsolete: readonly Change[]
  readonly held: readonly Held[]
  /** Of what else goes because workloads are pointed away from it. */
  readonly keeping: Keeping
  readonly problems: readonly Problem[]
}

export interface PointingContext {
  readonly set: SetIdentity
  readonly newRevision: () => string
  readonly scrub: (text: string) => string
}

const NOTHING: PointingPlan = {
  restarts: [],
  bystanders: [],
  obsolete: [],
  held: [],
  keeping: () => undefined,
  problems: [],
}

/** Plans which workloads are pointed to current names, and which former generations go. Problems are gathered, not thrown. */
export async function planPointing(
  cluster: Cluster,
  naming: Naming,
  context: PointingContext,
): Promise<PointingPlan> {
  if (naming.renamings.length === 0) return NOTHING
  const survey = await surveyPointing(cluster, naming)
  const waiting = survey.pointable.flatMap(stuckAt)
  const restarts = survey.pointable.map((each) => restartOf(each, naming, context))
  const denied = await cluster.denied(restarts.flatMap(accessTo))
  const tried = denied.length > 0 ? [] : await tryAll(cluster, survey.pointable, { restarts, context })
  const keeping = createKeeping(survey, context)
  return {
    ...judgeObsolete(naming, keeping, context),
    keeping,
    restarts,
    bystanders: survey.holdouts.map(holdoutOf),
    problems: [...waiting, ...describeDenied(denied), ...tried, ...hiddenProblems(survey, naming)],
  }
}

/** One that does not replace its pods would go on with the former Secret, and nobody would know until when. */
function stuckAt({ workload }: Pointable): readonly Problem[] {
  const { obstacle } = workload
  if (obstacle !== 'paused' && obstacle !== 'on-delete') return []
  const why = obstacle === 'paused' ? 'it is paused' : 'it replaces pods only when they are deleted'
  return [
    {
      code: 'RESTART_IMPOSSIBLE',
      message: `${fullName(workload)} is to be pointed to a Secret’s new name, but ${why}`,
      hint:
        obstacle === 'paused'
          ? 'resume it first (kubectl rollout resume)'
          : 'give it `updateStrategy: RollingUpdate`, or the Secret no `name-suffix`',
    },
  ]
}

function restartOf(
  { workload, pointers }: Pointable,
  { renamings }: Naming,
  { set, newRevision }: PointingContext,
): PlannedRestart {
  const { kind, namespace, name, uid, template } = workload
  const annotation = `${PREFIX}/names-${set.digest}`
  const concerned = concernedBy({ workload, pointers }, renamings)
  return {
    kind,
    namespace,
    name,
    uid,
    annotation,
    // Fresh: else a template that was put back by its owner but for the annotation would pass for changed already.
    value: createHash('sha256').update(newRevision()).digest('hex').slice(0, 16),
    former: template[annotation],
    pointing: { pointers, force: concerned.every(({ force }) => force) },
    secrets: concerned.map(({ base, current }) => `${base} as ${current}`),
  }
}

function concernedBy(
  { workload, pointers }: Pick<Pointable, 'workload' | 'pointers'>,
  renamings: readonly Renaming[],
): readonly Renaming[] {
  return renamings.filter(
    ({ namespace, current }) => namespace === workload.namespace && pointers.some(({ to }) => to === current),
  )
}

/** Lets the server judge each: a field of another manager’s is a conflict unless it is taken. */
async function tryAll(
  cluster: Cluster,
  pointable: readonly Pointable[],
  { restarts, context }: { restarts: readonly PlannedRestart[]; context: PointingContext },
): Promise<readonly Problem[]> {
  const objects = new Map(pointable.map(({ workload, object }) => [fullName(workload), object]))
  const tried = await mapConcurrently(restarts, 8, async (restart): Promise<readonly Problem[]> => {
    const { pointing, value } = restart
    const object = objects.get(fullName(restart))
    if (pointing === undefined || object === undefined) return []
    const fields = pointingFields(restart, object, { pointing, value }) ?? {}
    const options = { manager: pointingManager(context.set), force: pointing.force, dryRun: true }
    try {
      await cluster.workloads.apply(restart, fields, options)
      return []
    } catch (error) {
      return refused(restart, error, context)
    }
  })
  return tried.flat()
}

function refused(restart: PlannedRestart, error: unknown, { scrub }: PointingContext): readonly Problem[] {
  const refusal = refusalOf(error)
  if (refusal === undefined || refusal.status === undefined) throw error
  if (refusal.kind !== 'field-conflict') return (error as ActionError).problems
  const managers = [...new Set(refusal.causes.flatMap(({ manager }) => manager ?? []))]
  return [
    {
      code: 'CONFLICT',
      message: `${scrub(fullName(restart))} is to be pointed to ${restart.secrets.join(', ')}, but the names of Secrets in it belong to ${scrub(managers.join(', ')) || 'another field manager'}`,
      hint: 'set `force-conflicts: true` on the Secret to take these fields; whoever applies the workload again brings its own names back, and the next run points it anew',
    },
  ]
}

function holdoutOf({ workload, names }: Holdout): Bystander {
  return {
    workload,
    why: `goes on using ${names.join(', ')}: nothing of its kind, or of this way to use it, is pointed to a new name`,
    stale: true,
  }
}

/** Who may not see the workloads can’t point them. */
function hiddenProblems({ hidden }: PointingSurvey, { renamings }: Naming): readonly Problem[] {
  const lacking = hidden.filter(({ kind }) => isPointed(kind))
  return [...Map.groupBy(lacking, ({ namespace }) => namespace)].map(([namespace, kinds]) => ({
    code: 'FORBIDDEN',
    message: `in the namespace ${namespace} the credentials may not list the ${kinds.map(({ kind }) => KINDS[kind].resource).join(', ')}, so \`name-suffix\` can’t point them to new names`,
    hint: `add to a Role in ${namespace}: {apiGroups: [apps, batch], resources: [deployments, statefulsets, daemonsets, cronjobs], verbs: [get, list, watch, patch]}`,
    ...atOf(renamings.find((each) => each.namespace === namespace)),
  }))
}

function atOf(renaming: Renaming | undefined): Pick<Problem, 'at'> {
  return renaming === undefined ? {} : { at: renaming.at }
}
