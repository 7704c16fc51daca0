import type { Place, Problem } from '../error.ts'
import type { Cluster, NamespacePhase, Quota } from './cluster.ts'
import type { Http, HttpResponse } from './http.ts'
import { list, mapping, text } from './objects.ts'
import { refusalOf } from './refusal.ts'

/** The problem of a namespace that nothing can be created in; `at` is where a Secret of it is declared. */
export function missingNamespace(
  namespace: string,
  phase: 'missing' | 'Terminating',
  at: Place = {},
): Problem {
  return phase === 'missing'
    ? {
        code: 'NAMESPACE_MISSING',
        message: `the namespace ${namespace} does not exist`,
        hint: `create it: kubectl create namespace ${namespace}; or set \`create-namespace: true\``,
        at,
      }
    : {
        code: 'NAMESPACE_TERMINATING',
        message: `the namespace ${namespace} is being deleted`,
        hint: 'wait until it is gone, then run again',
        at,
      }
}

/** The namespaces of an API server. */
export function createNamespaces(http: Http): Pick<Cluster, 'uid' | 'phase' | 'createNamespace'> {
  const phase = phaseReader(http)
  return {
    async uid() {
      const doing = 'read of the namespace kube-system'
      const { body } = await lookUp(http, '/api/v1/namespaces/kube-system', doing)
      const uid = text(mapping(mapping(body)['metadata'])['uid'])
      return uid === '' ? undefined : uid
    },
    phase,
    async createNamespace(name, labels) {
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
      const doing = `creation of the namespace ${name}`
      try {
        await http.send({ doing, method: 'POST', path: '/api/v1/namespaces', body, repeatable: false })
        return true
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal?.kind === 'exists') return false
        if (refusal?.unknownOutcome === true && (await phase(name)) === 'Active') return true
        throw error
      }
    },
  }
}

/** The ResourceQuotas of an API server, as far as they count Secrets. */
export function createQuotas(http: Http): Pick<Cluster, 'quotas'> {
  return {
    async quotas(namespace) {
      const doing = `read of the quotas in ${namespace}`
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/resourcequotas`
      const { status, body } = await lookUp(http, path, doing)
      return status >= 400 ? undefined : list(mapping(body)['items']).flatMap(readQuota)
    },
  }
}

function phaseReader(http: Http): Cluster['phase'] {
  return async (namespace) => {
    const doing = `read of the namespace ${namespace}`
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`
    const { status, body } = await lookUp(http, path, doing)
    return phaseOf(status, body)
  }
}

/** A GET of what need not be there, and need not be allowed. */
function lookUp(http: Http, path: string, doing: string): Promise<HttpResponse> {
  return http.send({ doing, method: 'GET', path, repeatable: true, accept: [403, 404] })
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
