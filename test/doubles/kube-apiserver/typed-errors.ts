import { scalarFits } from './decode.ts'
import { isJsonObject, type Json } from './object.ts'
import type { Schema } from './schema.ts'
import { internal, type StatusError } from './status.ts'
import { childSchema } from './typed.ts'

/** The 500 that a configuration's wrong type or unknown field is answered with, values and all. */
export function typedPatchError(where: string, errors: readonly string[]): StatusError {
  const list = errors.length === 1 ? errors[0] : `errors:\n${errors.map((error) => `  ${error}`).join('\n')}`
  return internal(`failed to create typed patch object (${where}): ${list ?? ''}`)
}

/** What keeps a configuration from being read as the schema's type. */
export function typedErrors(schema: Schema, value: Json, path = ''): string[] {
  if (value === null) return []
  if (schema.kind === 'scalar') return scalarErrors(schema.of, value, path)
  if (schema.kind === 'list')
    return Array.isArray(value) ? [] : [`${path}: expected list, got &{${printed(value)}}`]
  if (!isJsonObject(value)) return [`${path}: expected map, got &{${printed(value)}}`]
  if (schema.kind === 'struct' && schema.atomic) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const child = childSchema(schema, key)
    const below = `${path}.${key}`
    return child === undefined ? [`${below}: field not declared in schema`] : typedErrors(child, item, below)
  })
}

function scalarErrors(of: string, value: Json, path: string): string[] {
  if (scalarFits(of, value)) return []
  if (of === 'boolean') return [`${path}: expected boolean, got &{${printed(value)}}`]
  return [`${path}: expected string, got &value.valueUnstructured{Value:${literal(value)}}`]
}

/** Go's `%#v`: the value itself is in it. */
function literal(value: Json): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(literal).join(', ')}}`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${literal(item)}`)
  return `map[string]interface {}{${entries.join(', ')}}`
}

/** Go's `%v`. */
function printed(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`
  if (!isJsonObject(value)) return String(value)
  const entries = Object.entries(value).map(([key, item]) => `${key}:${printed(item)}`)
  return `map[${entries.join(' ')}]`
}
