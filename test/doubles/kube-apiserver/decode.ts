import { parse as parseYaml } from 'yaml'
import { corruptByte } from './base64.ts'
import { asObject, isJsonObject, type Json, type JsonObject, type KubeObject } from './object.ts'
import { apiVersionOf, type Resource } from './resources.ts'
import type { Schema } from './schema.ts'
import { badRequest, quote, tooLarge } from './status.ts'
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
  const json = parseBody(body, of.kind)
  const object = asObject({ apiVersion: apiVersionOf(of), kind: of.kind, ...json })
  object.metadata = isJsonObject(json['metadata']) ? json['metadata'] : {}
  const where = `${String(object.kind)} in version ${quote(versionOf(object))} cannot be handled as a ${of.kind}`
  const foreign = kindError(of, object)
  if (foreign !== undefined) throw badRequest(`${where}: ${foreign}`)
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

/** Parses a body that must be a JSON object; what isn't one is quoted in the refusal. */
export function parseBody(body: Buffer, kind: string): JsonObject {
  if (body.length > BODY_LIMIT) throw tooLarge(BODY_LIMIT)
  const json = tryParse(body.toString())
  if (isJsonObject(json)) return json
  const why = "couldn't get version/kind; json parse error: invalid character"
  throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(body)})`)
}

/** Parses the body of a merge patch (an object) or a JSON patch (a list). */
export function parsePatch(body: Buffer): JsonObject | Json[] {
  const json = tryParse(body.toString())
  if (isJsonObject(json) || Array.isArray(json)) return json
  throw badRequest('error decoding patch: invalid character')
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

function summary(body: Buffer): string {
  if (body.length === 0) return '<empty>'
  const start = body.subarray(0, 30)
  const text = start.toString().startsWith('{') ? start.toString() : start.toString('hex')
  return body.length > start.length ? `${text} ...` : text
}

/** Why an object of this apiVersion and kind isn't one of `of`. */
function kindError(of: Resource, { apiVersion = '', kind = '' }: KubeObject): string | undefined {
  if (apiVersion !== apiVersionOf(of)) {
    return `no kind ${quote(kind)} is registered for version ${quote(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`
  }
  if (kind === of.kind) return undefined
  return `converting (v1.${kind}) to (core.${of.kind}): unknown conversion`
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

export function scalarFits(of: string, value: Json): boolean {
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
    if (child === undefined) Reflect.deleteProperty(value, key)
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
