import type { Log } from '../effects.ts'
import { fullName, KINDS } from '../kubernetes/consumers/kinds.ts'
import type { RestartPlan } from '../kubernetes/consumers/plan-restarts.ts'
import type { PutBack } from '../kubernetes/consumers/restart.ts'
import type { Progress } from '../kubernetes/consumers/rollout.ts'
import type { Restart } from '../kubernetes/consumers/restarts.ts'
import type { Rollouts } from '../kubernetes/consumers/roll-out.ts'
import { codeCell } from './markdown.ts'
import type { AuditLine } from './mode-report.ts'

/** What became of a workload, in the words of log and summary. */
export interface WorkloadFate {
  readonly restart: Restart
  /** How its restart ended; undefined: it was not restarted. */
  readonly forth: string | undefined
  /** How its putting back ended; undefined: it was not put back. */
  readonly back: string | undefined
  readonly level: 'info' | 'warning' | 'error'
}

/** Says which workloads the plan restarts, which it leaves, and where it may not look. */
export function describeRestarts({ restarts, bystanders, hidden }: RestartPlan, log: Log): void {
  if (restarts.length > 0)
    log.group(
      `Workloads to restart: ${restarts.length}`,
      restarts.map(
        (restart) =>
          `  ${fullName(restart)} ${restart.pointing === undefined ? 'for' : 'pointed to'} ${restart.secrets.join(', ')}`,
      ),
    )
  const calm = bystanders.filter(({ stale }) => !stale)
  if (calm.length > 0)
    log.group(
      `Workloads that need no restart by this run: ${calm.length}`,
      calm.map(({ workload, why }) => `  ${fullName(workload)} ${why}`),
    )
  for (const { workload, why } of bystanders.filter(({ stale }) => stale))
    log.warning(`${fullName(workload)} ${why}`)
  for (const [namespace, kinds] of Map.groupBy(hidden, (each) => each.namespace))
    log.warning(
      `in the namespace ${namespace} the ${kinds.map(({ kind }) => KINDS[kind].resource).join(', ')} may not be listed: whether they use what changes is not known`,
    )
}

/** What became of every workload that was restarted. */
export function fatesOf({ rolledOut, diagnoses, putBack, rolledBack }: Rollouts): readonly WorkloadFate[] {
  const forth = new Map(rolledOut.map(({ restart, progress }) => [fullName(restart), progress]))
  const back = new Map(rolledBack.map(({ restart, progress }) => [fullName(restart), progress]))
  const undone = new Map(putBack.map((each) => [fullName(each.restart), each]))
  const restarts = new Map(
    [...rolledOut, ...putBack].map(({ restart }) => [fullName(restart), restart] as const),
  )
  return [...restarts].map(([name, restart]) => {
    const [progress, ending, fate] = [forth.get(name), back.get(name), undone.get(name)]
    const isBack = fate?.fate === 'untouched' || ending?.state === 'complete'
    return {
      restart,
      forth: progress === undefined ? undefined : describeForth(progress, diagnoses.get(name)?.why),
      back: fate === undefined ? undefined : describeBack(fate, ending),
      level: fate === undefined ? levelOf(progress) : isBack ? 'warning' : 'error',
    }
  })
}

function levelOf(progress: Progress | undefined): WorkloadFate['level'] {
  return progress?.state === 'complete' ? 'info' : 'error'
}

function describeForth({ state, text }: Progress, why: string | undefined): string {
  const because = why === undefined ? '' : `; ${why}`
  return `${state === 'complete' ? 'restarted and ready' : 'restarted, NOT ready'} (${text}${because})`
}

/** What became of a restart that was undone; `ending` is how far its pods came after it, where they were waited for. */
export function describeBack({ fate, reason = 'no answer' }: PutBack, ending?: Progress): string {
  switch (fate) {
    case 'back':
      if (ending === undefined) return 'put back, not waited for'
      return `${ending.state === 'complete' ? 'put back and ready' : 'put back, NOT ready'} (${ending.text})`
    case 'untouched':
      return 'was not restarted yet'
    case 'left':
      return `left as it is (${reason})`
    case 'stuck':
      return `NOT put back (${reason})`
    default:
      throw new Error(`unreachable: ${String(fate satisfies never)}`)
  }
}

/** Both halves of a failure: how far the rollouts came, and what became of putting them back. */
export function describeFates(rollouts: Rollouts, log: Log): void {
  const fates = fatesOf(rollouts)
  if (fates.length > 0) log.group('What became of each workload', fates.map(lineOf))
  for (const name of rollouts.brokenPods)
    log.warning(
      `the pod ${name} is of the failed revision and may not be deleted: delete it, its StatefulSet waits for it`,
    )
}

function lineOf({ restart, forth, back }: WorkloadFate): string {
  const words = [forth, back].filter((each) => each !== undefined).join('; then ')
  return `  ${fullName(restart)}: ${words}`
}

/** The rows of the summary, after an empty one; none where nothing was restarted. */
export function rolloutRows(rollouts: Rollouts): readonly string[] {
  const rows = fatesOf(rollouts).map(
    ({ restart, forth = '', back }) =>
      `| ${codeCell(fullName(restart))} | | ${back ?? (forth.startsWith('restarted and') ? 'restarted' : 'restarted, not ready')} | |`,
  )
  return rows
}

/** `namespace/kind/name` of what runs on the new values. */
export function restartedNames({ rolledOut, putBack }: Rollouts): readonly string[] {
  const undone = new Set(putBack.map(({ restart }) => fullName(restart)))
  return rolledOut
    .filter(({ progress }) => progress.state === 'complete')
    .map(({ restart }) => fullName(restart))
    .filter((name) => !undone.has(name))
}

/** A line of the audit log for each workload that was touched. */
export function rolloutLines(rollouts: Rollouts): readonly AuditLine[] {
  return fatesOf(rollouts).map(({ restart, forth, back, level }) => ({
    level,
    message: `workload ${back === undefined ? 'restarted' : 'restart undone'}`,
    request_id: null,
    duration_ms: null,
    namespace: restart.namespace,
    kind: restart.kind,
    name: restart.name,
    ...(forth === undefined ? {} : { rollout: forth }),
    ...(back === undefined ? {} : { rollback: back }),
  }))
}
