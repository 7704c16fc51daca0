import * as z from 'zod'
import { environmentSchema } from './environment.ts'
import { deliver, externalSecret } from './external-secret.ts'
import { cluster, history, journal, pruning, takeOver } from './run.ts'
import { allowPlaintext, kustomization, outputDirectory, sealing } from './render.ts'
import { later, valueName } from './scalars.ts'
import { scanSchema } from './scan.ts'
import { secretSchema } from './secret.ts'
import { valueSchema } from './value.ts'
import { verify } from './verify.ts'

const storeSchema = z.looseObject({ kind: z.string() })

export const fileSchema = z.strictObject({
  version: z.literal('1').describe('The version of this language.'),
  set: z.string().optional().describe('Whose Secrets these are. Default: owner/repository/environment.'),
  namespace: z.string().optional().describe('The namespace of all Secrets that name none.'),
  deliver: deliver.optional(),
  'external-secret': externalSecret.optional(),
  'output-directory': outputDirectory.optional(),
  'allow-plaintext': allowPlaintext.optional(),
  kustomization: kustomization.optional(),
  seal: sealing.optional(),
  cluster: cluster.optional(),
  journal: journal.optional(),
  history: history.optional(),
  ...takeOver,
  ...pruning,
  stores: z
    .record(z.string(), storeSchema)
    .optional()
    .describe('Stores with settings. `env`, `dotenv`, `file`, `github` and `kubernetes` need no entry.'),
  values: z.record(valueName, valueSchema).optional().describe('Each value once: where it is kept.'),
  secrets: z
    .record(z.string(), secretSchema)
    .prefault({})
    .describe('What Kubernetes gets, by name. A file that is for `mode: scan` alone needs none.'),
  verify: verify
    .optional()
    .describe('What is checked once all is written and restarted; what fails undoes the run.'),
  environments: z
    .record(z.string(), environmentSchema.nullable())
    .optional()
    .describe('Overlays, picked by the `environment` input. Where any are declared, one must be chosen.'),
  scan: scanSchema.optional().describe('Scanning: what is allowed.'),
  policy: later.optional().describe('Not available yet.'),
})

export type ConfigFile = z.output<typeof fileSchema>
