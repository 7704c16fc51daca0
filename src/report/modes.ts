import type { Outcome } from '../outcome.ts'
import { applyReport } from './apply-report.ts'
import type { ModeReport } from './mode-report.ts'

/** What there is to tell of an outcome, by its mode. */
export function reportOf(outcome: Outcome): ModeReport {
  const { mode } = outcome
  switch (mode) {
    case 'apply':
      return applyReport(outcome)
    default:
      throw new Error(`unreachable: ${String(mode satisfies never)}`)
  }
}
