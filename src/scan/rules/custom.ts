import { createAutomaton } from '../aho-corasick.ts'
import { linearPattern, type LinearMatch, type LinearPattern } from '../linear/machine.ts'
import type { Match } from '../match.ts'
import type { RuleMatcher } from '../rule-matcher.ts'
import { NO_WATCH } from '../watch.ts'
import type { RuleInfo } from './rule.ts'

/** A rule of the configuration. */
export interface CustomRule extends RuleInfo {
  /** In the syntax of RE2. The group named `secret`, else the first, else the whole, is the secret. */
  readonly pattern: string
  /** In lower case. */
  readonly keywords: readonly string[]
}

/** Bytes on both sides of a keyword in which a match lies. */
const REACH = 4096

/**
 * Finds what rules of the configuration describe. Their patterns are somebody’s: they run on a machine whose time grows with
 * the text alone.
 */
export function customMatcher(rules: readonly CustomRule[]): RuleMatcher {
  const searches = rules.map((rule) => ({ rule, pattern: linearPattern(rule.pattern) }))
  const words = rules.flatMap((rule, nth) => rule.keywords.map((word) => ({ word, nth })))
  const automaton = createAutomaton(words.map(({ word }) => word))
  return ({ bytes }, watch = NO_WATCH) => {
    const found: Match[] = []
    const reached = rules.map(() => -1)
    const search = (nth: number, start: number, end: number): void => {
      const entry = searches[nth]
      if (entry === undefined || watch.expired()) return
      for (const match of entry.pattern.matches(bytes, start, end))
        found.push({ rule: entry.rule.id, ...placeOf(match, entry.pattern) })
    }
    automaton.find(bytes, (word, end) => {
      const nth = words[word]?.nth ?? 0
      const last = reached[nth] ?? -1
      if (end <= last) return
      const stop = lineEnd(bytes, Math.min(bytes.length, end + REACH))
      search(nth, Math.max(last, lineStart(bytes, Math.max(0, end - REACH))), stop)
      reached[nth] = stop
    })
    return found
  }
}

function placeOf(match: LinearMatch, { groups }: LinearPattern): Omit<Match, 'rule'> {
  const first = groups.length > 1 && !groups.includes('secret') ? match.group(1) : undefined
  const { start, end } = match.group('secret') ?? first ?? match
  return { start, end }
}

/** Where the line begins, or where it is so long that a match may be cut. */
function lineStart(bytes: Buffer, from: number): number {
  const found = bytes.subarray(Math.max(0, from - REACH), from).lastIndexOf(10)
  return found < 0 ? Math.max(0, from - REACH) : Math.max(0, from - REACH) + found + 1
}

function lineEnd(bytes: Buffer, from: number): number {
  const found = bytes.subarray(from, from + REACH).indexOf(10)
  return found < 0 ? Math.min(bytes.length, from + REACH) : from + found
}
