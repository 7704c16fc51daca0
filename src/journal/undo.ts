import { gunzipSync, gzipSync } from 'node:zlib'
import type { Effects } from '../effects.ts'
import type { AppliedSecret, LiveSecret } from '../kubernetes/cluster.ts'
import { encodeData, list, mapping, parseSecret, text, texts } from '../kubernetes/objects.ts'
import { isPatched, type Kind } from '../kubernetes/consumers/kinds.ts'
import type { Pointer } from '../kubernetes/consumers/pointers.ts'
import type { Restart } from '../kubernetes/consumers/restarts.ts'
import type { Undoable } from '../kubernetes/attempt.ts'
import { withMetadata } from '../kubernetes/own-fields.ts'

/** Bytes that are put into a further Secret, of the mebibyte that the API server takes. */
const PART_BYTES = 900 * 1024
/** What any undo may be unpacked to: a thousand Secrets of a mebibyte would not fit a runner anyway. */
const UNPACKED_LIMIT = 512 * 1024 * 1024
/** What a small one may be unpacked to, and how many times its size a larger one: a forged one is not to fill the memory. */
const UNPACKED_FLOOR = 16 * 1024 * 1024
const UNPACKED_RATIO = 40

/**
 * The writes of a run as its journal keeps them: each object as it was, managedFields included, and as it is to be, by
 * which a write that was done is told from somebody else's change. Compressed JSON.
 */
export function packUndo({ writes, restarts }: Undo): Buffer {
  const entries = writes.map((write) => ({
    ...(write.live === undefined ? {} : { live: encodeLive(write.live) }),
    ...encodeBase(write),
    ...(write.action === 'delete' ? { deleted: true } : {}),
    desired: { ...write.desired, data: encodeData(write.desired.data) },
  }))
  const json = Buffer.from(JSON.stringify({ writes: entries, restarts: restarts.map(encodeRestart) }))
  const packed = gzipSync(json, { level: 1 })
  return json.byteLength <= unpackedLimit(packed.byteLength) ? packed : gzipSync(json, { level: 0 })
}

function unpackedLimit(packed: number): number {
  return Math.min(UNPACKED_LIMIT, Math.max(UNPACKED_FLOOR, packed * UNPACKED_RATIO))
}

/** What a run writes in a namespace, and the workloads that it restarts there. */
export interface Undo {
  readonly writes: readonly Undoable[]
  readonly restarts: readonly Restart[]
}

/** A packed undo, every value in it masked by `live`; undefined where it is damaged or cut. */
export function unpackUndo(bytes: Uint8Array, live: Effects['live']): Undo | undefined {
  try {
    const json: unknown = JSON.parse(
      gunzipSync(bytes, { maxOutputLength: unpackedLimit(bytes.byteLength) }).toString('utf8'),
    )
    // Versions that restarted nothing wrote the list of writes alone.
    const { writes: entries = json, restarts: restarted } = mapping(json)
    const writes = list(entries).map((entry) => parseEntry(entry, live))
    const restarts = list(restarted).map(parseRestart)
    return writes.every((write) => write !== undefined) && restarts.every((each) => each !== undefined)
      ? { writes, restarts }
      : undefined
  } catch {
    return undefined
  }
}

/** The undo cut into pieces that fit a Secret. */
export function splitUndo(bytes: Uint8Array): readonly Uint8Array[] {
  const count = Math.ceil(bytes.byteLength / PART_BYTES)
  return Array.from({ length: count }, (_, nth) => bytes.subarray(nth * PART_BYTES, (nth + 1) * PART_BYTES))
}

function encodeRestart(restart: Restart): object {
  const { kind, namespace, name, uid, annotation, value, former, pointing } = restart
  const pointers = pointing === undefined ? {} : { pointers: pointing.pointers }
  return { kind, namespace, name, uid, annotation, value, former, ...pointers }
}

/** Names become parts of request paths, and the annotation is one of those that a restart sets: nothing else is taken. */
function parseRestart(entry: unknown): Restart | undefined {
  const { kind, namespace, name, uid, annotation, value, former, pointers } = mapping(entry)
  const known = text(kind) as Kind
  if (!isPatched(known) || !NAME.test(text(namespace)) || !NAME.test(text(name))) return undefined
  if (!RESTART_ANNOTATION.test(text(annotation))) return undefined
  const parsed = list(pointers).map(parsePointer)
  if (!parsed.every((each) => each !== undefined)) return undefined
  return {
    kind: known,
    namespace: text(namespace),
    name: text(name),
    uid: text(uid),
    annotation: text(annotation),
    value: text(value),
    former: typeof former === 'string' ? former : undefined,
    ...(pointers === undefined ? {} : { pointing: { pointers: parsed, force: true } }),
  }
}

/** Names of Secrets alone: whatever else of a workload is applied is taken from the workload itself. */
function parsePointer(entry: unknown): Pointer | undefined {
  const { place, from, to } = mapping(entry)
  const known = NAME.test(text(to)) && (text(from) === '' || NAME.test(text(from)))
  return known ? { place: text(place), from: text(from), to: text(to) } : undefined
}

const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/
const RESTART_ANNOTATION =
  /^secretferry\.github\.io\/(?:restart|names)-[0-9a-f]{16}$|^kubectl\.kubernetes\.io\/restartedAt$/

function encodeLive({ metadata, type, immutable, data }: LiveSecret): object {
  return { metadata, type, immutable, data: encodeData(data) }
}

/** Of what a write finds in other hands, whose hands those are: the rest is as it was. */
function encodeBase(write: Undoable): object {
  if (write.action === 'create' || write.base === undefined) return {}
  const { managedFields, ownerReferences } = write.base.metadata
  return { base: { managedFields, ownerReferences } }
}

function parseBase(base: unknown, live: LiveSecret): { readonly base?: LiveSecret } {
  if (base === undefined) return {}
  const { managedFields, ownerReferences } = mapping(base)
  return { base: withMetadata(live, { managedFields, ownerReferences }) }
}

function parseEntry(entry: unknown, live: Effects['live']): Undoable | undefined {
  const { live: former, base, desired, deleted } = mapping(entry)
  const applied = parseApplied(desired, live)
  if (former === undefined) return { action: 'create', live: undefined, desired: applied }
  const object = parseSecret(former, live)
  return object === undefined
    ? undefined
    : {
        action: deleted === true ? 'delete' : 'update',
        live: object,
        desired: applied,
        ...parseBase(base, object),
      }
}

function parseApplied(body: unknown, live: Effects['live']): AppliedSecret {
  const { namespace, name, type, data, labels, annotations, immutable } = mapping(body)
  return {
    namespace: text(namespace),
    name: text(name),
    ...(type === undefined ? {} : { type: text(type) }),
    data: new Map(
      Object.entries(texts(data)).map(([key, base64]) => [key, live(Buffer.from(base64, 'base64'))]),
    ),
    labels: texts(labels),
    annotations: texts(annotations),
    immutable: immutable === true,
  }
}
