import type { Outcome } from '../outcome.ts'
import type { ModeReport } from './mode-report.ts'

/** What there is to tell of an outcome, by its mode; no mode loads what tells of another. */
export async function loadReport(outcome: Outcome): Promise<ModeReport> {
  switch (outcome.mode) {
    case 'apply': {
      const { applyReport } = await import('./apply-report.ts')
      return applyReport(outcome)
    }
    case 'scan': {
      const { scanReport } = await import('./scan/report.ts')
      return scanReport(outcome)
    }
    case 'hand-over': {
      const { handOverReport } = await import('./hand-over-report.ts')
      return handOverReport(outcome)
    }
    case 'render': {
      const { renderReport } = await import('./render-report.ts')
      return renderReport(outcome)
    }
    default:
      throw new Error(`unreachable: ${String(outcome satisfies never)}`)
  }
}
