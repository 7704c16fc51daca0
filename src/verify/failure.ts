import { ActionError, type Problem } from '../error.ts'
import type { Verified } from './run.ts'

/** The error of all checks that failed; undefined where none did. */
export function verificationFailure(verified: readonly Verified[]): ActionError | undefined {
  const [first, ...rest] = verified.flatMap(({ check, attempts, failure }): Problem[] => {
    if (failure === undefined) return []
    const { wrong, hint } = failure
    const tried = attempts === 1 ? 'once' : `${attempts} times`
    return [
      {
        code: 'VERIFY_FAILED',
        message: `the check “${check.name}” failed: ${wrong} (tried ${tried})`,
        hint,
        at: check.at,
      },
    ]
  })
  return first === undefined ? undefined : new ActionError([first, ...rest])
}
