import type { Effects } from '../effects.ts'
import { createAccess } from './access.ts'
import type { ApplyOptions, Cluster, LiveSecret, NamespacePhase, Quota, Ref, Written } from './cluster.ts'
import type { Http, HttpResponse } from './http.ts'
import type { Login } from './kubeconfig.ts'
import { encodeApplied, encodeFormer, list, mapping, parseSecret, text } from './objects.ts'
import { refusalError, refusalOf, transportRefusal } from './refusal.ts'

/** One page of a LIST: enough to make round trips rare, small enough to hold. */
const PAGE = 250

/** The Cluster that a login leads to. */
export function createCluster(
  { server, context, namespace }: Pick<Login, 'server' | 'context' | 'namespace'>,
  { http, live, scrub }: { http: Http } & Pick<Effects, 'live' | 'scrub'>,
): Cluster {
  const parse = (response: HttpResponse, doing: string): LiveSecret => {
    const object = parseSecret(response.body, live)
    if (object === undefined)
      throw refusalError(doing, {
        ...transportRefusal('cut'),
        kind: 'not-an-api-server',
        status: response.status,
      })
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
    close: () => http.close(),
  }
}

type Parse = (response: HttpResponse, doing: string) => LiveSecret

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
      return response.status === 404 ? undefined : parse(response, doing)
    },
  }
}

function createWrites(http: Http, parse: Parse): Pick<Cluster, 'apply' | 'replace' | 'delete'> {
  return {
    async apply(object, { manager, dryRun, bound, force }: ApplyOptions): Promise<Written> {
      const doing = `${dryRun ? 'dry run' : 'apply'} of ${describe(object)}`
      const query = new URLSearchParams({
        fieldManager: manager,
        fieldValidation: 'Strict',
        force: String(force ?? false),
        ...(dryRun ? { dryRun: 'All' } : {}),
      })
      const response = await http.send({
        doing,
        method: 'PATCH',
        path: `${pathOf(object)}?${query.toString()}`,
        contentType: 'application/apply-patch+yaml',
        body: encodeApplied(object, bound),
        repeatable: dryRun,
      })
      const { warnings, auditId } = response
      return { object: parse(response, doing), created: response.status === 201, warnings, auditId }
    },
    async replace(former, bound, { manager, annotate }) {
      const doing = `restore of ${describe(former)}`
      const body = encodeFormer(former, bound, annotate)
      const path = `${pathOf(former)}?${new URLSearchParams({ fieldManager: manager }).toString()}`
      return parse(await http.send({ doing, method: 'PUT', path, body, repeatable: false }), doing)
    },
    async delete(ref, { uid, resourceVersion }) {
      const body = JSON.stringify({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid, resourceVersion },
      })
      const doing = `deletion of ${describe(ref)}`
      await http.send({ doing, method: 'DELETE', path: pathOf(ref), body, repeatable: false, accept: [404] })
    },
  }
}

function createNamespaces(http: Http): Pick<Cluster, 'uid' | 'phase' | 'createNamespace'> {
  return {
    async uid() {
      const doing = 'read of the namespace kube-system'
      const response = await http.send({
        doing,
        method: 'GET',
        path: '/api/v1/namespaces/kube-system',
        repeatable: true,
        accept: [403, 404],
      })
      const uid = text(mapping(mapping(response.body)['metadata'])['uid'])
      return uid === '' ? undefined : uid
    },
    async phase(namespace) {
      const doing = `read of the namespace ${namespace}`
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`
      const { status, body } = await http.send({
        doing,
        method: 'GET',
        path,
        repeatable: true,
        accept: [403, 404],
      })
      return phaseOf(status, body)
    },
    async createNamespace(name, labels) {
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
      const doing = `creation of the namespace ${name}`
      try {
        await http.send({ doing, method: 'POST', path: '/api/v1/namespaces', body, repeatable: false })
      } catch (error) {
        if (refusalOf(error)?.kind !== 'exists') throw error
      }
    },
  }
}

function createQuotas(http: Http): Pick<Cluster, 'quotas'> {
  return {
    async quotas(namespace) {
      const doing = `read of the quotas in ${namespace}`
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/resourcequotas`
      const { status, body } = await http.send({
        doing,
        method: 'GET',
        path,
        repeatable: true,
        accept: [403, 404],
      })
      return status >= 400 ? undefined : list(mapping(body)['items']).flatMap(readQuota)
    },
  }
}

function phaseOf(status: number, body: unknown): NamespacePhase {
  if (status === 404) return 'missing'
  if (status === 403) return 'unknown'
  const phase = mapping(mapping(body)['status'])['phase']
  return phase === 'Terminating' ? 'Terminating' : 'Active'
}

/** A quota's limits on the number of Secrets: `secrets` or `count/secrets`. */
function readQuota(item: unknown): Quota[] {
  const { metadata, status } = mapping(item)
  const { hard, used } = mapping(status)
  return ['secrets', 'count/secrets'].flatMap((resource) => {
    const limit = Number(mapping(hard)[resource])
    if (!Number.isInteger(limit)) return []
    return [
      { name: text(mapping(metadata)['name']), hard: limit, used: Number(mapping(used)[resource] ?? 0) },
    ]
  })
}

function pathOf({ namespace, name }: Ref): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`
}

function describe({ namespace, name }: Ref): string {
  return `${namespace}/${name}`
}
