import { literalCredential } from './literal-credential.ts'
import type { Findings, Rule } from './rule.ts'
import { unescapedUserInfo } from './unescaped-user-info.ts'

/** Every rule, in the order of their reports. */
const RULES: readonly Rule[] = [unescapedUserInfo, literalCredential]

/** What all rules find together. */
export function checkPolicy(...given: Parameters<Rule>): Findings {
  const all = RULES.map((rule) => rule(...given))
  return {
    problems: all.flatMap(({ problems }) => problems),
    warnings: all.flatMap(({ warnings }) => warnings),
  }
}
