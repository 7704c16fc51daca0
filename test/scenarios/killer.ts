import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** Signals a run from within a fault. `started` goes into the options of the run. */
export interface Killer {
  readonly started: (child: ChildProcess) => void
  /** Resolves once the signal is sent; after SIGKILL, once the process is gone. */
  readonly act: () => Promise<void>
}

export function makeKiller(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Killer {
  const child = Promise.withResolvers<ChildProcess>()
  return {
    started: child.resolve,
    async act() {
      const running = await child.promise
      running.kill(signal)
      if (signal === 'SIGKILL') await once(running, 'exit')
    },
  }
}
