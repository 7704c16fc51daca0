import type { Deadline } from './deadline.ts'
import type { Log } from './effects.ts'

/**
 * Has the run stop when it is asked to. A cancelled job gets SIGINT, SIGTERM 7.5 s later and SIGKILL 2.5 s after that
 * (ProcessInvoker.cs of the runner).
 */
export function listenForSignals(deadline: Deadline, log: Log): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (!deadline.cancelled)
        log.warning(`${signal}: nothing more is written, and what was is put back as far as a few seconds go`)
      deadline.cancel()
    })
}
