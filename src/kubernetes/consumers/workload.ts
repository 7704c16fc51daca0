import { list, mapping, text, texts } from '../objects.ts'
import { KINDS, type Kind } from './kinds.ts'
import { pullSecrets, readsOfIngress, readsOfPod, type Read } from './reads.ts'

export interface WorkloadRef {
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
}

/** An object that uses Secrets, as little of it as is needed: a namespace may have thousands. */
export interface Workload extends WorkloadRef {
  readonly uid: string
  readonly reads: readonly Read[]
  readonly annotations: Readonly<Record<string, string>>
  /** Annotations of its pod template; of a Rollout its own, for its template is not touched. */
  readonly template: Readonly<Record<string, string>>
  /** Whether no pod of it runs any more, or ever will. */
  readonly over: boolean
  /** Why its pods are not replaced when its template changes; undefined where they are. */
  readonly obstacle: Obstacle | undefined
  /** Pods that it is to have; undefined where it does not say. */
  readonly replicas: number | undefined
  /** The kind and name of what controls it; undefined: nothing. */
  readonly controller: { readonly kind: string; readonly name: string } | undefined
  /** A Rollout's Deployment that has the pod template; undefined: it has its own. */
  readonly templateOf: string | undefined
}

/** `paused`: by its own field. `on-delete`: pods are replaced when somebody deletes them. `empty`: it has no pods now. */
export type Obstacle = 'paused' | 'on-delete' | 'empty' | 'suspended'

type Json = Readonly<Record<string, unknown>>

/** An object of the API as a workload; undefined for one without a name. Items of a LIST do not say their kind. */
export function parseWorkload(kind: Kind, object: unknown): Workload | undefined {
  const { metadata, spec, status } = mapping(object)
  const { name, namespace, uid, annotations } = mapping(metadata)
  if (text(name) === '') return undefined
  const own = mapping(spec)
  const template = templateOf(kind, own)
  return {
    kind,
    namespace: text(namespace),
    name: text(name),
    uid: text(uid),
    reads: readsOf(kind, mapping(object), template),
    annotations: texts(annotations),
    template: texts(kind === 'Rollout' ? annotations : mapping(template['metadata'])['annotations']),
    over: isOver(kind, own, mapping(status)),
    obstacle: obstacleOf(kind, own, mapping(status)),
    replicas: typeof own['replicas'] === 'number' ? own['replicas'] : undefined,
    controller: controllerOf(mapping(metadata)),
    templateOf: text(mapping(own['workloadRef'])['name']) || undefined,
  }
}

/** The kind that an object says it is; undefined where it is none that may use a Secret. */
export function kindOf(object: unknown): Kind | undefined {
  const { kind, apiVersion } = mapping(object)
  const [group = ''] = text(apiVersion).includes('/') ? text(apiVersion).split('/') : ['']
  const known = Object.entries(KINDS).find(([name, of]) => name === kind && of.group === group)
  return known?.[0] as Kind | undefined
}

/** The template of the pods, in the spec of an object that has one; empty where it has none. */
export function templateOf(kind: Kind, spec: unknown): Json {
  const own = kind === 'CronJob' ? mapping(mapping(spec)['jobTemplate'])['spec'] : spec
  return mapping(mapping(own)['template'])
}

function readsOf(kind: Kind, object: Json, template: Json): readonly Read[] {
  if (kind === 'Ingress') return readsOfIngress(object['spec'])
  if (kind === 'ServiceAccount') return pullSecrets(object['imagePullSecrets'])
  return readsOfPod(kind === 'Pod' ? object['spec'] : template['spec'])
}

function isOver(kind: Kind, spec: Json, status: Json): boolean {
  if (kind === 'Pod') return status['phase'] === 'Succeeded' || status['phase'] === 'Failed'
  if (kind === 'ReplicaSet') return spec['replicas'] === 0
  if (kind !== 'Job') return false
  return list(status['conditions'])
    .map(mapping)
    .some((each) => (each['type'] === 'Complete' || each['type'] === 'Failed') && each['status'] === 'True')
}

function obstacleOf(kind: Kind, spec: Json, status: Json): Obstacle | undefined {
  return OBSTACLES[kind]?.(spec, status) ?? (spec['replicas'] === 0 ? 'empty' : undefined)
}

const OBSTACLES: Readonly<Partial<Record<Kind, (spec: Json, status: Json) => Obstacle | undefined>>> = {
  Deployment: ({ paused }) => (paused === true ? 'paused' : undefined),
  Rollout: ({ paused }, { pauseConditions }) =>
    paused === true || list(pauseConditions).length > 0 ? 'paused' : undefined,
  StatefulSet: onDelete,
  DaemonSet(spec, { desiredNumberScheduled, observedGeneration }) {
    const empty = desiredNumberScheduled === 0 && observedGeneration !== undefined
    return onDelete(spec) ?? (empty ? 'empty' : undefined)
  },
  Job: suspended,
  CronJob: suspended,
}

function onDelete({ updateStrategy }: Json): Obstacle | undefined {
  return mapping(updateStrategy)['type'] === 'OnDelete' ? 'on-delete' : undefined
}

function suspended({ suspend }: Json): Obstacle | undefined {
  return suspend === true ? 'suspended' : undefined
}

function controllerOf(metadata: Json): Workload['controller'] {
  const owner = list(metadata['ownerReferences'])
    .map(mapping)
    .find(({ controller }) => controller === true)
  return owner === undefined ? undefined : { kind: text(owner['kind']), name: text(owner['name']) }
}
