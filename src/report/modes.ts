import type { Outcome } from '../outcome.ts'
import { applyReport } from './apply-report.ts'
import { handOverReport } from './hand-over-report.ts'
import type { ModeReport } from './mode-report.ts'
import { scanReport } from './scan/report.ts'
import { renderReport } from './render-report.ts'

/** What there is to tell of an outcome, by its mode. */
export function reportOf(outcome: Outcome): ModeReport {
  switch (outcome.mode) {
    case 'apply':
      return applyReport(outcome)
    case 'scan':
      return scanReport(outcome)
    case 'hand-over':
      return handOverReport(outcome)
    case 'render':
      return renderReport(outcome)
    default:
      throw new Error(`unreachable: ${String(outcome satisfies never)}`)
  }
}
