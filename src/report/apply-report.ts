import type { ApplyOutcome } from '../outcome.ts'
import { auditOf } from './apply-audit.ts'
import { applyOutputs, planFile } from './apply-outputs.ts'
import { applySummary, applyTitle } from './apply-summary.ts'
import type { ModeReport } from './mode-report.ts'
import { describeResult } from './result.ts'

export function applyReport(outcome: ApplyOutcome): ModeReport {
  return {
    describe: (log) => {
      describeResult(outcome, log)
    },
    get title() {
      return applyTitle(outcome)
    },
    get summary() {
      return applySummary(outcome)
    },
    get outputs() {
      return applyOutputs(outcome)
    },
    get planFile() {
      return planFile(outcome)
    },
    get audit() {
      return { kind: outcome.kind, set: outcome.set.name, lines: auditOf(outcome) }
    },
  }
}
