import { list, mapping, text } from '../objects.ts'
import type { PatchedKind } from './kinds.ts'

/** How far a rollout is. `failed`: it says of itself that it will not end. */
export interface Progress {
  readonly state: 'complete' | 'going' | 'failed'
  /** For reports: `2/5 updated, 1 unavailable`. Nothing in it is foreign text. */
  readonly text: string
}

type Json = Readonly<Record<string, unknown>>

/** How far the rollout of an object is, by the rules of `kubectl rollout status`. */
export function rolloutOf(kind: PatchedKind, object: unknown): Progress {
  const { metadata, spec, status } = mapping(object)
  const given: Given = {
    generation: count(mapping(metadata)['generation']),
    spec: mapping(spec),
    status: mapping(status),
  }
  const judge = JUDGES[kind]
  return kind === 'Rollout' || kind === 'CronJob' || isObserved(given) ? judge(given) : UNSEEN
}

const UNSEEN: Progress = { state: 'going', text: 'not begun' }

const JUDGES = {
  Deployment: deployment,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  Rollout: rollout,
  CronJob: () => ({ state: 'complete', text: 'its next run has it' }),
} as const satisfies Record<PatchedKind, (given: Given) => Progress>

interface Given {
  readonly generation: number
  readonly spec: Json
  readonly status: Json
}

function isObserved({ generation, status }: Given): boolean {
  return generation <= count(status['observedGeneration'])
}

function deployment({ spec, status }: Given): Progress {
  const wanted = count(spec['replicas'], 1)
  const [all, updated, available] = [
    count(status['replicas']),
    count(status['updatedReplicas']),
    count(status['availableReplicas']),
  ]
  const said = `${updated}/${wanted} updated`
  if (isOverdue(status)) return { state: 'failed', text: `${said}, progress deadline exceeded` }
  if (updated < wanted) return going(said, unavailable(updated - Math.min(updated, available)))
  if (all > updated) return going(said, `${all - updated} old still there`)
  return available < updated ? going(said, unavailable(updated - available)) : complete(said)
}

function isOverdue(status: Json): boolean {
  return list(status['conditions'])
    .map(mapping)
    .some(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded')
}

function statefulSet({ spec, status }: Given): Progress {
  if (status['observedGeneration'] === 0) return UNSEEN
  const wanted = count(spec['replicas'], 1)
  const [ready, updated] = [count(status['readyReplicas']), count(status['updatedReplicas'])]
  const { partition } = mapping(mapping(spec['updateStrategy'])['rollingUpdate'])
  const due = wanted - count(partition)
  const said = `${updated}/${wanted} updated`
  if (ready < wanted) return going(said, unavailable(wanted - ready))
  if (partition !== undefined) return updated < due ? going(said, '') : complete(said)
  return status['updateRevision'] === status['currentRevision'] ? complete(said) : going(said, '')
}

function daemonSet({ status }: Given): Progress {
  const wanted = count(status['desiredNumberScheduled'])
  const [updated, available] = [count(status['updatedNumberScheduled']), count(status['numberAvailable'])]
  const said = `${updated}/${wanted} updated`
  if (updated < wanted || available < wanted) return going(said, unavailable(wanted - available))
  return complete(said)
}

/** Argo's controller says by `restartedAt` that every pod is younger than `restartAt`. */
function rollout({ generation, spec, status }: Given): Progress {
  const wanted = count(spec['replicas'], 1)
  const said = `${count(status['updatedReplicas'])}/${wanted} updated`
  const observed = Number(status['observedGeneration'] ?? 0)
  if (status['phase'] === 'Degraded') return { state: 'failed', text: `${said}, degraded` }
  const restarted = text(status['restartedAt']) >= text(spec['restartAt'])
  if (!(observed >= generation) || !restarted) return going(said, '')
  return status['phase'] === 'Healthy'
    ? complete(said)
    : going(said, unavailable(wanted - count(status['availableReplicas'])))
}

function going(said: string, more: string): Progress {
  return { state: 'going', text: more === '' ? said : `${said}, ${more}` }
}

function complete(said: string): Progress {
  return { state: 'complete', text: said }
}

function unavailable(number: number): string {
  return number > 0 ? `${number} unavailable` : ''
}

function count(value: unknown, absent = 0): number {
  return typeof value === 'number' ? value : absent
}
