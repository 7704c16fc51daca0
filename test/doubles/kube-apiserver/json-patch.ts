import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type Json, type JsonObject } from './object.ts'
import { StatusError } from './status.ts'

/** RFC 7396: a null removes. */
export function mergeJson(target: Json | undefined, change: JsonObject): JsonObject {
  const out: JsonObject = isJsonObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(change)) {
    if (value === null) Reflect.deleteProperty(out, key)
    else out[key] = isJsonObject(value) ? mergeJson(out[key], value) : value
  }
  return out
}

/** RFC 6902, except that Kubernetes' `replace` adds what is not there. Throws 422 where an operation fails. */
export function patchJson(target: JsonObject, operations: readonly Json[]): JsonObject {
  const document = structuredClone(target)
  for (const operation of operations) perform(document, isJsonObject(operation) ? operation : {})
  return document
}

function perform(document: JsonObject, { op, path, from, value = null }: JsonObject): void {
  const place = locate(document, path)
  if (op === 'add' || op === 'replace') write(place, value, op === 'add')
  else if (op === 'remove') remove(place)
  else if (op === 'copy') write(place, structuredClone(read(locate(document, from))), true)
  else if (op === 'move') write(place, take(locate(document, from)), true)
  else if (op !== 'test' || !isDeepStrictEqual(read(place), value)) throw rejected()
}

interface Place {
  readonly parent: JsonObject | Json[]
  readonly key: string
}

function locate(document: JsonObject, path: Json | undefined): Place {
  const keys = typeof path === 'string' ? path.split('/').slice(1).map(unescapeKey) : []
  const key = keys.pop()
  let parent: Json | undefined = document
  for (const each of keys) parent = Array.isArray(parent) ? parent[Number(each)] : childOf(parent, each)
  if (key === undefined || !(isJsonObject(parent) || Array.isArray(parent))) throw rejected()
  return { parent, key }
}

function childOf(parent: Json | undefined, key: string): Json | undefined {
  return isJsonObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined
}

function read({ parent, key }: Place): Json {
  const value = Array.isArray(parent) ? parent[Number(key)] : childOf(parent, key)
  if (value === undefined) throw rejected()
  return value
}

function write({ parent, key }: Place, value: Json, insert: boolean): void {
  if (!Array.isArray(parent)) parent[key] = value
  else parent.splice(key === '-' ? parent.length : Number(key), insert ? 0 : 1, value)
}

function take(place: Place): Json {
  const value = read(place)
  remove(place)
  return value
}

function remove({ parent, key }: Place): void {
  read({ parent, key })
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else Reflect.deleteProperty(parent, key)
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}

function rejected(): StatusError {
  const message = 'the server rejected our request due to an error in our request'
  return new StatusError(422, 'Invalid', message, {})
}
