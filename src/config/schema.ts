import { z } from 'zod'
import { HISTORY_LIMIT, isHistory } from './history.ts'

/** A scalar taken as it was written; the published JSON Schema lets editors accept unquoted numbers and booleans too. */
const text = (): z.ZodString => z.string().meta({ scalar: true })
const bool = z.enum(['true', 'false']).transform((word) => word === 'true')
const words = z.record(z.string(), text())
const valueName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name is made of letters, digits, `.`, `_` and `-`')

const template = (): z.ZodString =>
  text().describe('Text with `${value-name}` or `${store://key|filter}` placeholders.')

const reference = z
  .union([
    z.string().describe('`store://key?query#property`'),
    z.strictObject({
      store: z.string(),
      key: text(),
      property: text().optional(),
      version: text().optional(),
    }),
  ])
  .describe('Where the value is kept.')

const later = z.looseObject({})

export const valueSchema = z.strictObject({
  from: reference,
  optional: bool.optional().describe('Absent is no error: the live key stays as it is. Default: false.'),
  'when-absent': z
    .enum(['keep', 'remove'])
    .optional()
    .describe('What happens to the live key when an optional value is absent. Default: keep.'),
  'allow-empty': bool.optional().describe('An empty or blank value is accepted. Default: false.'),
  require: later.optional().describe('Demands on the value. Not available yet.'),
  rotate: later.optional().describe('When and how the value is rotated. Not available yet.'),
})

const registry = z.strictObject({
  username: template(),
  password: template(),
  email: template().optional(),
})

export const secretSchema = z.strictObject({
  type: z
    .string()
    .optional()
    .describe(
      '`opaque` (default), `tls`, `registry`, `basic-auth`, `ssh-auth`, or a Kubernetes type in full.',
    ),
  name: z.string().optional().describe('The name in Kubernetes. Default: the key of this entry.'),
  namespace: z.string().optional().describe('Default: the environment’s, then the kubeconfig context’s.'),
  namespaces: z.array(z.string()).min(1).optional().describe('Several namespaces for the same Secret.'),
  data: z.record(z.string(), template()).optional().describe('Keys and their templates.'),
  cert: template().optional().describe('`type: tls`: the certificate chain, PEM, leaf first.'),
  key: template().optional().describe('`type: tls`: the private key, PEM.'),
  username: template().optional().describe('`type: basic-auth`'),
  password: template().optional().describe('`type: basic-auth`'),
  'private-key': template().optional().describe('`type: ssh-auth`: the private key.'),
  registries: z
    .record(z.string(), registry)
    .optional()
    .describe(
      '`type: registry`: log-ins by host, merged into one `.dockerconfigjson`; one whose optional values are absent is left out.',
    ),
  labels: words.optional(),
  annotations: words.optional(),
  immutable: bool.optional().describe('Set once all else has succeeded; can never be unset. Default: false.'),
  'allow-empty': bool.optional().describe('Empty values under `data` are accepted. Default: false.'),
  restart: z
    .union([z.enum(['auto', 'none']), z.array(z.string())])
    .optional()
    .describe('Which workloads are restarted when the Secret changes. Only `none` is available yet.'),
})

const storeSchema = z.looseObject({ kind: z.string() })

const cluster = z
  .strictObject({ uid: z.string().optional().describe('The uid of the namespace kube-system.') })
  .describe('Refuses any other cluster.')

const journal = z
  .enum(['on', 'off'])
  .describe(
    'Whether former objects are kept in the cluster while a run writes, and runs of the set take turns. Default: on.',
  )

const history = z
  .string()
  .refine(isHistory, `a number from 0 to ${HISTORY_LIMIT}`)
  .transform(Number)
  .meta({ number: true })
  .describe('How many former states are kept in the cluster, old values included. Default: 0.')

const DELIVERIES = ['apply', 'sealed-secret', 'external-secret'] as const

/** The same fields, each of which may be left out or removed by `null`. */
function overlay(schema: z.ZodObject, special: z.ZodRawShape = {}): z.ZodObject {
  const fields = Object.entries(schema.shape).map(
    ([name, field]) => [name, (field as z.ZodType).nullish()] as const,
  )
  return z.strictObject({ ...Object.fromEntries(fields), ...special })
}

const removable = z.record(z.string(), template().nullable()).nullish()
const secretOverlay = overlay(secretSchema, { data: removable, labels: removable, annotations: removable })

export const environmentSchema = z.strictObject({
  namespace: z.string().optional(),
  deliver: z
    .enum(DELIVERIES)
    .optional()
    .describe('How Secrets get to the cluster. Default: apply; the others are not available yet.'),
  set: z.string().optional().describe('Whose Secrets these are. Default: owner/repository/environment.'),
  cluster: cluster.optional(),
  journal: journal.optional(),
  history: history.optional(),
  stores: z
    .record(z.string(), z.looseObject({}).nullable())
    .optional()
    .describe('Laid over the file’s `stores`.'),
  values: z
    .record(valueName, overlay(valueSchema).nullable())
    .optional()
    .describe('Laid over the file’s `values`.'),
  secrets: z
    .record(z.string(), secretOverlay.nullable())
    .optional()
    .describe('Laid over the file’s `secrets`; `null` leaves one out.'),
  policy: later.optional().describe('Not available yet.'),
})

export const fileSchema = z.strictObject({
  version: z.literal('1').describe('The version of this language.'),
  set: z.string().optional().describe('Whose Secrets these are. Default: owner/repository/environment.'),
  namespace: z.string().optional().describe('The namespace of all Secrets that name none.'),
  cluster: cluster.optional(),
  journal: journal.optional(),
  history: history.optional(),
  stores: z
    .record(z.string(), storeSchema)
    .optional()
    .describe('Stores with settings. `env`, `dotenv`, `file`, `github` and `kubernetes` need no entry.'),
  values: z.record(valueName, valueSchema).optional().describe('Each value once: where it is kept.'),
  secrets: z.record(z.string(), secretSchema).describe('What Kubernetes gets, by name.'),
  environments: z
    .record(z.string(), environmentSchema.nullable())
    .optional()
    .describe('Overlays, picked by the `environment` input. Where any are declared, one must be chosen.'),
  policy: later.optional().describe('Not available yet.'),
})

export type ConfigFile = z.output<typeof fileSchema>
export type SecretDeclaration = z.output<typeof secretSchema>
export type ValueDeclaration = z.output<typeof valueSchema>

/** The JSON Schema of the file, for editors. */
export function publishedSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(fileSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema['scalar'] === true) {
        delete jsonSchema['scalar']
        jsonSchema.type = ['string', 'number', 'boolean'] as never
      }
      if (jsonSchema['number'] === true) {
        delete jsonSchema['number']
        Object.assign(jsonSchema, { type: 'integer', minimum: 0, maximum: HISTORY_LIMIT })
      }
      if (Array.isArray(jsonSchema.enum) && jsonSchema.enum.join() === 'true,false') {
        delete jsonSchema.enum
        jsonSchema.type = 'boolean'
      }
      if (jsonSchema.const === '1') jsonSchema.enum = [1, '1']
      if (jsonSchema.const === '1') {
        delete jsonSchema.const
        delete jsonSchema.type
      }
    },
  })
  return {
    ...schema,
    title: 'Secretferry configuration',
    $id: 'https://secretferry.github.io/secretferry.schema.json',
  }
}
