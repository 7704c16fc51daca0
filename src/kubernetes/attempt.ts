import type { Effects } from '../effects.ts'
import type { LiveSecret } from './cluster.ts'
import type { Change } from './diff.ts'
import type { SetIdentity } from './set.ts'

/** What writing and undoing need besides the cluster. */
export interface ApplyContext extends Pick<Effects, 'now' | 'random' | 'log'> {
  readonly set: SetIdentity
  /** Called once when undoing begins: it gets a time limit of its own. */
  readonly beginUndo: () => void
}

/** A write that was tried: done, or of unknown outcome. Both are undone when the run fails. */
export interface Attempt {
  readonly change: Change
  /** Undefined where nobody knows whether it was done. */
  readonly object: LiveSecret | undefined
  /** When the last request of it was given up or answered: from then on a late write is waited for. */
  readonly endedAt: number
  readonly auditId: string | undefined
  readonly durationMs: number
  /** Whether a write of unknown outcome may yet be done. */
  readonly mayComeLate: boolean
  /** A create that met an existing object: ours must be taken out of somebody else's. */
  readonly lostRace: boolean
}
