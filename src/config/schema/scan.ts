import * as z from 'zod'
import { text } from './scalars.ts'
import { scanRulesSchema } from './scan-rules.ts'

const oneOrMore = z.union([text(), z.array(text()).min(1)]).transform((given) => [given].flat())

const allowEntry = z.strictObject({
  paths: oneOrMore.describe('Paths in the repository: `docs/**`, `test/fixtures/`, `**/*.snap`.'),
  rules: oneOrMore.optional().describe('Ids of rules. Default: all but `known-value`.'),
  keys: oneOrMore
    .optional()
    .describe('Structural keys, as reports name them: `Secret/app/db data.password`.'),
  reason: text().min(1).describe('Why these are no secrets, or may stand there. It is shown in reports.'),
})

/** What scanning allows. In pull requests the base commit’s is used. */
export const scanSchema = z.strictObject({
  allow: z.array(allowEntry).optional().describe('Findings that are none.'),
  rules: scanRulesSchema.optional(),
})

export type ScanSettings = z.output<typeof scanSchema>
