import { markdownTable } from './markdown-table.ts'

/** As much of JSON Schema as the published one uses. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
}

/** What is said of keys whose schema says nothing, by path. */
export type Descriptions = Readonly<Record<string, string>>

interface Section {
  readonly path: string
  readonly schema: Schema
}

/** What the keys of a mapping stand for, in the headings. */
const KEYS: Readonly<Record<string, string>> = { registries: 'host', environments: 'environment' }

/** Laid over what is told elsewhere, field by field: told once. */
const OVERLAYS = ['values', 'secrets', 'external-secret', 'verify']
  .map((field) => `environments.<environment>.${field}`)
  .concat('secrets.<name>.verify')

/** A heading and a table for each mapping of the schema, top first. Throws where a key has no description. */
export function schemaSections(root: Schema, descriptions: Descriptions): string {
  return sectionsOf({ path: '', schema: root })
    .map(
      ({ path, schema }) =>
        `## ${path === '' ? 'The file' : `\`${path}\``}\n\n${table(path, schema, descriptions)}`,
    )
    .join('\n\n')
}

/** A table of a mapping's keys. */
export function table(path: string, schema: Schema, descriptions: Descriptions): string {
  const required = schema.required ?? []
  const rows = Object.entries(schema.properties ?? {}).map(([key, field]) => {
    const { text, fallback } = describe(join(path, key), field, descriptions)
    return [`\`${key}\``, typeOf(field), required.includes(key) ? 'required' : fallback, text]
  })
  return markdownTable(['Key', 'Type', 'Default', 'What it is'], rows)
}

function sectionsOf(section: Section): Section[] {
  const { path, schema } = section
  const own = Object.keys(schema.properties ?? {}).length > 0 ? [section] : []
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, field]) =>
    mappingsOf(join(path, key), field),
  )
  return [...own, ...below.flatMap(sectionsOf)]
}

/** The mappings inside a field: itself, one of its alternatives, or what its keys hold. */
function mappingsOf(path: string, field: Schema): Section[] {
  if (OVERLAYS.includes(path)) return []
  const alternatives = field.anyOf ?? [field]
  return alternatives.flatMap((schema) => {
    if (schema.properties !== undefined) return [{ path, schema }]
    if (schema.items !== undefined) return mappingsOf(`${path}[]`, schema.items)
    const { additionalProperties } = schema
    if (typeof additionalProperties !== 'object') return []
    const name = path.split('.').at(-1) ?? ''
    return mappingsOf(`${path}.<${KEYS[name] ?? 'name'}>`, additionalProperties)
  })
}

interface Description {
  readonly text: string
  readonly fallback: string
}

/** A schema's own words, with what they say of a default taken out of them. */
function describe(path: string, schema: Schema, descriptions: Descriptions): Description {
  const own = schema.description ?? ''
  const {
    before = own,
    named,
    after,
  } = /^(?<before>.*?)\s*Default: (?<named>[^;]+?)(?:; (?<after>.*))?\.$/.exec(own)?.groups ?? {}
  const first = before === '' ? descriptions[path] : before
  if (first === undefined)
    throw new Error(`\`${path}\` has no description: give it one in src/config/schema/ with .describe()`)
  const rest = after === undefined ? '' : ` ${after.charAt(0).toUpperCase()}${after.slice(1)}.`
  const stated = schema.default === undefined ? 'none' : `\`${JSON.stringify(schema.default)}\``
  return { text: first + rest, fallback: named ?? stated }
}

function typeOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(' or ')
  if (schema.enum !== undefined) return [...new Set(schema.enum.map(String))].map(code).join(' or ')
  if (Array.isArray(schema.type)) return 'text'
  if (schema.type === 'array') return `list of ${plural(typeOf(schema.items ?? {}))}`
  if (schema.type === 'object') return mappingType(schema)
  return schema.type === 'null' ? '`null`' : String(schema.type)
}

function mappingType({ properties, additionalProperties }: Schema): string {
  if (properties !== undefined || typeof additionalProperties !== 'object') return 'mapping'
  const inner = typeOf(additionalProperties)
  return inner.startsWith('mapping')
    ? `mapping of ${inner.replace('mapping', 'mappings')}`
    : `mapping of ${plural(inner)}`
}

function plural(type: string): string {
  return ['text', 'string', 'integer', 'mapping'].includes(type) ? `${type}s` : type
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function code(text: string): string {
  return `\`${text}\``
}
