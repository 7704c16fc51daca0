import { createHash, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { asJson, isJsonObject, now, type JsonObject, type KubeObject } from './object.ts'
import {
  daemonSets,
  deployments,
  pods,
  replicaSets,
  secrets,
  statefulSets,
  type Resource,
} from './resources.ts'
import type { Storage } from './storage.ts'
import { specOf } from './workload-kinds.ts'

/** What a container does that does not become ready. */
export interface Failing {
  /** As of `state.waiting`. */
  readonly reason: string
  readonly message?: string
}

/** Decides what becomes of pods, and what their containers log. */
export interface Kubelet {
  /** Undefined where the pod becomes ready; `secret` reads a Secret of its namespace, decoded. */
  judge(
    pod: KubeObject,
    secret: (name: string) => Readonly<Record<string, string>> | undefined,
  ): Failing | undefined
  log(pod: KubeObject, container: string): string
}

/** How long everything takes that a controller does. */
const STEP_MS = 3
/** Nodes that a DaemonSet has a pod on. */
const NODES = 2

interface World {
  readonly storage: Storage
  readonly kubelet: Kubelet
}

type Controller = (world: World, object: KubeObject) => void

const CONTROLLERS = new Map<Resource, Controller>([
  [deployments, syncDeployment],
  [statefulSets, syncStatefulSet],
  [daemonSets, syncDaemonSet],
])

/** Controllers and a kubelet: whenever a workload or a pod changes, they take one more step. Answers how to stop them. */
export function startControllers(world: World): () => void {
  const { storage } = world
  const due = new Set<string>()
  const timers = new Set<NodeJS.Timeout>()
  const sync = (of: Resource, namespace: string, name: string): void => {
    const object = storage.read(of, namespace, name)
    if (object !== undefined) CONTROLLERS.get(of)?.(world, structuredClone(object))
  }
  const schedule = (of: Resource, namespace: string, name: string): void => {
    const id = `${of.resource} ${namespace}/${name}`
    if (due.has(id)) return
    due.add(id)
    const timer = setTimeout(() => {
      due.delete(id)
      timers.delete(timer)
      if (of === pods) runPod(world, namespace, name)
      else sync(of, namespace, name)
    }, STEP_MS)
    timers.add(timer)
  }
  const unsubscribe = storage.subscribe(({ of, type, object }) => {
    const { namespace = '', name = '' } = object.metadata
    if (CONTROLLERS.has(of) && type !== 'DELETED') schedule(of, namespace, name)
    if (of !== pods) return
    if (type !== 'DELETED') schedule(pods, namespace, name)
    const [kind, owner] = (object.metadata.annotations?.[OWNER] ?? '').split('/')
    const controlled = [...CONTROLLERS.keys()].find((each) => each.kind === kind)
    if (controlled !== undefined) schedule(controlled, namespace, owner ?? '')
  })
  return () => {
    unsubscribe()
    for (const timer of timers) clearTimeout(timer)
  }
}

/** Which workload a pod is of, for the controllers here alone. */
const OWNER = 'double/owner'

function syncDeployment(world: World, object: KubeObject): void {
  const spec = specOf(object)
  if (spec['paused'] === true) {
    setStatus(world, deployments, object, {
      ...statusOf(object),
      observedGeneration: object.metadata.generation,
    })
    return
  }
  const hash = hashOf(spec)
  const wanted = Number(spec['replicas'])
  makeReplicaSet(world, object, hash)
  replacePods(world, object, { hash, wanted, label: 'pod-template-hash', surge: 1 })
  scaleReplicaSets(world, object, { hash, wanted })
  const all = podsOf(world, object)
  const updated = all.filter((pod) => pod.metadata.labels?.['pod-template-hash'] === hash)
  setStatus(world, deployments, object, {
    observedGeneration: object.metadata.generation ?? 0,
    replicas: all.length,
    updatedReplicas: updated.length,
    readyReplicas: all.filter(isReady).length,
    availableReplicas: all.filter(isReady).length,
  })
}

function syncDaemonSet(world: World, object: KubeObject): void {
  const hash = hashOf(specOf(object))
  const label = 'controller-revision-hash'
  if (!isOnDelete(object) || podsOf(world, object).length < NODES)
    replacePods(world, object, { hash, wanted: NODES, label, surge: 0 })
  const all = podsOf(world, object)
  setStatus(world, daemonSets, object, {
    observedGeneration: object.metadata.generation ?? 0,
    desiredNumberScheduled: NODES,
    currentNumberScheduled: all.length,
    updatedNumberScheduled: all.filter((pod) => pod.metadata.labels?.[label] === hash).length,
    numberReady: all.filter(isReady).length,
    numberAvailable: all.filter(isReady).length,
  })
}

interface Replacing {
  readonly hash: string
  readonly wanted: number
  readonly label: string
  /** How many pods there may be beyond those wanted. */
  readonly surge: number
}

/** One step: a pod more, or one less. Old pods go only where enough others are ready, or they are not ready themselves. */
function replacePods(world: World, object: KubeObject, { hash, wanted, label, surge }: Replacing): void {
  const all = podsOf(world, object)
  const fresh = all.filter((pod) => pod.metadata.labels?.[label] === hash)
  const old = all.filter((pod) => !fresh.includes(pod))
  if (fresh.length > wanted) {
    removePod(world, fresh.find((pod) => !isReady(pod)) ?? fresh[0])
    return
  }
  if (fresh.length < wanted && all.length < wanted + surge) {
    makePod(world, object, `${object.metadata.name ?? ''}-${hash}-${randomUUID().slice(0, 5)}`, {
      [label]: hash,
    })
    return
  }
  const broken = old.find((pod) => !isReady(pod))
  const ready = all.filter(isReady).length
  if (broken !== undefined) removePod(world, broken)
  else if (old.length > 0 && (ready > wanted - (1 - surge) || wanted === 0)) removePod(world, old[0])
}

/** In order, and never past a pod that is not ready: one of a failed revision keeps it waiting for ever. */
function syncStatefulSet(world: World, object: KubeObject): void {
  const spec = specOf(object)
  const wanted = Number(spec['replicas'])
  const revision = `${object.metadata.name ?? ''}-${hashOf(spec)}`
  const label = 'controller-revision-hash'
  const ordinals = Array.from({ length: wanted }, (_, nth) => `${object.metadata.name ?? ''}-${nth}`)
  const live = new Map(podsOf(world, object).map((pod) => [pod.metadata.name ?? '', pod]))
  const missing = ordinals.find((name) => !live.has(name))
  const all = [...live.values()]
  if (missing !== undefined) makePod(world, object, missing, { [label]: revision })
  else if (all.every(isReady) && !isOnDelete(object))
    removePod(
      world,
      ordinals
        .toReversed()
        .map((name) => live.get(name))
        .find((pod) => pod?.metadata.labels?.[label] !== revision),
    )
  const left = podsOf(world, object)
  const updated = left.filter((pod) => pod.metadata.labels?.[label] === revision)
  const done = updated.length === wanted && left.every(isReady)
  setStatus(world, statefulSets, object, {
    observedGeneration: object.metadata.generation ?? 0,
    replicas: left.length,
    readyReplicas: left.filter(isReady).length,
    updatedReplicas: updated.length,
    updateRevision: revision,
    currentRevision: done ? revision : (statusOf(object)['currentRevision'] ?? revision),
  })
}

function isOnDelete(object: KubeObject): boolean {
  const { updateStrategy } = specOf(object)
  return isJsonObject(updateStrategy) && updateStrategy['type'] === 'OnDelete'
}

function runPod({ storage, kubelet }: World, namespace: string, name: string): void {
  const pod = storage.read(pods, namespace, name)
  if (pod?.metadata.annotations?.[OWNER] === undefined) return
  const containers = specOf(pod)['containers']
  const secret = (of: string): Record<string, string> | undefined => {
    const found = storage.read(secrets, namespace, of)
    const data = found === undefined ? undefined : ((found['data'] ?? {}) as Record<string, string>)
    return (
      data &&
      Object.fromEntries(
        Object.entries(data).map(([key, base64]) => [key, Buffer.from(base64, 'base64').toString()]),
      )
    )
  }
  const settled = isJsonObject(asJson(pod)['status']) && statusOf(pod)['phase'] === 'Running'
  if (settled) return
  const failing = kubelet.judge(structuredClone(pod), secret)
  const ready = failing === undefined
  const state = ready ? { running: { startedAt: now() } } : { waiting: { ...failing } }
  const status = {
    phase: 'Running',
    startTime: now(),
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: (Array.isArray(containers) ? containers : []).map((container) => ({
      name: isJsonObject(container) ? container['name'] : '',
      ready,
      restartCount: ready ? 0 : 1,
      state,
      ...(ready ? {} : { lastState: { terminated: { reason: 'Error', exitCode: 1 } } }),
    })),
  }
  storage.write(pods, { ...pod, status })
}

function makeReplicaSet({ storage }: World, object: KubeObject, hash: string): void {
  const { namespace = '', name = '' } = object.metadata
  const own = `${name}-${hash}`
  if (storage.read(replicaSets, namespace, own) !== undefined) return
  const { template, selector, replicas } = specOf(object)
  storage.write(replicaSets, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { ...identity(namespace, own), ownerReferences: [ownerOf(object)] },
    spec: { replicas, selector, template },
    status: {},
  })
}

