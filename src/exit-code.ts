import type { ActionError } from './error.ts'
import type { ScanOutcome } from './outcome.ts'

/** How a scan ended, as far as it is known. */
export interface ScanEnd {
  /** Undefined where it did not come to an end: nobody looked. */
  readonly result: ScanOutcome['kind'] | undefined
  /** Whether each result has a code of its own (`--exit-by-result`), and not only those that fail. */
  readonly byResult: boolean
}

const CODES = { clean: 0, found: 1, 'could-not-look': 2, allowed: 3 } as const satisfies Record<
  ScanOutcome['kind'],
  number
>
/** Everything was looked at, and something else failed: a report that can't be written. */
const UNFINISHED = 4

/** 0 where all is well, 1 where something failed; of a scan its own, by which its results are told apart. */
export function exitCodeOf(failure: ActionError | undefined, scan: ScanEnd | undefined): number {
  if (scan === undefined) return failure === undefined ? 0 : 1
  const { result = 'could-not-look', byResult } = scan
  if (failure !== undefined) {
    const known = result === 'could-not-look' || failure.code === 'SECRET_FOUND'
    return known ? CODES[result] : UNFINISHED
  }
  return byResult ? CODES[result] : 0
}
