import type { Effects } from '../effects.ts'
import { createAccess } from './access.ts'
import type {
  AppliedSecret,
  ApplyOptions,
  Binding,
  Cluster,
  LiveSecret,
  Ref,
  ReplaceOptions,
  Written,
} from './cluster.ts'
import type { HttpRequest } from './exchange.ts'
import type { Http, HttpResponse } from './http.ts'
import { createNamespaces, createQuotas } from './namespace.ts'
import type { Login } from './kubeconfig.ts'
import { encodeApplied, encodeFormer, list, mapping, parseSecret, pathOf, text } from './objects.ts'
import { createRecords } from './records.ts'
import { notAnApiServer } from './refusal.ts'
import { createServices } from './services.ts'
import { createContainers } from './streams/containers.ts'
import type { Upgrade } from './streams/upgrade.ts'
import { createWorkloads } from './workloads.ts'

/** One page of a LIST: enough to make round trips rare, small enough to hold. */
const PAGE = 250

/** The Cluster that a login leads to. */
export function createCluster(
  { server, context, namespace }: Pick<Login, 'server' | 'context' | 'namespace'>,
  { http, upgrade, live, scrub }: { http: Http; upgrade: Upgrade } & Pick<Effects, 'live' | 'scrub'>,
): Cluster {
  const parse: Parse = (response, { doing, ref, uid }) => {
    const object = parseSecret(response.body, live)
    const other = object?.namespace !== ref.namespace || object.name !== ref.name
    if (object === undefined || other || (uid !== undefined && object.uid !== uid))
      throw notAnApiServer(doing, response.status)
    return object
  }
  return {
    // Said anew each time: values may have become known since the last.
    get describe() {
      return scrub(`${server.host} (context ${context})`)
    },
    defaultNamespace: namespace,
    ...createNamespaces(http),
    ...createQuotas(http),
    ...createAccess(http),
    ...createReads(http, live, parse),
    ...createWrites(http, parse),
    ...createRecords(http),
    ...createServices(http),
    containers: createContainers(http, upgrade),
    workloads: createWorkloads(http),
    close: () => http.close(),
  }
}

/** The object in an answer; another one than was asked for is no answer of an API server. */
type Parse = (
  response: HttpResponse,
  asked: { readonly doing: string; readonly ref: Ref; readonly uid?: string | undefined },
) => LiveSecret

