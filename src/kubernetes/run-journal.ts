import type { Ref } from './cluster.ts'
import type { Restart } from './consumers/restarts.ts'
import type { Change } from './diff.ts'

/** The journal of a namespace, as permissions and quotas see it. */
export interface JournalNeed extends Ref {
  readonly isNew: boolean
}

/** What keeps a run's undo where a later run finds it, and other runs of the set away meanwhile. */
export interface RunJournal {
  /** Whether it outlives the run: a later one can finish what this one could not undo. */
  readonly lasting: boolean
  /**
   * Before the first write: the lock is taken and the former objects are kept, and which workloads are to be restarted. False where another run of the set was
   * first: nothing is held then, and the plan may be out of date.
   */
  begin(changes: readonly Change[], restarts: readonly Restart[]): Promise<boolean>
  /** Before each write: throws where the lock is not surely held any more. */
  ensure(): Promise<void>
  /**
   * When all is written: from then on the run is not undone any more. Throws where that could not be recorded.
   * `undeleted`: but for what was to be deleted, which is still there.
   */
  commit(part?: 'undeleted'): Promise<void>
  /** Before undoing. Throws where it can't be known whether `commit` was recorded: then nothing may be undone. */
  beginUndo(): Promise<void>
  /** After undoing; `complete` where nothing is left that a later run could put back. Never throws. */
  endUndo(complete: boolean): Promise<void>
}

/** For `journal: off`: nothing outlives the process, and nobody is kept away. */
export const noJournal: RunJournal = {
  lasting: false,
  begin: () => Promise.resolve(true),
  ensure: () => Promise.resolve(),
  commit: () => Promise.resolve(),
  beginUndo: () => Promise.resolve(),
  endUndo: () => Promise.resolve(),
}
