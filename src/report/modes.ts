import type { Outcome } from '../outcome.ts'
import { applyReport } from './apply-report.ts'
import type { ModeReport } from './mode-report.ts'

/** What there is to tell of an outcome, by its mode. */
export function reportOf(outcome: Outcome): ModeReport {
  return applyReport(outcome)
}