function createReads(http: Http, live: Effects['live'], parse: Parse): Pick<Cluster, 'list' | 'read'> {
  return {
    async list(namespace, labelSelector) {
      const all: LiveSecret[] = []
      let next = ''
      do {
        const query = new URLSearchParams({
          labelSelector,
          limit: String(PAGE),
          ...(next === '' ? {} : { continue: next }),
        })
        const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets?${query.toString()}`
        const page = await http.send({
          doing: `list of the Secrets in ${namespace}`,
          method: 'GET',
          path,
          repeatable: true,
          accept: [403],
        })
        if (page.status === 403) return undefined
        const { items, metadata } = mapping(page.body)
        for (const item of list(items))
          all.push(...[parseSecret(item, live)].filter((object) => object !== undefined))
        next = text(mapping(metadata)['continue'])
      } while (next !== '')
      return all
    },
    async read(ref) {
      const doing = `read of ${describe(ref)}`
      const response = await http.send({
        doing,
        method: 'GET',
        path: pathOf(ref),
        repeatable: true,
        accept: [404],
      })
      return response.status === 404 ? undefined : parse(response, { doing, ref })
    },
  }
}

/** Metadata is all that is looked at of a dry run's answer (KEP-2334): no value comes back over the network. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json'

type WriteVerbs = 'apply' | 'dryRun' | 'dryReplace' | 'replace' | 'delete' | 'dryDelete'

function createWrites(http: Http, parse: Parse): Pick<Cluster, WriteVerbs> {
  return {
    async dryRun(object, options) {
      const request = applyRequest(object, options)
      const doing = `dry run of ${describe(object)}`
      const path = `${request.path}&dryRun=All`
      const response = await http.send({ ...request, doing, path, repeatable: true, wanted: METADATA_ONLY })
      const { namespace, name, uid } = mapping(mapping(response.body)['metadata'])
      const other = namespace !== object.namespace || name !== object.name || text(uid) === ''
      if (other || (options.bound !== undefined && uid !== options.bound.uid))
        throw notAnApiServer(doing, response.status)
      return { created: response.status === 201, warnings: response.warnings }
    },
    async apply(object, options): Promise<Written> {
      const doing = `apply of ${describe(object)}`
      const response = await http.send({ ...applyRequest(object, options), doing, repeatable: false })
      const { warnings, auditId } = response
      const written = parse(response, { doing, ref: object, uid: options.bound?.uid })
      return { object: written, created: response.status === 201, warnings, auditId }
    },
    async dryReplace(former, bound, { manager }) {
      const request = replaceRequest(former, bound, { manager })
      const doing = `dry run of a change of owners of ${describe(former)}`
      const path = `${request.path}&dryRun=All`
      await http.send({ ...request, doing, path, repeatable: true, wanted: METADATA_ONLY })
    },
    async replace(former, bound, options) {
      const doing = `restore of ${describe(former)}`
      const response = await http.send({
        ...replaceRequest(former, bound, options),
        doing,
        repeatable: false,
      })
      return parse(response, { doing, ref: former, uid: bound.uid })
    },
    ...createDeletes(http),
  }
}

function applyRequest(
  object: AppliedSecret,
  { manager, bound, force = false }: ApplyOptions,
): Pick<HttpRequest, 'method' | 'path' | 'contentType' | 'body'> {
  const query = new URLSearchParams({
    fieldManager: manager,
    fieldValidation: 'Strict',
    force: String(force),
  })
  return {
    method: 'PATCH',
    path: `${pathOf(object)}?${query.toString()}`,
    contentType: 'application/apply-patch+yaml',
    body: encodeApplied(object, bound),
  }
}

function replaceRequest(
  former: LiveSecret,
  bound: Binding,
  { manager, annotate }: ReplaceOptions,
): Pick<HttpRequest, 'method' | 'path' | 'body'> {
  const query = new URLSearchParams({ fieldManager: manager })
  const path = `${pathOf(former)}?${query.toString()}`
  return { method: 'PUT', path, body: encodeFormer(former, bound, annotate) }
}

function createDeletes(http: Http): Pick<Cluster, 'delete' | 'dryDelete'> {
  const send = async (ref: Ref, { uid, resourceVersion }: Binding, dry: boolean): Promise<void> => {
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid, resourceVersion },
      // Where there is a body, the query is not looked at (tried on kube-apiserver 1.36): there alone it would delete.
      ...(dry ? { dryRun: ['All'] } : {}),
    })
    const doing = `${dry ? 'dry run of the ' : ''}deletion of ${describe(ref)}`
    const path = `${pathOf(ref)}${dry ? '?dryRun=All' : ''}`
    const request = {
      doing,
      method: 'DELETE' as const,
      path,
      body,
      repeatable: dry,
      accept: [404],
    }
    const response = await http.send(request)
    if (response.status !== 404 && !isDeletion(response.body, uid))
      throw notAnApiServer(doing, response.status)
  }
  return {
    delete: (ref, bound) => send(ref, bound, false),
    dryDelete: (ref, bound) => send(ref, bound, true),
  }
}

/** Whether an answer tells of the deletion of this very object: a Status of success, or the object, which finalizers hold. */
function isDeletion(body: unknown, uid: string): boolean {
  const { kind, status, details, metadata } = mapping(body)
  return kind === 'Status'
    ? status === 'Success' && mapping(details)['uid'] === uid
    : mapping(metadata)['uid'] === uid
}

function describe({ namespace, name }: Ref): string {
  return `${namespace}/${name}`
}
