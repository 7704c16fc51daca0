import type { Effects } from '../../effects.ts'
import { list, mapping, text } from '../objects.ts'
import { refusalOf } from '../refusal.ts'
import type { ApiObject, Workloads } from '../workloads.ts'
import { failingPod, selectorOf } from './failing-pod.ts'
import type { Restart } from './restarts.ts'

/** Why a rollout does not get on, as far as its pods tell. All of it is printable. */
export interface Diagnosis {
  readonly why: string
  /** The last lines of the failing container's log; empty where they are not wanted. */
  readonly log: readonly string[]
}

const LOG_LINES = 20

/** Looks at the pods of a workload for the first that fails. Never throws for what the server says. */
export async function diagnose(
  workloads: Workloads,
  restart: Restart,
  { scrub, showLogs }: Pick<Effects, 'scrub'> & { readonly showLogs: boolean },
): Promise<Diagnosis> {
  try {
    const object = await workloads.read(restart)
    if (object === undefined) return { why: 'it is gone', log: [] }
    const pods: ApiObject[] = []
    const { namespace } = restart
    const selector = { labelSelector: selectorOf(object) }
    const { seen } = await workloads.list({ kind: 'Pod', namespace }, (pod) => pods.push(pod), selector)
    if (seen !== 'all') return { why: 'its pods may not be listed', log: [] }
    const failing = failingPod(pods)
    if (failing === undefined) return { why: conditionOf(object, scrub), log: [] }
    const container = failing.container === undefined ? '' : ` container ${failing.container}`
    const why = scrub(`pod ${failing.name}${container} ${failing.state}`)
    if (!showLogs || failing.container === undefined) return { why, log: [] }
    const pod = { kind: 'Pod', namespace, name: failing.name } as const
    const options = { container: failing.container, previous: failing.ranBefore, lines: LOG_LINES }
    return { why, log: await logOf(workloads, pod, { options, scrub }) }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    return { why: `its pods could not be read (${refusal.kind})`, log: [] }
  }
}

async function logOf(
  workloads: Workloads,
  pod: { readonly kind: 'Pod'; readonly namespace: string; readonly name: string },
  { options, scrub }: { options: Parameters<Workloads['log']>[1]; scrub: Effects['scrub'] },
): Promise<readonly string[]> {
  try {
    const lines = await workloads.log(pod, options)
    return lines.slice(-options.lines).map(scrub)
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    return [`its log could not be read (${refusal.kind})`]
  }
}

/** What the workload says of itself where no pod is to blame: that it may not make any, for one. */
function conditionOf(object: ApiObject, scrub: Effects['scrub']): string {
  const failure = list(mapping(object['status'])['conditions'])
    .map(mapping)
    .find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
  const reason = text(failure?.['reason'])
  return /^[A-Za-z]{1,64}$/.test(reason) ? scrub(`no pods are made: ${reason}`) : 'no pod of it fails'
}
