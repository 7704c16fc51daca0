import * as z from 'zod'
import { deliver, externalSecret } from './external-secret.ts'
import { cluster, history, journal, pruning, takeOver } from './run.ts'
import { allowPlaintext, kustomization, outputDirectory, sealing } from './render.ts'
import { later, template, valueName } from './scalars.ts'
import { secretSchema } from './secret.ts'
import { valueSchema } from './value.ts'
import { verify } from './verify.ts'

const removable = z.record(z.string(), template().nullable()).nullish()
const secretOverlay = overlay(secretSchema, {
  data: removable,
  labels: removable,
  annotations: removable,
  push: removable,
  'external-secret': overlay(externalSecret).nullish(),
})

export const environmentSchema = z.strictObject({
  namespace: z.string().optional(),
  deliver: deliver.optional(),
  'external-secret': overlay(externalSecret).nullish().describe('Laid over the file’s `external-secret`.'),
  'output-directory': outputDirectory.optional(),
  'allow-plaintext': allowPlaintext.optional(),
  kustomization: kustomization.optional(),
  seal: sealing.optional(),
  set: z.string().optional().describe('Whose Secrets these are. Default: owner/repository/environment.'),
  cluster: cluster.optional(),
  journal: journal.optional(),
  history: history.optional(),
  ...takeOver,
  ...pruning,
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
  verify: verify.nullish().describe('In place of the file’s `verify`; `null`: none.'),
  policy: later.optional().describe('Not available yet.'),
})

/** The same fields, each of which may be left out or removed by `null`. */
function overlay(schema: z.ZodObject, special: z.ZodRawShape = {}): z.ZodObject {
  const fields = Object.entries(schema.shape).map(
    ([name, field]) => [name, (field as z.ZodType).nullish()] as const,
  )
  return z.strictObject({ ...Object.fromEntries(fields), ...special })
}
