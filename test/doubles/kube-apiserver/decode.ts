import { parse as parseYaml } from 'yaml'
import { corruptByte } from './base64.ts'
import { asObject, isJsonObject, type Json, type JsonObject, type KubeObject } from './object.ts'
import { apiVersionOf, type Resource } from './resources.ts'
import type { Schema } from './schema.ts'
import { badRequest, internal, tooLarge } from './status.ts'
import { childSchema } from './typed.ts'

/** The most that a request's body may have. */
export const BODY_LIMIT = 3 * 1024 * 1024

/** A decoded body, and the unknown fields in it. */
export interface Decoded {
  readonly object: KubeObject
  readonly unknown: readonly string[]
}

/** The object of a POST or PUT, converted and with its defaults. */
export function decodeObject(of: Resource, body: Buffer, warnings: string[], strict: boolean): KubeObject {
  const json = parseBody(body)
  const object = asObject({ apiVersion: apiVersionOf(of), kind: of.kind, ...json })
  object.metadata = isJsonObject(json['metadata']) ? (json['metadata'] as KubeObject['metadata']) : {}
  const where = `${String(object.kind)} in version ${JSON.stringify(versionOf(object))} cannot be handled as a ${of.kind}`
  if (of.schema !== undefined) {
    const wrong = typeError(of.schema, json, of.kind) ?? dataError(object)
    if (wrong !== undefined) throw badRequest(`${where}: ${wrong}`)
    const unknown = unknownFields(of.schema, json, '').map(
      (field) => `unknown field ${JSON.stringify(field)}`,
    )
    if (strict && unknown.length > 0)
      throw badRequest(`${where}: strict decoding error: ${unknown.join(', ')}`)
    warnings.push(...unknown)
    dropUnknown(of.schema, object as unknown as JsonObject)
  }
  return convert(of, object)
}

/** The configuration of a server-side apply, as it is: no conversion, no defaults. */
export function decodeConfiguration(body: Buffer): KubeObject {
  if (body.length > BODY_LIMIT) throw tooLarge(BODY_LIMIT)
  const json = parseYamlBody(body.toString())
  const object = asObject(json)
  return { ...object, metadata: isJsonObject(json['metadata']) ? object.metadata : {} }
}

/** The object as the server would keep it: data in base64 proper, nothing empty, the defaults. */
export function convert(of: Resource, object: KubeObject): KubeObject {
  const copy = structuredClone(object)
  omitEmpty(copy)
  omitEmpty(copy.metadata as Record<string, unknown>)
  of.normalize(copy)
  omitEmpty(copy)
  return copy
}

/** What Go says of a value under `data` that isn't base64; undefined where all are. */
export function dataError(object: KubeObject): string | undefined {
  const data = object['data']
  if (!isJsonObject(data)) return undefined
  for (const value of Object.values(data)) {
    const at = typeof value === 'string' ? corruptByte(value) : undefined
    if (at !== undefined) return `illegal base64 data at input byte ${at}`
  }
  return undefined
}

/** Parses a body that must be a JSON object. */
export function parseBody(body: Buffer): JsonObject {
  if (body.length > BODY_LIMIT) throw tooLarge(BODY_LIMIT)
  const json = tryParse(body.toString())
  if (isJsonObject(json)) return json
  throw badRequest(`couldn't get version/kind; json parse error: ${describe(body)}`)
}

function parseYamlBody(text: string): JsonObject {
  const json = tryParse(text)
  if (isJsonObject(json)) return json
  try {
    const yaml: unknown = parseYaml(text)
    if (isJsonObject(yaml)) return yaml
  } catch {
    // answered below
  }
  throw badRequest('error decoding YAML: error converting YAML to JSON')
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function describe(body: Buffer): string {
  return body.length === 0 ? '<empty>' : body.toString('hex').slice(0, 60)
}

function versionOf({ apiVersion = '' }: KubeObject): string {
  return apiVersion.split('/').at(-1) ?? ''
}

/** The first value whose type Go can't read into the field. */
function typeError(schema: Schema, value: Json, path: string): string | undefined {
  if (value === null) return undefined
  if (schema.kind === 'scalar') {
    if (scalarFits(schema.of, value)) return undefined
    const type = /\.data$/.test(path) ? '[]uint8' : schema.of === 'boolean' ? 'bool' : 'string'
    return `json: cannot unmarshal ${jsonType(value)} into Go struct field ${path} of type ${type}`
  }
  if (schema.kind === 'list') return undefined
  if (!isJsonObject(value)) {
    return `json: cannot unmarshal ${jsonType(value)} into Go struct field ${path} of type map[string]string`
  }
  for (const [key, item] of Object.entries(value)) {
    const child = childSchema(schema, key)
    const wrong = child && typeError(child, item, schema.kind === 'map' ? path : `${path}.${key}`)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function scalarFits(of: string, value: Json): boolean {
  if (of === 'string') return typeof value === 'string'
  return of === 'boolean' ? typeof value === 'boolean' : true
}

function jsonType(value: Json): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function unknownFields(schema: Schema, value: Json, path: string): string[] {
  if (schema.kind === 'list' || schema.kind === 'scalar' || !isJsonObject(value)) return []
  if (schema.kind === 'struct' && schema.atomic) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const below = path === '' ? key : `${path}.${key}`
    const child = childSchema(schema, key)
    return child === undefined ? [below] : unknownFields(child, item, below)
  })
}

function dropUnknown(schema: Schema, value: JsonObject): void {
  if (schema.kind !== 'struct' || schema.atomic) return
  for (const [key, item] of Object.entries(value)) {
    const child = childSchema(schema, key)
    if (child === undefined) delete value[key]
    else if (isJsonObject(item)) dropUnknown(child, item)
  }
}

function omitEmpty(fields: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(fields)) {
    const empty = typeof value === 'object' && (value === null || Object.keys(value).length === 0)
    const keep = key === 'metadata' || (key === 'managedFields' && value !== null)
    if (empty && !keep) Reflect.deleteProperty(fields, key)
  }
}

/** The 500 that a configuration's wrong type or unknown field is answered with, values and all. */
export function typedPatchError(where: string, errors: readonly string[]): Error {
  const list = errors.length === 1 ? errors[0] : `errors:\n${errors.map((error) => `  ${error}`).join('\n')}`
  return internal(`failed to create typed patch object (${where}): ${list ?? ''}`)
}

/** What keeps a configuration from being read as the schema's type. */
export function typedErrors(schema: Schema, value: Json, path = ''): string[] {
  if (value === null) return []
  if (schema.kind === 'scalar') {
    return scalarFits(schema.of, value) ? [] : [`${path}: expected ${schema.of}, got ${goValue(value)}`]
  }
  if (schema.kind === 'list')
    return Array.isArray(value) ? [] : [`${path}: expected list, got ${goValue(value)}`]
  if (!isJsonObject(value)) return [`${path}: expected map, got ${goValue(value)}`]
  if (schema.kind === 'struct' && schema.atomic) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const child = childSchema(schema, key)
    const below = `${path}.${key}`
    return child === undefined ? [`${below}: field not declared in schema`] : typedErrors(child, item, below)
  })
}

/** Go's `%#v` of a value: the value itself is in it. */
function goValue(value: Json): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value)
  return `&value.valueUnstructured{Value:${text}}`
}
