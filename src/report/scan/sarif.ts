import type { ScanOutcome } from '../../outcome.ts'
import type { Finding } from '../../scan/finding.ts'
import type { RuleInfo, Severity } from '../../scan/rules/rule.ts'
import { gapsOf, remedyFor, rulesById, whatIs, worstFirst } from './words.ts'

/** GitHub keeps so many results of a file, and refuses one with five times as many. */
const RESULTS = 5000
/** Bytes of results. GitHub takes ten mebibytes that are compressed; these are not. */
const SIZE = 9 * 1024 * 1024
const TEXT = 1000
const NOTIFICATIONS = 100

/** SARIF 2.1.0 as code scanning takes it: no snippet, no end of a column (it would tell a length), nothing of a person. */
export function sarifOf(outcome: ScanOutcome): string {
  const rules = rulesById(outcome)
  const results = fitting(worstFirst(outcome.result.found), rules)
  const used = [...new Set(results.map(({ ruleId }) => ruleId))]
  const left = outcome.result.found.length - results.length
  const run = {
    tool: {
      driver: {
        name: 'Secretferry',
        informationUri: 'https://github.com/secretferry/secretferry',
        rules: used.map((id) => ruleOf(id, rules.get(id), layerOf(id, outcome))),
      },
    },
    automationDetails: { id: 'secretferry/' },
    columnKind: 'unicodeCodePoints',
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
    invocations: [
      {
        executionSuccessful: outcome.kind !== 'could-not-look',
        toolExecutionNotifications: notify(outcome, left),
      },
    ],
    results: results.map((result) => ({ ...result, ruleIndex: used.indexOf(result.ruleId) })),
  }
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 1)}\n`
}

interface Result {
  readonly ruleId: string
  readonly [field: string]: unknown
}

/** As many of the worst as GitHub keeps, and takes. */
function fitting(findings: readonly Finding[], rules: ReadonlyMap<string, RuleInfo>): readonly Result[] {
  let size = 0
  const results = findings.slice(0, RESULTS).map((finding) => resultOf(finding, rules))
  return results.filter((result) => (size += Buffer.byteLength(JSON.stringify(result)) * 1.5) < SIZE)
}

function resultOf(finding: Finding, rules: ReadonlyMap<string, RuleInfo>): Result {
  const { rule, path, line, column, severity, lineHash } = finding
  return {
    ruleId: rule,
    level: LEVELS[severity],
    message: { text: clip(`${whatIs(finding, rules)}. ${remedyFor(finding, rules)}.`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
    partialFingerprints: { primaryLocationLineHash: lineHash },
  }
}

const LEVELS = { critical: 'error', high: 'error', medium: 'warning', low: 'note' } as const satisfies Record<
  Severity,
  string
>

/** Above 9.0 is critical to GitHub, from 7.0 high, from 4.0 medium. */
const SCORES = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0' } as const satisfies Record<
  Severity,
  string
>

const PRECISION = { 'known-value': 'very-high', kubernetes: 'high', pattern: 'high' } as const

function layerOf(id: string, { result: { found } }: ScanOutcome): Finding['layer'] {
  return found.find(({ rule }) => rule === id)?.layer ?? 'pattern'
}

function ruleOf(id: string, rule: RuleInfo | undefined, layer: Finding['layer']): object {
  const text = clip(rule?.description ?? id)
  const severity = rule?.severity ?? 'high'
  const help = clip(
    `Rotate the secret. Taking the line out leaves it in the history.${rule === undefined ? '' : ` ${rule.remedy}`}`,
  )
  return {
    id,
    name: id,
    shortDescription: { text },
    fullDescription: { text },
    help: { text: help },
    ...(rule === undefined ? {} : { helpUri: rule.remedy }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['security', 'secret', layer],
      precision: PRECISION[layer],
      'security-severity': SCORES[severity],
    },
  }
}

/** What was not looked at, and results that there is no room for. */
function notify(outcome: ScanOutcome, left: number): readonly object[] {
  const gaps = gapsOf(outcome)
  const said = [
    ...(left > 0 ? [`${left} more results are left out: code scanning takes ${RESULTS}`] : []),
    ...gaps.slice(0, NOTIFICATIONS),
    ...(gaps.length > NOTIFICATIONS ? [`${gaps.length - NOTIFICATIONS} more`] : []),
  ]
  return said.map((text) => ({ level: 'warning', message: { text: clip(text) } }))
}

function clip(text: string): string {
  return text.length > TEXT
    ? `${text
        .slice(0, TEXT - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`
    : text
}

/** A path as a reference relative to the root. */
function uriOf(path: string): string {
  return path
    .split('/')
    .map((step) => encodeURIComponent(step.toWellFormed()))
    .join('/')
}
