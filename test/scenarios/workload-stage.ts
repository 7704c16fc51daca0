import type { Stage } from './stage.ts'
import { waitUntil } from '../support/wait-until.ts'

export interface Live {
  readonly metadata: {
    readonly name: string
    readonly generation: number
    readonly annotations?: Readonly<Record<string, string>>
    readonly labels?: Readonly<Record<string, string>>
    readonly uid: string
  }
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly template: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> } }
  }
  readonly status: Readonly<Record<string, unknown>>
}

export type Plural = 'deployments' | 'statefulsets' | 'daemonsets'

const KINDS = { deployments: 'Deployment', statefulsets: 'StatefulSet', daemonsets: 'DaemonSet' } as const

/** Pods with this label fail as soon as their template carries a mark of a restart. */
export const FAILS_RESTARTED = { fails: 'restarted' }

/** Workloads on a server whose pods run. */
export interface WorkloadStage {
  /** Makes a workload whose one container has this in it, and waits until its pods are ready. */
  make(namespace: string, of: Plural, name: string, options: MakeOptions): Promise<void>
  read(namespace: string, of: Plural, name: string): Promise<Live>
  /** Changes some fields of its spec by a merge patch. */
  patch(namespace: string, of: Plural, name: string, body: object): Promise<void>
  /** Waits until all its pods are ready and of its template. */
  ready(namespace: string, of: Plural, name: string): Promise<void>
  /** Names of its pods. */
  pods(namespace: string, name: string): Promise<readonly string[]>
}

export interface MakeOptions {
  /** Fields of the container: `env`, `envFrom`, `volumeMounts`. */
  readonly container?: object
  /** Further fields of the pod's spec. */
  readonly pod?: object
  readonly replicas?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: object
}

export function useWorkloads(stage: Stage): WorkloadStage {
  const path = (namespace: string, of: Plural, name = ''): string =>
    `/apis/apps/v1/namespaces/${namespace}/${of}${name === '' ? '' : `/${name}`}`
  const read = async (namespace: string, of: Plural, name: string): Promise<Live> => {
    const { status, body } = await stage.server().request('GET', path(namespace, of, name))
    if (status !== 200) throw new Error(`no ${of}/${name}: ${status}`)
    return body as Live
  }
  const ready = async (namespace: string, of: Plural, name: string): Promise<void> => {
    await waitUntil(`${of}/${name} to be ready`, 15_000, async () =>
      isSettled(of, await read(namespace, of, name)),
    )
  }
  return {
    read,
    ready,
    async make(namespace, of, name, options) {
      const { status, body } = await stage
        .server()
        .request('POST', path(namespace, of), workload(of, name, options))
      if (status !== 201) throw new Error(`${of}/${name} was not made: ${status} ${JSON.stringify(body)}`)
      await ready(namespace, of, name)
    },
    async patch(namespace, of, name, change) {
      const { status, body } = await stage
        .server()
        .request('PATCH', path(namespace, of, name), change, 'application/merge-patch+json')
      if (status !== 200) throw new Error(`${of}/${name} was not changed: ${status} ${JSON.stringify(body)}`)
    },
    async pods(namespace, name) {
      const query = new URLSearchParams({ labelSelector: `app=${name}` })
      const { body } = await stage
        .server()
        .request('GET', `/api/v1/namespaces/${namespace}/pods?${query.toString()}`)
      const { items } = body as { items: { metadata: { name: string; deletionTimestamp?: string } }[] }
      return items
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(({ metadata }) => metadata.name)
        .sort()
    },
  }
}

function workload(
  of: Plural,
  name: string,
  { container = {}, pod = {}, replicas = 2, labels = {}, annotations = {}, spec = {} }: MakeOptions,
): object {
  const app = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: KINDS[of],
    metadata: { name, annotations },
    spec: {
      ...(of === 'daemonsets' ? {} : { replicas }),
      ...(of === 'statefulsets' ? { serviceName: name } : {}),
      selector: { matchLabels: app },
      template: {
        metadata: { labels: { ...app, ...labels } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'main', image: 'example.com/main:1', ...container }],
          ...pod,
        },
      },
      ...spec,
    },
  }
}

function isSettled(of: Plural, { metadata, spec, status }: Live): boolean {
  if (status['observedGeneration'] !== metadata.generation) return false
  if (of === 'daemonsets') {
    const wanted = status['desiredNumberScheduled']
    return status['updatedNumberScheduled'] === wanted && status['numberAvailable'] === wanted
  }
  const wanted = spec['replicas']
  if (wanted === 0) return true
  if (of === 'statefulsets' && status['updateRevision'] !== status['currentRevision']) return false
  return (
    status['replicas'] === wanted &&
    status['updatedReplicas'] === wanted &&
    status['readyReplicas'] === wanted
  )
}
