import type { ScanOutcome } from '../../outcome.ts'
import type { ModeReport } from '../mode-report.ts'
import { describeScan } from './describe.ts'
import { countByLayer } from './json.ts'
import { scanSummary, scanTitle } from './summary.ts'
import { isDegraded } from './words.ts'

export function scanReport(outcome: ScanOutcome): ModeReport {
  const { kind, result, written } = outcome
  return {
    describe: (log) => {
      describeScan(outcome, log)
    },
    get title() {
      return scanTitle(outcome)
    },
    get summary() {
      return scanSummary(outcome)
    },
    outputs: {
      'scan-result': kind,
      findings: String(result.found.length),
      allowed: String(result.allowed.length),
      'findings-by-layer': JSON.stringify(countByLayer(result.found)),
      degraded: String(isDegraded(outcome)),
      sarif: written.sarif ?? '',
      report: written.report ?? '',
    },
    planFile: undefined,
    audit: { kind, set: undefined, lines: [] },
  }
}
