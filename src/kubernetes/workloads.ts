import { KINDS, workloadName, type Kind } from './consumers/kinds.ts'
import type { WorkloadRef } from './consumers/workload.ts'
import type { Http } from './http.ts'
import type { HttpRequest } from './exchange.ts'
import { list, mapping, text } from './objects.ts'
import { notAnApiServer } from './refusal.ts'
import { parseEvent, type WatchEvent } from './watch-event.ts'

/** An object as the API server sent it. Anything in it may hold a value: never printed as it is. */
export type ApiObject = Readonly<Record<string, unknown>>

/** The objects of a kind in a namespace. */
export interface KindIn {
  readonly kind: Kind
  readonly namespace: string
}

export interface ListOptions {
  readonly labelSelector?: string
  /** Objects with this name only, which a Role that is limited to names allows too. */
  readonly name?: string
}

/** `all`: every object was visited. `forbidden`: they may not be listed. `absent`: the API has no such kind. */
export interface Listing {
  readonly seen: 'all' | 'forbidden' | 'absent'
  /** From where a watch goes on. */
  readonly resourceVersion: string
}

export interface WatchOptions extends ListOptions {
  readonly resourceVersion: string
  readonly signal: AbortSignal
}

export interface LogOptions {
  readonly container: string
  /** Of the container that ran before it was started again. */
  readonly previous: boolean
  /** How many lines from the end. */
  readonly lines: number
}

export interface WorkloadApplyOptions {
  readonly manager: string
  readonly force: boolean
  /** Whether the server only judges it. */
  readonly dryRun?: boolean
}

/** The objects that use Secrets, and their pods. Every method throws as a Cluster's do. */
export interface Workloads {
  /** Hands each object of the kind to `visit`, page by page: nothing of a page is kept. */
  list(of: KindIn, visit: (object: ApiObject) => void, options?: ListOptions): Promise<Listing>
  /** The object; undefined when there is none. */
  read(ref: WorkloadRef): Promise<ApiObject | undefined>
  /** Server-side apply of some fields to an object that exists, bound to its uid. The same twice does nothing twice. */
  apply(
    ref: WorkloadRef & { readonly uid: string },
    fields: ApiObject,
    options: WorkloadApplyOptions,
  ): Promise<ApiObject>
  /** What happens to the objects from a resourceVersion on; ends when the server ends it. */
  watch(of: KindIn, options: WatchOptions): AsyncGenerator<WatchEvent, void>
  /** Deletes a pod by name and uid. Resolves where it is gone already, or another has its name. */
  deletePod(ref: WorkloadRef & { readonly uid: string }): Promise<void>
  /** The last lines of a container's log. Foreign text: never printed as it is. */
  log(ref: WorkloadRef, options: LogOptions): Promise<readonly string[]>
}

/** One page of a LIST: a pod is some 10 KiB. */
const PAGE = 500
/** The server ends a watch after this: where something on the way holds back what it says, not much time is lost. */
const WATCH_SECONDS = 10
/** A watch that has not ended by then is cut. */
const WATCH_LIMIT_MS = 20_000
const LOG_LIMIT_MS = 20_000
const LOG_BYTES = 64 * 1024

export function createWorkloads(http: Http): Workloads {
  return {
    list: (of, visit, options = {}) => listAll(http, { ...of, visit, options }),
    ...createObjectCalls(http),
    async *watch({ kind, namespace }, { resourceVersion, signal, ...options }) {
      const query = queryOf(options, {
        watch: 'true',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(WATCH_SECONDS),
        resourceVersion,
      })
      const lines = http.lines({
        doing: `watch of the ${KINDS[kind].resource} in ${namespace}`,
        path: `${pathOf({ kind, namespace })}?${query}`,
        limitMs: WATCH_LIMIT_MS,
        signal,
      })
      for await (const line of lines) if (line !== '') yield parseEvent(line)
    },
    async log(ref, { container, previous, lines: count }) {
      const query = new URLSearchParams({
        container,
        previous: String(previous),
        tailLines: String(count),
        limitBytes: String(LOG_BYTES),
      })
      const lines: string[] = []
      for await (const line of http.lines({
        doing: `log of ${workloadName(ref)}`,
        path: `${pathOf(ref)}/log?${query.toString()}`,
        limitMs: LOG_LIMIT_MS,
      }))
        lines.push(line)
      return lines
    },
  }
}

