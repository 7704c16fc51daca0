import { z } from 'zod'
import { HISTORY_LIMIT } from '../history.ts'
import { integer } from './scalars.ts'

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