/** The former ones shrink with their pods. */
function scaleReplicaSets(
  world: World,
  object: KubeObject,
  { hash, wanted }: Pick<Replacing, 'hash' | 'wanted'>,
): void {
  const { namespace = '', name = '' } = object.metadata
  const hashes = podsOf(world, object).map((pod) => pod.metadata.labels?.['pod-template-hash'])
  for (const each of world.storage.list(replicaSets, namespace)) {
    const own =
      each.metadata.name?.startsWith(`${name}-`) === true ? each.metadata.name.slice(name.length + 1) : ''
    if (each.metadata.ownerReferences?.[0]?.name !== name) continue
    const replicas = own === hash ? wanted : hashes.filter((of) => of === own).length
    const spec = specOf(each)
    if (spec['replicas'] !== replicas)
      world.storage.write(replicaSets, { ...each, spec: { ...spec, replicas } })
  }
}

function makePod(world: World, object: KubeObject, name: string, labels: Record<string, string>): void {
  const { namespace = '' } = object.metadata
  const template = specOf(object)['template'] as unknown as KubeObject
  const own = object.kind === 'Deployment' ? { ...object, kind: 'ReplicaSet' } : object
  world.storage.write(pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...identity(namespace, name),
      labels: { ...template.metadata.labels, ...labels },
      annotations: {
        ...template.metadata.annotations,
        [OWNER]: `${object.kind ?? ''}/${object.metadata.name ?? ''}`,
      },
      ownerReferences: [ownerOf(own)],
    },
    spec: template['spec'],
    status: { phase: 'Pending' },
  })
}

