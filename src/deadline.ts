/** The time limit of the run. Undoing gets a limit of its own, because it must not be cut by the one that ran out. */
export interface Deadline {
  /** Aborts when the time that is allowed now runs out. Read anew for each request. */
  readonly signal: AbortSignal
  /** Starts a fresh limit from now. */
  restart(ms: number): void
}

export function createDeadline(ms: number): Deadline {
  let signal = AbortSignal.timeout(ms)
  return {
    get signal() {
      return signal
    },
    restart(fresh) {
      signal = AbortSignal.timeout(fresh)
    },
  }
}
