import { ActionError } from '../../error.ts'
import type { Http } from '../http.ts'
import { list, mapping, text } from '../objects.ts'
import type { ContainerRef } from './exec.ts'
import type { PodPort } from './forward.ts'

/** What has pods: a workload, a service, a pod itself, or a label selector. */
export type PodsOf =
  | { readonly kind: 'deployment' | 'statefulset' | 'daemonset' | 'pod' | 'service'; readonly name: string }
  | { readonly kind: 'selector'; readonly selector: string }

/** Finds pods that are ready, the newest first. Rejects where there is none, or what is to have them does not exist. */
export interface Pods {
  /** A container of a pod: the one that is named, else the pod's default one. */
  container(of: PodsIn, name: string | undefined): Promise<ContainerRef>
  /** Where a port, given by number or name, is in a pod; of a service, where it leads to. */
  port(of: PodsIn, port: string): Promise<PodPort>
}

export interface PodsIn {
  readonly namespace: string
  readonly of: PodsOf
  /** Ends looking for them. */
  readonly signal: AbortSignal
}

type Json = Readonly<Record<string, unknown>>

/** As many pods as are looked at: one that is ready is enough. */
const PAGE = 250
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

export function createPods(http: Http): Pods {
  return {
    async container({ namespace, of, signal }, name) {
      const get = getter(http, signal)
      const pod = await readyPod(get, namespace, of)
      return { namespace, pod: nameOf(pod), container: name ?? defaultContainer(pod) }
    },
    async port({ namespace, of, signal }, port) {
      const get = getter(http, signal)
      const pod = await readyPod(get, namespace, of)
      const wanted =
        of.kind === 'service'
          ? targetOf(await get(pathOf(namespace, of), describe(namespace, of)), port)
          : port
      const number = portOf(pod, wanted)
      if (number === undefined) throw noPort(describe(namespace, of))
      return { namespace, pod: nameOf(pod), port: number }
    },
  }
}

/** Reads what is at a path; `what` it is, in the words of a report. Rejects where there is none. */
type Get = (path: string, what: string) => Promise<Json>

function getter(http: Http, signal: AbortSignal): Get {
  return async (path, what) => {
    const doing = `read of ${what}`
    const answer = await http.send({ doing, method: 'GET', path, repeatable: true, accept: [404], signal })
    if (answer.status === 404) throw missing(what)
    return mapping(answer.body)
  }
}

async function readyPod(get: Get, namespace: string, of: PodsOf): Promise<Json> {
  const what = describe(namespace, of)
  const pods = await podsOf(get, namespace, of)
  const [newest] = pods.filter(isReady).sort(newestFirst)
  if (newest === undefined) throw noneReady(what)
  return newest
}

async function podsOf(get: Get, namespace: string, of: PodsOf): Promise<readonly Json[]> {
  const what = describe(namespace, of)
  if (of.kind === 'pod') return [await get(pathOf(namespace, of), what)]
  const selector =
    of.kind === 'selector' ? of.selector : selectorOf(await get(pathOf(namespace, of), what), of.kind)
  // Of a service without a selector: an empty one would find everything.
  if (selector === '') return []
  const query = new URLSearchParams({ labelSelector: selector, limit: String(PAGE) })
  const { items } = await get(`${podsIn(namespace)}?${query.toString()}`, `pods of ${what}`)
  return list(items).map(mapping)
}

function selectorOf(owner: Json, kind: Named['kind']): string {
  const selector = mapping(mapping(owner['spec'])['selector'])
  return kind === 'service' ? formatLabels(selector) : formatSelector(selector)
}

type Named = Exclude<PodsOf, { kind: 'selector' }>

const PATHS: Readonly<Record<Named['kind'], (within: string) => string>> = {
  service: (within) => `/api/v1/${within}/services`,
  pod: (within) => `/api/v1/${within}/pods`,
  deployment: (within) => `/apis/apps/v1/${within}/deployments`,
  statefulset: (within) => `/apis/apps/v1/${within}/statefulsets`,
  daemonset: (within) => `/apis/apps/v1/${within}/daemonsets`,
}

