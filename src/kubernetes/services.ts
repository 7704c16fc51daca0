import type { Cluster } from './cluster.ts'
import type { Http } from './http.ts'

/** What a Service answers beyond success, and the API server where there is no such Service or nobody behind it. */
const ANSWERS = [400, 404, 409, 500, 502, 503, 504]

/** Services in the cluster, through the API server's proxy. */
export function createServices(http: Http): Pick<Cluster, 'askService'> {
  return {
    async askService({ namespace, name, port }, { method, path, doing, body }) {
      const [inNamespace, service, at] = [namespace, name, port].map(encodeURIComponent)
      const { status, text = '' } = await http.send({
        doing,
        method,
        path: `/api/v1/namespaces/${inNamespace ?? ''}/services/http:${service ?? ''}:${at ?? ''}/proxy/${path}`,
        repeatable: true,
        raw: true,
        accept: ANSWERS,
        ...(body === undefined ? {} : { body, contentType: 'application/yaml' }),
      })
      return { status, text }
    },
  }
}
