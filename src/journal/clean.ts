import { mapConcurrently } from '../concurrency.ts'
import type { Content, Entry, Journals } from './journals.ts'
import type { Lease } from './lease.ts'
import type { JournalState } from './state.ts'

/** How many further Secrets are deleted at once. */
const CONCURRENCY = 8

/** What becomes of the undo when a run is decided. */
export interface Keeping {
  /** How many former states are kept. */
  readonly history: number
  /** Whether the undo of this run becomes one of them; undefined where nothing was changed in the end. */
  readonly at: string | undefined
  /** Whether what the run wrote stays; `undeleted`: but what it was to delete is still there. */
  readonly stands: boolean | 'undeleted'
}

/**
 * Records that all is done, or all undone, in the journal that decides; `tidy` removes the old values from all. A run
 * that is cut off in between is finished by the next.
 */
export async function decide(lease: Lease, keeping: Keeping): Promise<void> {
  const [first] = lease.namespaces
  if (first === undefined) return
  const { state } = decided(lease.entry(first).state, keeping)
  const alone = lease.namespaces.length === 1 && state.obsolete.length === 0
  await lease.update([first], () => ({ state: alone ? idle(state) : state }))
}

/** Removes old values everywhere, and frees the journals, the deciding one last. */
export async function tidy(lease: Lease, journals: Journals, keeping: Keeping): Promise<void> {
  const [first, ...others] = lease.namespaces
  if (first === undefined || lease.entry(first).state.phase === 'idle') return
  await mapConcurrently(others, CONCURRENCY, async (namespace) => {
    await tidyOne(namespace, decided(lease.entry(namespace).state, keeping), { lease, journals })
  })
  const { state } = lease.entry(first)
  await tidyOne(first, { state }, { lease, journals })
}

async function tidyOne(
  namespace: string,
  { state }: Content,
  { lease, journals }: { lease: Lease; journals: Journals },
): Promise<void> {
  await mapConcurrently(state.obsolete, CONCURRENCY, (part) => journals.deletePart(namespace, part))
  await lease.update([namespace], () => ({ state: idle(state) }))
}

/** The state from which on a run is decided: without the undo, and with the parts that are to be deleted. */
function decided(given: Entry['state'], { history, at, stands }: Keeping): Content {
  const state = stands === false ? given : standing(given, stands === true)
  const former = formerStates(state, { history, at, stands })
  const needed = new Set(former.flatMap(({ parts }) => parts))
  const present = [...state.parts, ...state.obsolete, ...state.history.flatMap(({ parts }) => parts)]
  const obsolete = [...new Set(present)].filter((part) => !needed.has(part))
  return { state: { ...state, phase: 'cleaning', parts: [], history: former, obsolete, ...FORGOTTEN } }
}

/** The states that are kept from then on. A run that went back keeps none of its own: the next goes one further. */
function formerStates(state: Entry['state'], { history, at, stands }: Keeping): Entry['state']['history'] {
  const { run, parts, namespaces, goesBack } = state
  if (goesBack !== undefined)
    return stands === false ? state.history : state.history.filter((each) => each.run !== goesBack)
  if (at === undefined) return state.history
  const own = parts.length === 0 ? [] : [{ run, at, parts, namespaces }]
  return [...own, ...state.history].slice(0, history)
}

/** What is of the run at work alone. */
const FORGOTTEN = { deletes: undefined, origin: undefined, goesBack: undefined }

/** What a run that stands leaves of the set: without what it deleted, and as the last of its commit. */
function standing(state: Entry['state'], deleted: boolean): Entry['state'] {
  const { deletes = [], files = {}, origin, applied } = state
  const isLeft = (name: string): boolean => !deleted || !deletes.includes(name)
  return {
    ...state,
    inventory: state.inventory.filter(isLeft),
    files: Object.fromEntries(Object.entries(files).filter(([name]) => isLeft(name))),
    applied: origin ?? applied,
  }
}

function idle(state: Content['state']): Content['state'] {
  return { ...state, phase: 'idle', holder: undefined, obsolete: [] } satisfies Omit<
    JournalState,
    'version' | 'write'
  >
}
