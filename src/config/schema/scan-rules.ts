import * as z from 'zod'
import { linearPattern } from '../../scan/linear/machine.ts'
import { PatternError } from '../../scan/linear/node.ts'
import { RULES } from '../../scan/rules/index.ts'
import { SEVERITIES } from '../../scan/rules/rule.ts'
import { text } from './scalars.ts'

const KNOWN = new Set(RULES.map(({ id }) => id))
/** Rarer words make fewer places to look at. */
const SHORTEST_KEYWORD = 3
const KEYWORD = new RegExp(`^[\\x20-\\x7e]{${SHORTEST_KEYWORD},}$`)

const pattern = text().superRefine((source, context) => {
  try {
    linearPattern(source)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    const hint = 'write it in the syntax of RE2, as docs/scanning.md tells'
    context.addIssue({
      code: 'custom',
      message: `is no pattern that is taken: it ${error.message}`,
      params: { hint },
    })
  }
})

const customRule = z.strictObject({
  description: text().min(1).describe('What it finds, in a few words.'),
  severity: z.enum(SEVERITIES).optional().describe('How bad it is when one is found. Default: high.'),
  pattern: pattern.describe(
    'In the syntax of RE2, without look-around and back-references. The group named `secret`, else the first, else the whole, is the secret.',
  ),
  keywords: z
    .array(
      text()
        .superRefine((word, context) => {
          const hint = `a keyword has ${SHORTEST_KEYWORD} characters or more, all of them ASCII`
          if (!KEYWORD.test(word))
            context.addIssue({ code: 'custom', message: 'is no keyword', params: { hint } })
        })
        .transform((word) => word.toLowerCase()),
    )
    .min(1)
    .describe('A match has one of these within 4096 bytes of it. Letters match in any case.'),
  remedy: z.url().optional().describe('The page that tells how to revoke it.'),
})

/** Which rules on patterns are on, and rules of one’s own. */
export const scanRulesSchema = z
  .record(z.string(), z.union([z.enum(['on', 'off']), customRule]))
  .superRefine((rules, context) => {
    for (const [id, rule] of Object.entries(rules)) {
      const message = problemOf(id, rule)
      if (message === undefined) continue
      context.addIssue({
        code: 'custom',
        path: [id],
        message,
        params: { hint: 'docs/scanning-rules.md lists all ids' },
      })
    }
  })
  .describe('By id: `off` or `on` for a rule there is, or a rule of your own.')

export type ScanRules = z.output<typeof scanRulesSchema>

function problemOf(id: string, rule: ScanRules[string]): string | undefined {
  if (typeof rule === 'string') return KNOWN.has(id) ? undefined : 'names a rule that there is not'
  if (KNOWN.has(id)) return 'has the id of a rule that there is already'
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id)
    ? undefined
    : 'has an id that is not made of words in lower case with hyphens'
}
