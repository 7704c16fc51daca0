import { mapConcurrently } from '../../concurrency.ts'
import type { Problem } from '../../error.ts'
import type { Access, Cluster } from '../cluster.ts'
import type { Change } from '../diff.ts'
import { describeDenied } from '../permissions.ts'
import { changedSecret, removedKeys } from './changed-keys.ts'
import { fullName, isRestartable, KINDS, type Kind } from './kinds.ts'
import { describeNeeded, neededBy, type Removal } from './needs.ts'
import type { NamedWorkload, RestartPolicy } from './policy.ts'
import {
  decideRestarts,
  type Bystander,
  type PlannedRestart,
  type RestartContext,
  type Wanting,
} from './restarts.ts'
import { surveyWorkloads, type Survey } from './survey.ts'
import { parseWorkload, type Workload, type WorkloadRef } from './workload.ts'

/** What becomes of the workloads that use what a run changes. */
export interface RestartPlan {
  readonly restarts: readonly PlannedRestart[]
  /** Told of, and left as they are. */
  readonly bystanders: readonly Bystander[]
  /** Kinds in which there may be more, but they may not be listed. */
  readonly hidden: Survey['hidden']
}

export interface RestartPlanning extends RestartContext {
  readonly scrub: (text: string) => string
}

export const NO_RESTARTS: RestartPlan = { restarts: [], bystanders: [], hidden: [] }

/** Plans the restarts for what changes; nothing is asked where no Secret wants any. Problems are gathered, not thrown. */
export async function planRestarts(
  cluster: Cluster,
  changes: readonly Change[],
  context: RestartPlanning,
): Promise<RestartPlan & { readonly problems: readonly Problem[] }> {
  const wanting = changes
    .map((change) => ({ change, restart: change.manifest.restart ?? 'none' }))
    .filter(({ change, restart }) => restart !== 'none' && changedSecret(change).keys.size > 0)
  const removing = changes.filter(takesAway)
  const surveyed = [
    ...wanting.filter(({ restart }) => restart === 'auto').map(({ change }) => change),
    ...removing,
  ]
  const survey =
    surveyed.length === 0
      ? { workloads: [], hidden: [] }
      : await surveyWorkloads(
          cluster,
          surveyed.map(({ manifest }) => manifest),
        )
  const named = await readNamed(cluster, wanting, survey.workloads)
  const decided = decideRestarts([...survey.workloads, ...named.workloads], { wanting, changes }, context)
  const needed = neededBy(survey.workloads, removing.map(removalOf))
  const denied = await cluster.denied(decided.restarts.flatMap(accessTo))
  return {
    restarts: decided.restarts,
    bystanders: [...decided.bystanders, ...named.absent],
    hidden: survey.hidden,
    problems: [
      ...describeNeeded(needed, context.scrub),
      ...named.problems,
      ...decided.problems,
      ...hiddenProblems(survey.hidden, wanting),
      ...unseenProblems(survey.hidden, changes),
      ...describeDenied(denied),
    ],
  }
}

function takesAway(change: Change): boolean {
  if (change.superseded === true) return false
  return change.action === 'delete' || removedKeys(change).length > 0
}

function removalOf(change: Change): Removal {
  return { ...refOf(change), keys: change.action === 'delete' ? undefined : removedKeys(change) }
}

function refOf({ manifest: { namespace, name } }: Change): { namespace: string; name: string } {
  return { namespace, name }
}

/** What restarting one needs: to change it, to see how it gets on, and to put it back. */
export function accessTo({ kind, namespace, name }: WorkloadRef): readonly Access[] {
  const { group, resource } = KINDS[kind]
  return ['get', 'watch', 'patch'].map((verb) => ({ namespace, verb, group, resource, name }))
}

interface Named {
  readonly workloads: readonly Workload[]
  /** Not there yet, as is the Secret. */
  readonly absent: readonly Bystander[]
  readonly problems: readonly Problem[]
}

