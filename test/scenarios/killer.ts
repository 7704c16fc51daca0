import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Fault } from '../faults/fault.ts'

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

/** A signal that a run gets at one of its requests. */
export interface Kill {
  readonly signal: 'SIGTERM' | 'SIGKILL'
  /** Before the request reaches the server, or after it took effect. */
  readonly moment: 'before' | 'after'
}

export const KILLS: readonly Kill[] = [
  { signal: 'SIGKILL', moment: 'before' },
  { signal: 'SIGKILL', moment: 'after' },
  { signal: 'SIGTERM', moment: 'before' },
  { signal: 'SIGTERM', moment: 'after' },
]

/** The fault that does it, and what goes into the options of the run. */
export function makeKilling({ signal, moment }: Kill): Pick<Killer, 'started'> & { readonly fault: Fault } {
  const { started, act } = makeKiller(signal)
  const fault: Fault =
    moment === 'before' ? { kind: 'meanwhile', act, lost: signal === 'SIGKILL' } : { kind: 'afterwards', act }
  return { started, fault }
}
