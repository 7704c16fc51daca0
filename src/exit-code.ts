import type { ActionError } from './error.ts'

/**
 * 0 where all is well, 1 where something failed; of a scan 1 means that secrets were found, and 2 that nobody looked.
 */
export function exitCodeOf(failure: ActionError | undefined, scanning: boolean): number {
  if (failure === undefined) return 0
  return scanning && failure.code !== 'SECRET_FOUND' ? 2 : 1
}
