import type { Problem } from '../../error.ts'
import type { Change } from '../diff.ts'
import { PREFIX, type SetIdentity } from '../set.ts'
import { changedSecret } from './changed-keys.ts'
import { consumersOf, type Consumer } from './consumers.ts'
import { fullName, isRestartable, workloadName, type PatchedKind, type RestartableKind } from './kinds.ts'
import type { Pointer } from './pointers.ts'
import type { RestartPolicy } from './policy.ts'
import { digestOf } from './restart-digest.ts'
import type { Obstacle, Workload, WorkloadRef } from './workload.ts'

/** By which mark a workload is restarted. */
export type RestartWith = 'digest' | 'restartedAt'

/** A restart as it is done, undone, and kept in the journal: an annotation that gets another value. */
export interface Restart extends WorkloadRef {
  readonly kind: PatchedKind
  readonly uid: string
  /** The annotation of the pod template; of a Rollout its own. */
  readonly annotation: string
  readonly value: string
  /** What the annotation was; undefined: there was none. */
  readonly former: string | undefined
  /** The Secrets that its pods are pointed to in the same write; undefined: it is restarted only. */
  readonly pointing?: Pointing
}

/** The places of a pod template that name Secrets anew. */
export interface Pointing {
  readonly pointers: readonly Pointer[]
  /** Whether fields of others are taken. */
  readonly force: boolean
}

/** A restart that is planned, and what for. */
export interface PlannedRestart extends Restart {
  /** Names of the Secrets whose change needs it. */
  readonly secrets: readonly string[]
}

/** A workload that uses what changes and is not restarted by this run. */
export interface Bystander {
  readonly workload: WorkloadRef
  /** Why, for reports. */
  readonly why: string
  /** Whether its pods go on with old values until somebody does something. */
  readonly stale: boolean
}

export interface RestartContext {
  readonly set: SetIdentity
  readonly restartWith: RestartWith
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** A changed Secret, and which workloads are restarted for it. */
export interface Wanting {
  readonly change: Change
  readonly restart: RestartPolicy
}

export interface Decided {
  readonly restarts: readonly PlannedRestart[]
  readonly bystanders: readonly Bystander[]
  readonly problems: readonly Problem[]
}

/** What a run restarts and what it leaves, of the workloads that were found. `changes` are all Secrets of the run. */
export function decideRestarts(
  workloads: readonly Workload[],
  { wanting, changes }: { wanting: readonly Wanting[]; changes: readonly Change[] },
  context: RestartContext,
): Decided {
  const automatic = wanting.filter(({ restart }) => restart === 'auto')
  const found = consumersOf(
    workloads,
    automatic.map(({ change }) => changedSecret(change)),
  )
  const named = namedWorkloads(workloads, wanting)
  const consumers = [...found.filter(({ workload }) => !named.has(workload)), ...named.values()]
  const restarts = consumers.flatMap(({ workload, verdict, secrets }): PlannedRestart[] => {
    const { kind, obstacle } = workload
    if (verdict !== 'restart' || obstacle !== undefined || !isRestartable(kind)) return []
    const given = { changes, whole: wholeOf(workload, wanting) }
    return [{ ...restartOf({ ...workload, kind }, given, context), secrets }]
  })
  const restarted = new Set(restarts.map(fullName))
  return {
    restarts,
    bystanders: consumers.filter(({ workload }) => !restarted.has(fullName(workload))).map(bystander),
    problems: [...named.values()].flatMap(({ workload }) => impossible(workload)),
  }
}

/** The workloads that the configuration names, as consumers of the Secrets that name them. */
function namedWorkloads(
  workloads: readonly Workload[],
  wanting: readonly Wanting[],
): ReadonlyMap<Workload, Consumer> {
  return new Map(
    workloads.flatMap((workload): [Workload, Consumer][] => {
      const secrets = [...wholeOf(workload, wanting)]
      return secrets.length === 0 ? [] : [[workload, { workload, verdict: 'restart', ways: [], secrets }]]
    }),
  )
}

/** Names of the changed Secrets whose `restart` names the workload. */
function wholeOf({ kind, namespace, name }: Workload, wanting: readonly Wanting[]): ReadonlySet<string> {
  const naming = wanting.filter(
    ({ change, restart }) =>
      typeof restart !== 'string' &&
      change.manifest.namespace === namespace &&
      restart.some((each) => each.kind === kind && each.name === name),
  )
  return new Set(naming.map(({ change }) => change.manifest.name))
}

function restartOf(
  workload: Workload & { readonly kind: RestartableKind },
  given: { changes: readonly Change[]; whole: ReadonlySet<string> },
  { set, restartWith, now }: RestartContext,
): Restart {
  const { kind, namespace, name, uid, template } = workload
  const byTime = restartWith === 'restartedAt' && kind !== 'Rollout'
  const annotation = byTime ? 'kubectl.kubernetes.io/restartedAt' : `${PREFIX}/restart-${set.digest}`
  const value = byTime
    ? new Date(now).toISOString().replace(/\.\d+/, '')
    : digestOf(workload, given.changes, given.whole)
  return { kind, namespace, name, uid, annotation, value, former: template[annotation] }
}

const OBSTACLES = {
  paused: 'is paused: its pods have the new values once it is resumed and they are replaced',
  'on-delete': 'replaces pods only when they are deleted (OnDelete): delete them yourself',
  empty: 'has no pods now: those that come have the new values',
  suspended: 'is suspended: when it runs, it has the new values',
} as const satisfies Record<Obstacle, string>

function bystander({ workload, verdict, ways, by, secrets }: Consumer): Bystander {
  const of = secrets.join(', ')
  const { obstacle = 'empty' } = workload
  switch (verdict) {
    case 'refresh':
      return { workload, why: `takes ${of} anew by itself (${ways.join(', ')})`, stale: false }
    case 'next-run':
      return { workload, why: `has ${of} as it is now in its next run`, stale: false }
    case 'left':
      return { workload, why: `is restarted for ${of} by ${by ?? 'another tool'}: left to it`, stale: false }
    case 'not-restarted':
      return { workload, why: `runs on with the former ${of}: nothing replaces its pods`, stale: true }
    case 'restart':
      return { workload, why: OBSTACLES[obstacle], stale: obstacle !== 'empty' }
    default:
      throw new Error(`unreachable: ${String(verdict satisfies never)}`)
  }
}

/** What is asked for by name and can't be done is no bystander: the run does not begin. */
function impossible(workload: Workload): readonly Problem[] {
  const { obstacle, kind } = workload
  if (!isRestartable(kind) || (obstacle !== 'paused' && obstacle !== 'on-delete')) return []
  return [
    {
      code: 'RESTART_IMPOSSIBLE',
      message: `${fullName(workload)} is to be restarted, but ${OBSTACLES[obstacle]}`,
      hint: `${obstacle === 'paused' ? `resume it (kubectl rollout resume ${workloadName(workload)})` : 'give it `updateStrategy: RollingUpdate`'}, or remove it from \`restart\``,
    },
  ]
}
