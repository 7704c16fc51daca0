import type { Effects } from '../effects.ts'
import type { AppliedSecret, LiveSecret } from './cluster.ts'
import type { RollOutContext } from './consumers/roll-out.ts'
import type { RunJournal } from './run-journal.ts'
import type { SetIdentity } from './set.ts'
import type { Check } from '../verify/check.ts'

/** What undoing needs besides the cluster. */
export interface UndoContext extends Pick<Effects, 'now' | 'random'> {
  readonly set: SetIdentity
  /** Whether the run was asked to stop: then nothing is waited for. */
  readonly cancelled: () => boolean
}

/** What writing and undoing need besides the cluster. */
export interface ApplyContext extends UndoContext, Pick<Effects, 'log'> {
  readonly journal: RunJournal
  /** Called once when undoing begins: it gets a time limit of its own. `needed` where anything was written. */
  readonly beginUndo: (needed: boolean) => void
  readonly rollout: Pick<RollOutContext, 'timeoutMs' | 'showLogs' | 'earlier' | 'extend' | 'signal' | 'scrub'>
  /** Whether what was written is put back when a rollout or a verification fails. */
  readonly onFailure: OnFailure
  /** Makes the checks, when all is written and rolled out. Throws an ActionError where one fails. */
  readonly verify: (checks: readonly Check[]) => Promise<void>
}

export type OnFailure = 'rollback' | 'keep'

/** A write as undoing sees it: what was there, and what was sent. A `Change` is one. */
export type Undoable =
  | { readonly action: 'create'; readonly live: undefined; readonly desired: AppliedSecret }
  | {
      readonly action: 'update' | 'unchanged' | 'delete'
      readonly live: LiveSecret
      readonly desired: AppliedSecret
      /** The live object as the write finds it, where its fields change hands first; its content is the same. */
      readonly base?: LiveSecret
    }

/** A write that was tried: done, or of unknown outcome. Both are undone when the run fails. */
export interface Attempt {
  readonly change: Undoable
  /** Undefined where nobody knows whether it was done. */
  readonly object: LiveSecret | undefined
  /** Until when a write that may yet be done is waited for, in milliseconds since the epoch; undefined: it can't be. */
  readonly lateUntil: number | undefined
}

/** A request that was cut off may still be done for as long as the API server works on one (34 s), and a little. */
export const LATE_WRITE_MS = 36_000

/** What a write starts from: the live object, with its fields in the hands in which the write finds them. */
export function baseOf(write: Undoable): LiveSecret | undefined {
  return write.action === 'create' ? undefined : (write.base ?? write.live)
}
