import * as z from 'zod'
import { HISTORY_LIMIT } from '../history.ts'
import { PRUNE_LIMIT_MAX } from '../prune-limit.ts'
import { bool, integer } from './scalars.ts'

/** What stands at the top of the file and in an environment alike. */
export const cluster = z
  .strictObject({ uid: z.string().optional().describe('The uid of the namespace kube-system.') })
  .describe('Refuses any other cluster.')

export const journal = z
  .enum(['on', 'off'])
  .describe(
    'Whether former objects are kept in the cluster while a run writes, and runs of the set take turns. Default: on.',
  )

export const history = integer(0, HISTORY_LIMIT).describe(
  'How many former states are kept in the cluster, old values included. Default: 0.',
)

/** What may be taken from others: at the top of the file, in an environment and in a Secret alike. */
export const takeOver = {
  adopt: bool
    .optional()
    .describe(
      'Takes Secrets over that were made with kubectl or by somebody who left no name. Default: false.',
    ),
  'adopt-from': z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Others that Secrets are taken over from: `external-secrets`, `sealed-secrets`, `helm`, `argo-cd`, `flux`, `cert-manager`, the name of a set or of a field manager.',
    ),
  'force-conflicts': bool
    .optional()
    .describe('Fields whose values differ are taken from the field managers that own them. Default: false.'),
}

/** What becomes of Secrets that are declared no more: at the top of the file and in an environment. */
export const pruning = {
  prune: bool
    .optional()
    .describe('Deletes Secrets that this file applied before and declares no more. Default: false.'),
  'prune-limit': integer(0, PRUNE_LIMIT_MAX)
    .optional()
    .describe('How many may be deleted at once. Default: ten, and no more than half of the set.'),
}
