import { ActionError } from '../error.ts'

/**
 * Rejects where nothing is left that could wake the process, though the run has not ended: it would end without a word.
 * That comes last, long after the limits of the run, whose undoing needs the process awake.
 */
export function stalled(): Promise<never> {
  return new Promise((_, reject) => {
    process.once('beforeExit', () => {
      reject(
        new ActionError({
          code: 'BUG',
          message: 'a fault in the action itself: it waits for something that never comes',
          hint: 'see in the cluster what was written, and report it with the log of a run with debug logging',
        }),
      )
    })
  })
}
