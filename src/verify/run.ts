import { setTimeout as sleep } from 'node:timers/promises'
import { mapConcurrently } from '../concurrency.ts'
import type { Deadline } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import { tryOnce } from './attempt.ts'
import type { Check } from './check.ts'
import type { Probes } from './probes.ts'

/** What became of a check. */
export interface Verified {
  readonly check: Check
  /** How often it was tried. */
  readonly attempts: number
  /** Undefined where it passed. */
  readonly failure: Failure | undefined
}

export interface Failure {
  /** In the words of a report. */
  readonly wrong: string
  readonly hint: string
  /** The last lines that a command printed, scrubbed; only where they are to be shown. */
  readonly printed: readonly string[]
}

export interface VerifyContext extends Pick<Effects, 'log' | 'scrub'> {
  readonly deadline: Pick<Deadline, 'signal'>
  readonly probes: Probes
}

/** How many checks are made at once. */
const AT_ONCE = 8

/** Makes every check, again where it fails and may be tried again. Never rejects but for a bug. */
export function verify(checks: readonly Check[], context: VerifyContext): Promise<readonly Verified[]> {
  return mapConcurrently(checks, AT_ONCE, (check) => make(check, context))
}

async function make(check: Check, context: VerifyContext): Promise<Verified> {
  const { name, attempts } = check
  const { signal } = context.deadline
  let said = ''
  for (let nth = 1; ; nth++) {
    const trial = await tryOnce(check, context)
    const failure = trial?.failure
    const left = attempts.retries + 1 - nth
    if (trial === undefined || failure === undefined || trial.final || left <= 0)
      return { check, attempts: nth, failure }
    if (failure.wrong !== said)
      context.log.info(`${name}: ${failure.wrong}; it is tried again, up to ${left} more times`)
    said = failure.wrong
    await sleep(attempts.intervalMs, undefined, { signal }).catch(() => undefined)
  }
}
