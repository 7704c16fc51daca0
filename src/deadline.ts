import { ActionError } from './error.ts'

/** What requests under way get when the run is asked to stop, for an answer settles more than a cut does. */
const CANCEL_GRACE_MS = 1_000
/** What undoing may take then. A runner that cancels a job kills the process 10 s after its first signal. */
const CANCELLED_UNDO_MS = 3_500

/** The time limit of the run. Undoing gets a limit of its own, because it must not be cut by the one that ran out. */
export interface Deadline {
  /** Aborts when the time that is allowed now runs out. Read anew for each request. */
  readonly signal: AbortSignal
  /** Whether the run was asked to stop. */
  readonly cancelled: boolean
  /** Starts the limit of the undo; a shorter one where the run was asked to stop. */
  restart(ms: number): void
  /** Gives what is under way so much longer, unless the run was asked to stop. */
  extend(ms: number): void
  /** The run is to stop: a moment for what is under way, and a short while for the undo. Once is enough. */
  cancel(): void
}

export function createDeadline(ms: number): Deadline {
  let cancelled = false
  let undoing = false
  let endsAt = performance.now() + ms
  let limit = startLimit(ms)
  const start = (allowed: number): void => {
    endsAt = performance.now() + allowed
    limit = startLimit(allowed)
  }
  return {
    get signal() {
      return limit.signal
    },
    get cancelled() {
      return cancelled
    },
    restart(fresh) {
      undoing = true
      start(cancelled ? Math.min(fresh, CANCELLED_UNDO_MS) : fresh)
    },
    extend(more) {
      if (!cancelled && !limit.signal.aborted) start(Math.max(endsAt - performance.now(), 0) + more)
    },
    cancel() {
      if (cancelled) return
      cancelled = true
      const current = limit
      setTimeout(() => current.abort(), undoing ? CANCELLED_UNDO_MS : CANCEL_GRACE_MS).unref()
    },
  }
}

function startLimit(ms: number): AbortController {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), ms).unref()
  return controller
}

/** The failure of a run that was asked to stop. */
export function cancelled(): ActionError {
  return new ActionError({
    code: 'CANCELLED',
    message: 'the run was asked to stop before it was done',
    hint: 'run again when it is wanted; what was written is told above, object by object',
  })
}
