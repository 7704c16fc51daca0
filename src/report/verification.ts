import type { Log } from '../effects.ts'
import type { Check } from '../verify/check.ts'
import type { Verified } from '../verify/run.ts'
import { codeCell } from './markdown.ts'
import type { AuditLine } from './mode-report.ts'
import { plural } from './plural.ts'

/** Says which checks the plan has. */
export function describeChecks(checks: readonly Check[], log: Log): void {
  if (checks.length > 0)
    log.group(
      `To verify: ${plural(checks.length, 'check')}`,
      checks.map(({ name }) => `  ${name}`),
    )
}

/** Says how each check ended, and what a command printed where that is to be shown. */
export function describeVerified(verified: readonly Verified[], log: Log): void {
  const failed = verified.filter(({ failure }) => failure !== undefined).length
  const title =
    failed === 0
      ? `Verified: ${plural(verified.length, 'check')} passed`
      : `Verified: ${failed} of ${plural(verified.length, 'check')} failed`
  log.group(title, verified.map(lineOf))
  for (const { check, failure } of verified)
    if (failure !== undefined && failure.printed.length > 0)
      log.group(`Last lines of the check “${check.name}”`, failure.printed)
}

function lineOf({ check, attempts, failure }: Verified): string {
  const tried = attempts === 1 ? '' : ` (attempt ${attempts})`
  return failure === undefined
    ? `  ${check.name}: passed${tried}`
    : `  ${check.name}: ${failure.wrong}${tried}`
}

/** Rows of the summary’s table. */
export function verificationRows(verified: readonly Verified[]): readonly string[] {
  return verified.map(
    ({ check, failure }) =>
      `| ${codeCell(check.name)} | | ${failure === undefined ? 'verified' : 'verification failed'} | |`,
  )
}

/** Lines of the audit log. */
export function verificationLines(verified: readonly Verified[]): readonly AuditLine[] {
  return verified.map(({ check, attempts, failure }) => ({
    level: failure === undefined ? 'info' : 'error',
    message: `check ${failure === undefined ? 'passed' : 'failed'}`,
    request_id: null,
    duration_ms: null,
    check: check.name,
    namespace: check.namespace,
    attempts,
    ...(failure === undefined ? {} : { reason: failure.wrong }),
  }))
}