function removePod({ storage }: World, pod: KubeObject | undefined): void {
  if (pod !== undefined) storage.remove(pods, pod)
}

function podsOf({ storage }: World, { kind = '', metadata }: KubeObject): readonly KubeObject[] {
  const owner = `${kind}/${metadata.name ?? ''}`
  return storage
    .list(pods, metadata.namespace ?? '')
    .filter((pod) => pod.metadata.annotations?.[OWNER] === owner)
}

function isReady(pod: KubeObject): boolean {
  const { conditions } = statusOf(pod)
  return (
    Array.isArray(conditions) && conditions.some((each) => isJsonObject(each) && each['status'] === 'True')
  )
}

function statusOf(object: KubeObject): JsonObject {
  const { status } = asJson(object)
  return isJsonObject(status) ? status : {}
}

/** Writes only what differs: a write is what makes controllers look again. */
function setStatus({ storage }: World, of: Resource, object: KubeObject, status: object): void {
  const { namespace = '', name = '' } = object.metadata
  const live = storage.read(of, namespace, name)
  if (live !== undefined && !isDeepStrictEqual(live['status'], status)) storage.write(of, { ...live, status })
}

function identity(namespace: string, name: string): KubeObject['metadata'] {
  return { namespace, name, uid: randomUUID(), creationTimestamp: now() }
}

function ownerOf({ kind = '', metadata }: KubeObject): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind,
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    controller: true,
  }
}

function hashOf(spec: JsonObject): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(spec['template'] ?? {})))
    .digest('hex')
    .slice(0, 10)
}

/** Whether an empty map of annotations is there or not makes no other pod template. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value)
    .map(([key, each]) => [key, sorted(each)] as const)
    .filter(([, each]) => !isJsonObject(each) || Object.keys(each).length > 0)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
