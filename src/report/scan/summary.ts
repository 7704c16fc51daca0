import type { ScanOutcome } from '../../outcome.ts'
import type { Finding } from '../../scan/finding.ts'
import { asMarkdown, codeCell, codeSpan } from '../markdown.ts'
import type { SummaryBody } from '../mode-report.ts'
import { plural } from '../plural.ts'
import { singleLine } from '../../foreign-text.ts'
import { gapsOf, isDegraded, rulesById, verdictOf, worstFirst } from './words.ts'

/** Gaps that are listed; the log has a thousand. */
const GAPS = 50
/** Rows that are made: more than fit. */
const ROWS = 20_000

/** The heading; undefined where nothing could be looked at. */
export function scanTitle({ kind, result: { found } }: ScanOutcome): string | undefined {
  switch (kind) {
    case 'clean':
      return 'Scan: clean'
    case 'allowed':
      return 'Scan: nothing but what is allowed'
    case 'found':
      return `Scan: ${plural(found.length, 'secret')} found`
    case 'could-not-look':
      return undefined
    default:
      throw new Error(`unreachable: ${String(kind satisfies never)}`)
  }
}

export function scanSummary(outcome: ScanOutcome): SummaryBody {
  const gaps = gapsOf(outcome)
  const found = worstFirst(outcome.result.found)
  const rules = rulesById(outcome)
  const row = (finding: Finding): string => {
    const { severity, path, line, rule, secret, key, commit } = finding
    const what =
      secret === undefined
        ? asMarkdown(rules.get(rule)?.description ?? rule)
        : `the value of ${codeCell(secret)}`
    const remedy = rules.get(rule)?.remedy
    const at = `${codeCell(`${singleLine(path)}:${line}`)}${commit === undefined ? '' : ` in ${codeCell(commit.slice(0, 12))}`}`
    return `| ${severity} | ${at} | ${what} | ${key === undefined ? '' : codeCell(key)} | ${remedy === undefined ? codeSpan(rule) : `[${codeSpan(rule)}](${remedy})`} |`
  }
  return {
    head: [
      asMarkdown(verdictOf(outcome)),
      '',
      ...(isDegraded(outcome) ? ['**Not all was looked for:**', ''] : []),
      ...gaps.slice(0, GAPS).map((gap) => `- ${asMarkdown(gap)}`),
      ...(gaps.length > GAPS ? [`- ${gaps.length - GAPS} more are in the log.`] : []),
      ...(gaps.length > 0 ? [''] : []),
      ...(found.length > 0
        ? ['A secret that was pushed is known: rotate it. Taking the line out leaves it in the history.', '']
        : []),
      ...(found.length > 0
        ? ['| Severity | Where | What | Key | Rule |', '| --- | --- | --- | --- | --- |']
        : []),
    ],
    rows: found.slice(0, ROWS).map(row),
  }
}