/** The workloads that are named in `restart` and were not found by what they use. */
async function readNamed(
  cluster: Cluster,
  wanting: readonly Wanting[],
  known: readonly Workload[],
): Promise<Named> {
  const wanted = new Map(
    wanting.flatMap(({ change, restart }) =>
      namedIn(restart).map((each) => {
        const ref = { ...each, namespace: change.manifest.namespace }
        return [fullName(ref), { ref, change }] as const
      }),
    ),
  )
  for (const each of known) wanted.delete(fullName(each))
  const read = await mapConcurrently([...wanted.values()], 8, async ({ ref, change }) => {
    const object = await cluster.workloads.read(ref)
    const workload = object === undefined ? undefined : parseWorkload(ref.kind, object)
    if (workload !== undefined) return { ...NONE, workloads: [workload] }
    return change.action === 'create'
      ? { ...NONE, absent: [notYet(ref)] }
      : { ...NONE, problems: [missing(ref, change.manifest.at)] }
  })
  return {
    workloads: read.flatMap(({ workloads }) => workloads),
    absent: read.flatMap(({ absent }) => absent),
    problems: read.flatMap(({ problems }) => problems),
  }
}

const NONE: Named = { workloads: [], absent: [], problems: [] }

function notYet(workload: WorkloadRef): Bystander {
  return { workload, why: 'is not there yet: when it is, it has the new values', stale: false }
}

function namedIn(restart: RestartPolicy): readonly NamedWorkload[] {
  return typeof restart === 'string' ? [] : restart
}

function missing(ref: WorkloadRef, at: Problem['at']): Problem {
  return {
    code: 'RESTART_IMPOSSIBLE',
    message: `${fullName(ref)} is to be restarted, but there is none`,
    hint: 'correct its name in `restart`, or deploy it first',
    ...(at === undefined ? {} : { at }),
  }
}

/** `restart: auto` can't do without seeing what can be restarted; of all other kinds it only tells. */
function hiddenProblems(hidden: Survey['hidden'], wanting: readonly Wanting[]): readonly Problem[] {
  const automatic = new Set(
    wanting.filter(({ restart }) => restart === 'auto').map(({ change }) => change.manifest.namespace),
  )
  const lacking = hidden.filter(({ kind, namespace }) => isNeeded(kind) && automatic.has(namespace))
  return [...Map.groupBy(lacking, ({ namespace }) => namespace)].map(([namespace, kinds]) => {
    const resources = kinds.map(({ kind }) => KINDS[kind].resource).join(', ')
    return {
      code: 'FORBIDDEN',
      message: `in the namespace ${namespace} the credentials may not list the ${resources}, so \`restart: auto\` can’t know what uses the Secrets`,
      hint: `add to a Role in ${namespace}: {apiGroups: [apps], resources: [deployments, statefulsets, daemonsets], verbs: [get, list, watch, patch]}; or name the workloads under \`restart\``,
    }
  })
}

/** What may use a Secret must be seen before it is deleted. */
function unseenProblems(hidden: Survey['hidden'], changes: readonly Change[]): readonly Problem[] {
  const deletes = changes
    .filter(({ action, superseded }) => action === 'delete' && superseded !== true)
    .map(({ manifest }) => manifest.namespace)
  const lacking = hidden.filter(({ namespace }) => deletes.includes(namespace))
  return [...Map.groupBy(lacking, ({ namespace }) => namespace)].map(([namespace, kinds]) => {
    const groups = Map.groupBy(kinds, ({ kind }) => KINDS[kind].group)
    const rules = [...groups].map(
      ([group, of]) =>
        `{apiGroups: ["${group}"], resources: [${of.map(({ kind }) => KINDS[kind].resource).join(', ')}], verbs: [list]}`,
    )
    return {
      code: 'FORBIDDEN',
      message: `in the namespace ${namespace} the credentials may not list all that could use a Secret, so none is deleted there`,
      hint: `add to a Role in ${namespace}: ${rules.join(', ')}; or set \`prune: false\``,
    }
  })
}

function isNeeded(kind: Kind): boolean {
  return isRestartable(kind) && kind !== 'Rollout'
}
