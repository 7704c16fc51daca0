import type { Layer } from './match.ts'
import { ruleMatcher } from './rule-matcher.ts'
import type { Rule } from './rules/rule.ts'

/** Finds what has the form of a secret, whoever’s it is. */
export function patternLayer(rules: readonly Rule[]): Layer {
  return { name: 'pattern', whole: false, rules, match: ruleMatcher(rules) }
}
