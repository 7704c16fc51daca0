import { isRestartable, type Kind } from './kinds.ts'
import { includesKey, type Read, type Way } from './reads.ts'
import { restarterOf } from './restarters.ts'
import type { Workload } from './workload.ts'

/** A Secret, and which of its keys change. */
export interface ChangedSecret {
  readonly namespace: string
  readonly name: string
  readonly keys: ReadonlySet<string>
  /** The Secret's own annotations, which may tell others to leave it alone. */
  readonly annotations?: Readonly<Record<string, string>>
}

/**
 * What a workload's pods make of a change. `restart`: they have the old values until they are replaced. `refresh`: they
 * get at the new ones by themselves. `next-run`: the next Job has them. `left`: another tool replaces the pods.
 * `not-restarted`: nobody can replace these pods without losing them, or their work.
 */
export type Verdict = 'restart' | 'refresh' | 'next-run' | 'left' | 'not-restarted'

/** A workload that uses something that changes. */
export interface Consumer {
  readonly workload: Workload
  readonly verdict: Verdict
  /** In which ways, each once. */
  readonly ways: readonly Way[]
  /** Names of the changed Secrets that it uses. */
  readonly secrets: readonly string[]
  /** Who restarts it, where it is left to somebody. */
  readonly by?: string
}

/** The workloads that use a key that changes, and what becomes of each. Nothing else counts as a use. */
export function consumersOf(
  workloads: readonly Workload[],
  changed: readonly ChangedSecret[],
): readonly Consumer[] {
  return withTemplates(workloads).flatMap((workload) => {
    const uses = changed
      .filter(({ namespace }) => namespace === workload.namespace)
      .map((secret) => ({ secret, reads: readsOfChange(workload, secret) }))
      .filter(({ reads }) => reads.length > 0)
    if (uses.length === 0 || isSomebodyElses(workload)) return []
    const reads = uses.flatMap((use) => use.reads)
    const urgent = uses.filter((use) => use.reads.some(({ atStart }) => atStart)).map(({ secret }) => secret)
    return [
      {
        workload,
        ...judge(workload, urgent),
        ways: [...new Set(reads.map(({ way }) => way))],
        secrets: uses.map(({ secret }) => secret.name),
      },
    ]
  })
}

/** What of a workload's uses a change touches. */
function readsOfChange({ reads }: Workload, { name, keys }: ChangedSecret): readonly Read[] {
  return reads.filter((read) => read.secret === name && [...keys].some((key) => includesKey(read.keys, key)))
}

/** `urgent` are the changed Secrets of which pods keep what they had at their start. */
function judge(
  workload: Workload,
  urgent: readonly ChangedSecret[],
): Pick<Consumer, 'verdict'> & { readonly by?: string } {
  const { kind, obstacle } = workload
  if (kind === 'CronJob' || (kind === 'Job' && obstacle === 'suspended')) return { verdict: 'next-run' }
  if (urgent.length === 0) return { verdict: 'refresh' }
  if (!isRestartable(kind)) return { verdict: 'not-restarted' }
  const by = restarterOf(workload, urgent)
  return by === undefined ? { verdict: 'restart' } : { verdict: 'left', by }
}

const CONTROLLED_BY: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  Pod: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Node'],
  ReplicaSet: ['Deployment', 'Rollout'],
}

/** Whether it is over, or told of by what controls it. */
export function isSomebodyElses({ kind, controller, over }: Workload): boolean {
  return over || (controller !== undefined && CONTROLLED_BY[kind]?.includes(controller.kind) === true)
}

/** A Rollout that names a Deployment has that one's pod template, and the Deployment itself has no pods. */
function withTemplates(workloads: readonly Workload[]): readonly Workload[] {
  const borrowed = new Map<string, Workload>()
  const id = (namespace: string, name: string): string => `${namespace}/${name}`
  for (const each of workloads)
    if (each.kind === 'Rollout' && each.templateOf !== undefined)
      borrowed.set(id(each.namespace, each.templateOf), each)
  if (borrowed.size === 0) return workloads
  return workloads.flatMap((each) => {
    const rollout = each.kind === 'Deployment' ? borrowed.get(id(each.namespace, each.name)) : undefined
    if (rollout !== undefined) return [{ ...rollout, reads: each.reads }]
    return each.kind === 'Rollout' && each.templateOf !== undefined ? [] : [each]
  })
}