function pathOf(namespace: string, { kind, name }: Named): string {
  return `${PATHS[kind](`namespaces/${encodeURIComponent(namespace)}`)}/${encodeURIComponent(name)}`
}

function podsIn(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`
}

function describe(namespace: string, of: PodsOf): string {
  return of.kind === 'selector'
    ? `pods in ${namespace} with ${of.selector}`
    : `${of.kind} ${namespace}/${of.name}`
}

/** A LabelSelector as a query has it. */
export function formatSelector({ matchLabels, matchExpressions }: Json): string {
  const expressions = list(matchExpressions)
    .map(mapping)
    .map(({ key, operator, values }) => {
      const of = `(${list(values).map(text).join(',')})`
      switch (operator) {
        case 'In':
          return `${text(key)} in ${of}`
        case 'NotIn':
          return `${text(key)} notin ${of}`
        case 'Exists':
          return text(key)
        default:
          return `!${text(key)}`
      }
    })
  return [formatLabels(mapping(matchLabels)), ...expressions].filter((part) => part !== '').join(',')
}

function formatLabels(labels: Json): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${text(value)}`)
    .join(',')
}

function isReady(pod: Json): boolean {
  const { phase, conditions } = mapping(pod['status'])
  const deleting = mapping(pod['metadata'])['deletionTimestamp'] !== undefined
  const ready = list(conditions)
    .map(mapping)
    .some(({ type, status }) => type === 'Ready' && status === 'True')
  return phase === 'Running' && ready && !deleting
}

/** Kubernetes writes times in one form, so that their texts compare as they do. */
function newestFirst(a: Json, b: Json): number {
  const [left, right] = [a, b].map((pod) => text(mapping(pod['metadata'])['creationTimestamp']))
  return (left ?? '') < (right ?? '') ? 1 : -1
}

function nameOf(pod: Json): string {
  return text(mapping(pod['metadata'])['name'])
}

function containersOf(pod: Json): readonly Json[] {
  return list(mapping(pod['spec'])['containers']).map(mapping)
}

function defaultContainer(pod: Json): string {
  const annotations = mapping(mapping(pod['metadata'])['annotations'])
  const names = containersOf(pod).map(({ name }) => text(name))
  const wanted = text(annotations[DEFAULT_CONTAINER])
  return names.includes(wanted) ? wanted : (names[0] ?? '')
}

/** The port of the pod that a service's port leads to. */
function targetOf(service: Json, port: string): string {
  const ports = list(mapping(service['spec'])['ports']).map(mapping)
  const found = ports.find(({ name, port: number }) => text(name) === port || String(number) === port)
  if (found === undefined) return ''
  const { targetPort, port: own } = found
  const target = targetPort ?? own
  return typeof target === 'number' || typeof target === 'string' ? String(target) : ''
}

/** The number of a pod's port; undefined where no container has one of that name. */
function portOf(pod: Json, port: string): number | undefined {
  if (/^\d{1,5}$/.test(port)) return Number(port)
  const named = containersOf(pod)
    .flatMap(({ ports }) => list(ports).map(mapping))
    .find(({ name }) => text(name) === port)
  const number = named?.['containerPort']
  return typeof number === 'number' ? number : undefined
}

function missing(what: string): ActionError {
  return notFound(`there is no ${what}`, 'check the name and the namespace')
}

function noneReady(what: string): ActionError {
  return notFound(`no pod is ready: ${what}`, 'look at its pods: kubectl get pods')
}

function noPort(what: string): ActionError {
  return notFound(
    `there is no such port: ${what}`,
    'give it as it stands in the service or the pod, by number or name',
  )
}

function notFound(message: string, hint: string): ActionError {
  return new ActionError({ code: 'VERIFY_FAILED', message, hint })
}
