import * as z from 'zod'
import { bool, later, text } from './scalars.ts'

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

export type ValueDeclaration = z.output<typeof valueSchema>
