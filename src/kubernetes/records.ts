import type { Cluster, Ref, StoredRecord } from './cluster.ts'
import type { Http, HttpResponse } from './http.ts'
import { encodeRecord, list, mapping, pathOf, text } from './objects.ts'
import { notAnApiServer } from './refusal.ts'
import { parseTime } from './time.ts'

/** The field manager of the action's own Secrets, whatever the set. Nobody else's fields are in them. */
const MANAGER = 'secretferry-journal'

/** Reads and writes the action's own Secrets. */
export function createRecords(http: Http): Pick<Cluster, 'readRecord' | 'writeRecord'> {
  return {
    async readRecord(ref) {
      const doing = `read of ${ref.namespace}/${ref.name}`
      const path = pathOf(ref)
      const response = await http.send({ doing, method: 'GET', path, repeatable: true, accept: [404] })
      return response.status === 404 ? undefined : parseRecord(response, doing, ref)
    },
    async writeRecord(content, bound) {
      const doing = `write of ${content.namespace}/${content.name}`
      const query = new URLSearchParams({ fieldManager: MANAGER, fieldValidation: 'Strict', force: 'true' })
      const response = await http.send({
        doing,
        method: 'PATCH',
        path: `${pathOf(content)}?${query.toString()}`,
        contentType: 'application/apply-patch+yaml',
        body: encodeRecord(content, bound),
        repeatable: false,
      })
      return parseRecord(response, doing, content)
    },
  }
}

function parseRecord({ body, status, answeredAt }: HttpResponse, doing: string, ref: Ref): StoredRecord {
  const { metadata, data } = mapping(body)
  const { namespace, name, uid, resourceVersion, managedFields } = mapping(metadata)
  if (namespace !== ref.namespace || name !== ref.name || text(uid) === '')
    throw notAnApiServer(doing, status)
  const times = list(managedFields).flatMap((entry) => parseTime(mapping(entry)['time']) ?? [])
  return {
    namespace,
    name,
    uid: text(uid),
    resourceVersion: text(resourceVersion),
    data: new Map(
      Object.entries(mapping(data)).map(([key, base64]) => [key, Buffer.from(text(base64), 'base64')]),
    ),
    writtenAt: times.sort((a, b) => a - b).at(-1),
    answeredAt,
  }
}
