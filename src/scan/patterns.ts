import type { ScanRules } from '../config/schema/scan-rules.ts'
import { decode } from './decode.ts'
import type { Layer, Match } from './match.ts'
import { ruleMatcher, type RuleMatcher } from './rule-matcher.ts'
import { customMatcher } from './rules/custom.ts'
import { RULES } from './rules/index.ts'
import type { Rule, RuleInfo } from './rules/rule.ts'
import { scanText, type ScanText } from './text.ts'
import type { Watch } from './watch.ts'

/** For rules that name no page. */
const REMEDY = 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'
/** How often a text may be encoded. */
const DEPTH = 3
/** The most that is decoded of a file in one round, whatever its size. */
const MOST = 16 * 1024 * 1024

/** Finds what has the form of a secret, whoever’s it is, in the text and in what is encoded in it. */
export function patternLayer(rules: readonly Rule[]): Layer {
  return layerOf(rules, ruleMatcher(rules))
}

/** The same by the settings of a configuration: without the rules that are off, and with its own. */
export function configuredPatterns(settings: ScanRules): Layer {
  const on = RULES.filter(({ id }) => settings[id] !== 'off')
  const own = Object.entries(settings).flatMap(([id, rule]) =>
    typeof rule === 'string'
      ? []
      : [{ ...rule, id, severity: rule.severity ?? 'high', remedy: rule.remedy ?? REMEDY }],
  )
  if (own.length === 0) return patternLayer(on)
  const [known, custom] = [ruleMatcher(on), customMatcher(own)]
  return layerOf([...on, ...own], (text, watch) => [...known(text, watch), ...custom(text, watch)])
}

function layerOf(rules: readonly RuleInfo[], matcher: RuleMatcher): Layer {
  return {
    name: 'pattern',
    whole: false,
    rules,
    match: (text, watch) => [...matcher(text, watch), ...encoded(text, { matcher, watch, depth: DEPTH })],
  }
}

interface Round {
  readonly matcher: RuleMatcher
  readonly watch: Watch
  readonly depth: number
}

/** Matches in decoded text, each with the place of what it was decoded from. */
function encoded({ path, bytes }: ScanText, { matcher, watch, depth }: Round): readonly Match[] {
  if (depth === 0 || watch.expired()) return []
  const decoded = decode(bytes, Math.min(MOST, 2 * bytes.length))
  if (decoded === undefined) return []
  const text = scanText(path, decoded.bytes)
  const found = [...matcher(text, watch), ...encoded(text, { matcher, watch, depth: depth - 1 })]
  return found.map((match) => ({ ...match, ...decoded.origin(match.start, match.end) }))
}
