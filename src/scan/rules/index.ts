import { AWS } from './aws.ts'
import { AZURE } from './azure.ts'
import { GITHUB } from './github.ts'
import { GITLAB } from './gitlab.ts'
import { GOOGLE } from './google.ts'
import { isPlaceholder } from './placeholder.ts'
import type { Rule } from './rule.ts'

/** Forms of tokens: what is but written as an example of one is none. */
const TOKENS: readonly Rule[] = [...AWS, ...GOOGLE, ...AZURE, ...GITHUB, ...GITLAB]

/** Every rule on patterns, in the order of their documentation. */
export const RULES: readonly Rule[] = TOKENS.map(withoutPlaceholders)

function withoutPlaceholders(rule: Rule): Rule {
  return { ...rule, check: (secret) => !isPlaceholder(secret) && rule.check?.(secret) !== false }
}
