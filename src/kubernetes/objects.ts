import type { Effects } from '../effects.ts'
import type { Secret } from '../secret.ts'
import type { AppliedSecret, Binding, LiveSecret, ManagedFields, RecordContent, Ref } from './cluster.ts'

type Json = Readonly<Record<string, unknown>>

/** The path of a Secret on an API server. */
export function pathOf({ namespace, name }: Ref): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`
}

/** A Secret as the API server sends it. Its values are masked by `live` before this returns; undefined for anything else. */
export function parseSecret(body: unknown, live: Effects['live']): LiveSecret | undefined {
  const { metadata, data, type, immutable } = mapping(body)
  const meta = mapping(metadata)
  const namespace = text(meta['namespace'])
  const name = text(meta['name'])
  maskLastApplied(mapping(meta['annotations'])[LAST_APPLIED], live)
  if (namespace === '' || name === '' || text(meta['uid']) === '') return undefined
  return {
    namespace,
    name,
    uid: text(meta['uid']),
    resourceVersion: text(meta['resourceVersion']),
    type: text(type),
    immutable: immutable === true,
    data: new Map(
      Object.entries(mapping(data)).map(([key, base64]) => [key, live(Buffer.from(text(base64), 'base64'))]),
    ),
    labels: texts(meta['labels']),
    annotations: texts(meta['annotations']),
    ownerReferences: list(meta['ownerReferences']).map(parseReference),
    managedFields: list(meta['managedFields']).map(mapping).map(parseManagedFields),
    deleting: meta['deletionTimestamp'] !== undefined,
    metadata: meta,
  }
}

/** Where kubectl's client-side apply keeps the whole object as it was sent last, values and all. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** Values that are in the annotation are known from then on, as those in the data are. */
function maskLastApplied(annotation: unknown, live: Effects['live']): void {
  if (typeof annotation !== 'string') return
  try {
    const { data, stringData } = mapping(JSON.parse(annotation))
    for (const base64 of Object.values(texts(data))) live(Buffer.from(base64, 'base64'))
    for (const clear of Object.values(texts(stringData))) live(Buffer.from(clear))
  } catch {
    // Whatever it is then, kubectl did not write it.
  }
}

export function parseReference(reference: unknown): LiveSecret['ownerReferences'][number] {
  const { kind, name } = mapping(reference)
  return { kind: text(kind), name: text(name) }
}

/** One entry of managedFields; the format is fieldsV1 (structured-merge-diff, value/fields). */
export function parseManagedFields({ manager, operation, fieldsV1 }: Json): ManagedFields {
  const fields = mapping(fieldsV1)
  const metadata = mapping(fields['f:metadata'])
  return {
    manager: text(manager),
    operation: operation === 'Apply' ? 'Apply' : 'Update',
    dataKeys: fieldNames(fields['f:data']),
    labels: fieldNames(metadata['f:labels']),
    annotations: fieldNames(metadata['f:annotations']),
    ownsType: 'f:type' in fields,
    ownsImmutable: 'f:immutable' in fields,
  }
}

function fieldNames(fields: unknown): ReadonlySet<string> {
  const names = Object.keys(mapping(fields)).filter((name) => name.startsWith('f:'))
  return new Set(names.map((name) => name.slice('f:'.length)))
}

/**
 * A resourceVersion that no object has, the first revision of a store being empty. An apply bound to it creates an object,
 * and is refused with 409 where there is one (tried on kube-apiserver 1.36; Store.Update in its registry compares the
 * versions only where something exists).
 */
const ABSENT = { resourceVersion: '1' }

/** The body of a server-side apply. JSON, which is YAML; values always as base64 under `data`. */
export function encodeApplied(object: AppliedSecret, bound: Binding | undefined): string {
  return JSON.stringify(appliedBody(object, bound))
}

function appliedBody(object: AppliedSecret, bound: Binding | undefined): Json {
  const { namespace, name, labels, annotations, type, immutable } = object
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      namespace,
      name,
      ...(bound === undefined ? ABSENT : { uid: bound.uid, resourceVersion: bound.resourceVersion }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    ...(type === undefined ? {} : { type }),
    ...(object.data.size === 0 ? {} : { data: encodeData(object.data) }),
    ...(immutable ? { immutable } : {}),
  }
}

/** The body of a server-side apply of a record. */
export function encodeRecord(content: RecordContent, bound: Binding | undefined): string {
  const bare = { ...content, data: new Map<string, Secret>(), immutable: false }
  const data = [...content.data].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')] as const)
  return JSON.stringify({ ...appliedBody(bare, bound), data: Object.fromEntries(data) })
}

/** The body of a PUT that puts `former` back over what `bound` names. */
export function encodeFormer(
  former: LiveSecret,
  bound: Binding,
  annotate: Readonly<Record<string, string>> = {},
): string {
  const annotations = { ...former.annotations, ...annotate }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...former.metadata,
      uid: bound.uid,
      resourceVersion: bound.resourceVersion,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    type: former.type,
    ...(former.data.size === 0 ? {} : { data: encodeData(former.data) }),
    ...(former.immutable ? { immutable: true } : {}),
  })
}

export function encodeData(data: ReadonlyMap<string, Secret>): Record<string, string> {
  const sorted = [...data].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    sorted.map(([key, value]) => [key, Buffer.from(value.bytes()).toString('base64')]),
  )
}

export function mapping(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(mapping(value)).map(([key, entry]) => [key, text(entry)]))
}
