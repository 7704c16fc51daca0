import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'
import type { Undoable } from '../kubernetes/attempt.ts'
import type { Entry, Journals } from './journals.ts'
import type { Settled } from './settle.ts'
import { unpackUndo } from './undo.ts'

/** The state that a set had before a run, as far as the run changed it. */
export interface FormerState {
  /** The run that changed it. */
  readonly run: string
  /** When that was decided. */
  readonly at: string
  readonly writes: readonly Undoable[]
}

type Kept = Entry['state']['history'][number]

/**
 * The latest former state that the journals keep: what the last run with `history` changed, as it was before. Throws where
 * there is none, or where a part of it is missing.
 */
export async function readFormerState(
  { found }: Pick<Settled, 'found'>,
  { journals, live }: { journals: Pick<Journals, 'readParts'> } & Pick<Effects, 'live'>,
): Promise<FormerState> {
  const kept = [...found].flatMap(([namespace, entry]) =>
    (entry?.state.history ?? []).map((state) => ({ namespace, state })),
  )
  const [latest] = kept.map(({ state }) => state).sort((one, other) => (one.at > other.at ? -1 : 1))
  if (latest === undefined) throw nothingKept()
  const members = kept.filter(({ state }) => state.run === latest.run)
  demandAll(
    latest,
    members.map(({ namespace }) => namespace),
  )
  const writes = await Promise.all(
    members.map(async ({ namespace, state }) => {
      const bytes = await journals.readParts(namespace, state.run, state.parts)
      const undo = bytes === undefined ? undefined : unpackUndo(bytes, live)
      if (undo?.writes.every(({ desired }) => desired.namespace === namespace) !== true)
        throw damaged(namespace)
      return undo.writes
    }),
  )
  return { run: latest.run, at: latest.at, writes: writes.flat() }
}

/** For journals that keep nothing. */
export function nothingKept(): ActionError {
  return new ActionError({
    code: 'NO_FORMER_STATE',
    message: 'there is no former state to go back to: none is kept, or all have been gone back to',
    hint: 'apply with `history: 1` or more, so that each run keeps the state before it; for now, apply the commit that had it',
  })
}

/** A state is one of all namespaces that the run wrote to, or it would be put back by halves. */
function demandAll({ namespaces = [] }: Kept, there: readonly string[]): void {
  const missing = namespaces.filter((namespace) => !there.includes(namespace))
  if (missing.length === 0) return
  throw new ActionError({
    code: 'NO_FORMER_STATE',
    message: `the former state is not whole: what it was in ${missing.join(', ')} is not kept any more, or may not be read`,
    hint: 'name all namespaces of the set in the configuration, and allow to read the journals there; or apply the commit that had the state',
  })
}

function damaged(namespace: string): ActionError {
  return new ActionError({
    code: 'NO_FORMER_STATE',
    message: `the former state that the journal in ${namespace} keeps is damaged, or parts of it are missing`,
    hint: 'apply the commit that had it',
  })
}
