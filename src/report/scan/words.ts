import { singleLine } from '../../foreign-text.ts'
import type { ScanOutcome } from '../../outcome.ts'
import type { Finding } from '../../scan/finding.ts'
import { SEVERITIES, type RuleInfo } from '../../scan/rules/rule.ts'
import { plural } from '../plural.ts'

/** Worst first; what stands in the head before what only a former commit has; then by place. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      Number(a.commit !== undefined) - Number(b.commit !== undefined) ||
      compare(a.path, b.path) ||
      a.line - b.line ||
      a.column - b.column,
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whether a finding is as severe as the run fails for. */
export function fails({ severity }: Finding, failOn: ScanOutcome['failOn']): boolean {
  return failOn !== 'never' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn)
}

/** What was found and where in the object, without the place in the file: `Credential in a ConfigMap: ConfigMap/app/web data.PASSWORD`. */
export function whatIs(finding: Finding, rules: ReadonlyMap<string, RuleInfo>): string {
  const { secret, key, commit, rule } = finding
  const what =
    secret === undefined ? (rules.get(rule)?.description ?? rule) : `the value of ${singleLine(secret)}`
  const where = key === undefined ? '' : `: ${singleLine(key)}`
  const when =
    commit === undefined
      ? ''
      : ` (added by commit ${singleLine(commit).slice(0, 12)}, and in the history since)`
  return `${what}${where}${when}`
}

/** What to do about it. */
export function remedyFor({ secret, rule }: Finding, rules: ReadonlyMap<string, RuleInfo>): string {
  const which = secret === undefined ? 'it' : singleLine(secret)
  const page = rules.get(rule)?.remedy
  return `Rotate ${which}: taking the line out leaves it in the history${page === undefined ? '' : ` (${page})`}`
}

/** `2 critical, 1 high`. */
export function countBySeverity(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((finding) => finding.severity === severity).length,
  }))
  return counts
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`)
    .join(', ')
}

const BY = {
  inline: 'by comments',
  baseline: 'by the baseline',
  path: 'by the configuration',
  rule: 'by switches of rules',
} as const

/** `3 allowed: 2 by the baseline, 1 by comments`; empty where none is. */
export function countAllowed({ result: { allowed } }: ScanOutcome): string {
  if (allowed.length === 0) return ''
  const parts = Object.entries(BY).map(([by, words]) => ({
    words,
    count: allowed.filter((each) => each.by === by).length,
  }))
  const shown = parts.filter(({ count }) => count > 0).map(({ words, count }) => `${count} ${words}`)
  return `${allowed.length} allowed: ${shown.join(', ')}`
}

/** The first words of every report: each result has its own. */
export function verdictOf(outcome: ScanOutcome): string {
  const { kind, about, result } = outcome
  const where = singleLine(about)
  const parts = [plural(result.files, 'file'), countBySeverity(result.found), countAllowed(outcome)]
  const counts = parts.filter((part) => part !== '').join('; ')
  switch (kind) {
    case 'clean':
      return `Clean: no secret in ${where} (${counts})`
    case 'allowed':
      return `Allowed: nothing but what is allowed in ${where} (${counts})`
    case 'found':
      return `Found: ${plural(result.found.length, 'secret')} in ${where} (${counts})`
    case 'could-not-look':
      return result.files === 0
        ? `Could not look: nothing of ${where} was scanned`
        : `Could not look: not all of ${where} was scanned (${counts})`
    default:
      throw new Error(`unreachable: ${String(kind satisfies never)}`)
  }
}

/** What was not looked at or not looked for, a line each. */
export function gapsOf({ layers, skipped, result: { unscanned }, notes }: ScanOutcome): readonly string[] {
  return [
    ...layers
      .filter(({ on, why }) => !on || why !== undefined)
      .map(
        ({ name, on, why }) =>
          `layer ${name} ${on ? 'is on' : 'is OFF'}${why === undefined ? '' : `: ${singleLine(why)}`}`,
      ),
    ...skipped.map(({ secret, why }) => `${singleLine(secret)} was not searched: ${singleLine(why)}`),
    ...unscanned.map(({ path, why }) => `not scanned: ${singleLine(path)}: ${singleLine(why)}`),
    ...notes.map(singleLine),
  ]
}

export function isDegraded({ layers }: ScanOutcome): boolean {
  return layers.some(({ on }) => !on)
}

export function rulesById({ rules }: ScanOutcome): ReadonlyMap<string, RuleInfo> {
  return new Map(rules.map((rule) => [rule.id, rule]))
}