function createObjectCalls(http: Http): Pick<Workloads, 'read' | 'apply' | 'deletePod'> {
  return {
    read: (ref) => readObject(http, ref),
    async apply({ uid, ...ref }, fields, { manager, force, dryRun = false }) {
      const query = new URLSearchParams({
        fieldManager: manager,
        force: String(force),
        ...(dryRun ? { dryRun: 'All' } : {}),
      })
      const { doing } = request(ref, 'restart')
      const { status, body } = await http.send({
        doing,
        method: 'PATCH',
        path: `${pathOf(ref)}?${query.toString()}`,
        contentType: 'application/apply-patch+yaml',
        body: JSON.stringify(bodyOf({ uid, ...ref }, fields)),
        repeatable: true,
      })
      if (mapping(mapping(body)['metadata'])['uid'] !== uid) throw notAnApiServer(doing, status)
      return mapping(body)
    },
    async deletePod({ uid, ...ref }) {
      await http.send({
        ...request(ref, 'deletion'),
        method: 'DELETE',
        path: pathOf(ref),
        body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }),
        repeatable: true,
        accept: [404, 409],
      })
    },
  }
}

async function readObject(http: Http, ref: WorkloadRef): Promise<ApiObject | undefined> {
  const { doing } = request(ref, 'read')
  const path = pathOf(ref)
  const { status, body } = await http.send({ doing, method: 'GET', path, repeatable: true, accept: [404] })
  if (status === 404) return undefined
  const { name, namespace } = mapping(mapping(body)['metadata'])
  if (name !== ref.name || namespace !== ref.namespace) throw notAnApiServer(doing, status)
  return mapping(body)
}

function bodyOf(
  { kind, namespace, name, uid }: WorkloadRef & { readonly uid: string },
  { metadata, ...rest }: ApiObject,
): object {
  const { group, version } = KINDS[kind]
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { name, namespace, uid, ...mapping(metadata) },
    ...rest,
  }
}

async function listAll(
  http: Http,
  { kind, namespace, visit, options }: KindIn & { visit: (object: ApiObject) => void; options: ListOptions },
): Promise<Listing> {
  let next = ''
  for (;;) {
    const query = queryOf(options, { limit: String(PAGE), ...(next === '' ? {} : { continue: next }) })
    const doing = `list of the ${KINDS[kind].resource} in ${namespace}`
    const { status, body } = await http.send({
      doing,
      method: 'GET',
      path: `${pathOf({ kind, namespace })}?${query}`,
      repeatable: true,
      accept: [403, 404],
    })
    if (status === 404) return { seen: 'absent', resourceVersion: '' }
    if (status === 403) return { seen: await unseen(http, kind), resourceVersion: '' }
    const { items, metadata, kind: listed } = mapping(body)
    if (listed !== `${kind}List`) throw notAnApiServer(doing, status)
    for (const item of list(items)) visit(mapping(item))
    next = text(mapping(metadata)['continue'])
    if (next === '') return { seen: 'all', resourceVersion: text(mapping(metadata)['resourceVersion']) }
  }
}

/** Who may not list a kind is told so even where the API has no such kind: its group tells then. */
async function unseen(http: Http, kind: Kind): Promise<'forbidden' | 'absent'> {
  const { group, version } = KINDS[kind]
  if (!group.includes('.') || group.endsWith('.k8s.io')) return 'forbidden'
  const { status } = await http.send({
    doing: `look for the API group ${group}`,
    method: 'GET',
    path: `/apis/${group}/${version}`,
    repeatable: true,
    accept: [403, 404],
  })
  return status === 404 ? 'absent' : 'forbidden'
}

function request(ref: WorkloadRef, what: string): Pick<HttpRequest, 'doing'> {
  return { doing: `${what} of ${ref.namespace}/${workloadName(ref)}` }
}

function queryOf({ labelSelector, name }: ListOptions, more: Readonly<Record<string, string>>): string {
  return new URLSearchParams({
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
    ...more,
  }).toString()
}

function pathOf({ kind, namespace, name }: Omit<WorkloadRef, 'name'> & { readonly name?: string }): string {
  const { group, version, resource } = KINDS[kind]
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const path = `${base}/namespaces/${encodeURIComponent(namespace)}/${resource}`
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`
}
