/** The time that one file may take. A layer asks now and then, and where it has run out answers with what it has. */
export interface Watch {
  expired(): boolean
  /** Whether anybody was told that it has run out: the file was not looked at as a whole then. */
  readonly stopped: boolean
}

export function startWatch(limitMs: number, now: () => number): Watch {
  const end = now() + limitMs
  let stopped = false
  return {
    expired: () => (stopped ||= now() >= end),
    get stopped() {
      return stopped
    },
  }
}

/** For those who have all the time in the world. */
export const NO_WATCH: Watch = { expired: () => false, stopped: false }
