import type { ScanOutcome } from '../../outcome.ts'
import type { Finding } from '../../scan/finding.ts'
import { LAYERS } from '../../scan/match.ts'
import { isDegraded, rulesById, worstFirst } from './words.ts'

/** Findings in a report. */
const LIMIT = 50_000

/** The report for programs. */
export function scanJson(outcome: ScanOutcome): string {
  const { kind, about, result, layers, skipped, notes } = outcome
  const rules = rulesById(outcome)
  const told = ({ rule, layer, severity, path, line, column, key, secret, commit }: Finding): object => ({
    rule,
    layer,
    severity,
    path,
    line,
    column,
    key: key ?? null,
    secret: secret ?? null,
    commit: commit ?? null,
    remedy: rules.get(rule)?.remedy ?? null,
  })
  const content = {
    version: 1,
    result: kind,
    about,
    degraded: isDegraded(outcome),
    layers: layers.map(({ name, on, why }) => ({ name, on, why: why ?? null })),
    files: result.files,
    size: result.size,
    counts: countByLayer(result.found),
    findings: worstFirst(result.found).slice(0, LIMIT).map(told),
    allowed: result.allowed
      .slice(0, LIMIT)
      .map(({ finding, by, reason }) => ({ ...told(finding), by, reason: reason ?? null })),
    unscanned: result.unscanned.slice(0, LIMIT),
    skipped,
    notes,
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

export function countByLayer(findings: readonly Finding[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    LAYERS.map((name) => [name, findings.filter(({ layer }) => layer === name).length]),
  )
}
