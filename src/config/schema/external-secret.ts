import * as z from 'zod'
import { DELIVERIES } from '../deliveries.ts'
import { text } from './scalars.ts'

/** How an operator treats the Secrets that it makes, in its own words. */
export const externalSecret = z
  .strictObject({
    'refresh-interval': text()
      .regex(/^(?:\d{1,6}[smh]){1,3}$/, 'a duration')
      .optional()
      .describe('How often the operator reads the store: `30m`, `1h`; `0s`: once. Default: 1h.'),
    'refresh-policy': z
      .enum(['Periodic', 'OnChange', 'CreatedOnce'])
      .optional()
      .describe('When the operator reads again. Default: Periodic.'),
    'creation-policy': z
      .enum(['Owner', 'Orphan', 'Merge'])
      .optional()
      .describe(
        'Whose the Secret is: of its ExternalSecret, nobody’s, or of who made it before. Default: Owner.',
      ),
    'deletion-policy': z
      .enum(['Retain', 'Delete', 'Merge'])
      .optional()
      .describe('What becomes of the Secret when the store has no value any more. Default: Retain.'),
  })
  .describe('How External Secrets treats the Secret, where it is delivered by it.')

export type ExternalSettings = z.output<typeof externalSecret>

/** Keys of a Secret, each with the reference that its value is pushed to. */
export const push = z
  .record(z.string(), text())
  .describe('Keys that External Secrets pushes into a store: `KEY: store://key#property`.')

export const deliver = z
  .enum(DELIVERIES)
  .describe(
    'How Secrets get to where they run: written to the cluster (`mode: apply`), or rendered (`mode: render`) as SealedSecret, as ExternalSecret, or for a container definition of ECS. Default: apply.',
  )
