import { list, mapping, text, texts } from '../objects.ts'
import type { ApiObject } from '../workloads.ts'

/** A pod that is not ready, and what it says of itself. */
export interface FailingPod {
  readonly name: string
  /** The container that fails; undefined: the pod as a whole. */
  readonly container: string | undefined
  /** Whether the container ran before and was started again. */
  readonly ranBefore: boolean
  /** Reason, state and exit code, of words that Kubernetes has for them. */
  readonly state: string
}

type Json = Readonly<Record<string, unknown>>

/** Of the newest pods that are not ready, the one that says most clearly why; undefined where all are ready. */
export function failingPod(pods: readonly ApiObject[]): FailingPod | undefined {
  const failing = pods.filter((pod) => !isReady(pod)).map(describePod)
  const newest = failing.toSorted((a, b) => (a.created < b.created ? 1 : -1))
  return newest.find(({ weight }) => weight === 2) ?? newest.find(({ weight }) => weight === 1) ?? newest[0]
}

export function isReady({ status }: ApiObject): boolean {
  const { conditions, phase } = mapping(status)
  const ready = list(conditions)
    .map(mapping)
    .some((each) => each['type'] === 'Ready' && each['status'] === 'True')
  return ready || phase === 'Succeeded'
}

/** Whether a pod is of the StatefulSet's revision; undefined where it does not tell. */
export function revisionOf({ metadata }: ApiObject): string | undefined {
  return texts(mapping(metadata)['labels'])['controller-revision-hash']
}

/** The label selector of a workload, as a query has it. */
export function selectorOf(object: ApiObject): string {
  const { matchLabels, matchExpressions } = mapping(mapping(object['spec'])['selector'])
  const labels = Object.entries(texts(matchLabels)).map(([key, value]) => `${key}=${value}`)
  const expressions = list(matchExpressions).map(mapping).map(expressionOf)
  return [...labels, ...expressions].join(',')
}

function expressionOf({ key, operator, values }: Json): string {
  const name = text(key)
  switch (operator) {
    case 'In':
      return `${name} in (${list(values).map(text).join(',')})`
    case 'NotIn':
      return `${name} notin (${list(values).map(text).join(',')})`
    case 'DoesNotExist':
      return `!${name}`
    default:
      return name
  }
}

interface Described extends FailingPod {
  readonly created: string
  /** 2: a container that fails, 1: one that waits, 0: neither is known. */
  readonly weight: 0 | 1 | 2
}

function describePod({ metadata, status }: ApiObject): Described {
  const { name, creationTimestamp } = mapping(metadata)
  const pod = { name: text(name), created: text(creationTimestamp) }
  const state = mapping(status)
  const containers = [...list(state['initContainerStatuses']), ...list(state['containerStatuses'])].map(
    mapping,
  )
  const told = containers.map(describeContainer).filter((each) => each !== undefined)
  const worst = told.find(({ weight }) => weight === 2) ?? told[0]
  if (worst !== undefined) return { ...pod, ...worst }
  return { ...pod, container: undefined, ranBefore: false, state: podState(state), weight: 0 }
}

/** Reasons of a wait that is none to worry about. */
const STARTING: readonly string[] = ['ContainerCreating', 'PodInitializing']

function describeContainer(status: Json): Omit<Described, 'name' | 'created'> | undefined {
  const { waiting, terminated } = mapping(status['state'])
  const last = mapping(mapping(status['lastState'])['terminated'])
  const restarts = typeof status['restartCount'] === 'number' ? status['restartCount'] : 0
  const base = { container: text(status['name']), ranBefore: restarts > 0 }
  const before = Object.keys(last).length === 0 ? '' : `, before that ${ended(last)}`
  const again = restarts > 0 ? `, restarted ${restarts} times` : ''
  if (waiting !== undefined) {
    const reason = word(mapping(waiting)['reason'])
    const weight = STARTING.includes(reason) ? 1 : 2
    return { ...base, state: `waiting: ${reason}${before}${again}`, weight }
  }
  const exited = mapping(terminated)
  if (terminated !== undefined && exited['exitCode'] !== 0)
    return { ...base, ranBefore: false, state: `${ended(exited)}${again}`, weight: 2 }
  if (status['ready'] === true || terminated !== undefined) return undefined
  return { ...base, state: `running, not ready${before}${again}`, weight: 1 }
}

function ended({ reason, exitCode, signal }: Json): string {
  const code = typeof exitCode === 'number' ? ` (exit code ${exitCode})` : ''
  const by = typeof signal === 'number' && signal !== 0 ? ` (signal ${signal})` : ''
  return `terminated: ${word(reason)}${code}${by}`
}

/** The phase, and the reason of the condition that is not met. */
function podState(status: Json): string {
  const unmet = list(status['conditions'])
    .map(mapping)
    .find((each) => each['status'] === 'False' && text(each['reason']) !== '')
  const why = text(status['reason']) || text(unmet?.['reason'])
  return `${word(status['phase'])}${why === '' ? '' : `: ${word(why)}`}`
}

/** A reason as Kubernetes writes them, in one word; anything else is not shown. */
function word(value: unknown): string {
  return /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(text(value)) ? text(value) : 'unknown'
}
