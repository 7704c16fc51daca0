import { mapConcurrently } from '../concurrency.ts'
import type { Restart } from '../kubernetes/consumers/restarts.ts'
import type { Change } from '../kubernetes/diff.ts'
import { randomId } from '../random-id.ts'
import type { Content, Entry, Part } from './journals.ts'
import type { Lease } from './lease.ts'
import { encodeState, type JournalState } from './state.ts'
import { packUndo, splitUndo } from './undo.ts'
import type { JournalWorld } from './world.ts'

/** How many further Secrets are written at once. */
const CONCURRENCY = 4
/** Bytes that a journal may hold with the undo in it; the API server takes a mebibyte. */
const INLINE_BYTES = 1000 * 1024

export interface Locking {
  readonly lease: Lease
  readonly found: ReadonlyMap<string, Entry | undefined>
  readonly world: JournalWorld
  /** The run before which the state was that this one goes back to; undefined: it goes on. */
  readonly goesBack?: string | undefined
  /** Told whether further Secrets are being written, which may yet be done where that fails. */
  readonly partsUnderWay: (are: boolean) => unknown
}

/** Takes the journals of all namespaces that are written to, in one order for every run, so that no two wait for each other. */
export async function lockAll(
  changes: readonly Change[],
  restarts: readonly Restart[],
  locking: Locking,
): Promise<boolean> {
  const writes = changes.filter(({ action }) => action !== 'unchanged')
  const touched = [...writes.map(({ desired }) => desired), ...restarts]
  const namespaces = [...new Set(touched.map(({ namespace }) => namespace))].sort()
  const run = randomId(locking.world, 8)
  for (const namespace of namespaces) {
    const inside = (change: Change): boolean => change.desired.namespace === namespace
    const here = changes.filter(inside)
    const nameOf = ({ desired }: Change): string => desired.name
    const names = here.filter(({ action }) => action !== 'delete').map(nameOf)
    const deletes = here.filter(({ action }) => action === 'delete').map(nameOf)
    const undo = packUndo({
      writes: writes.filter(inside),
      restarts: restarts.filter((restart) => restart.namespace === namespace),
    })
    const given = { namespace, namespaces, run, names, deletes, undo, writes: writes.some(inside) }
    if (!(await lockOne(given, locking))) return false
  }
  return true
}

interface Locked extends Pick<JournalState, 'run' | 'namespaces'> {
  readonly namespace: string
  /** Of all Secrets that are declared in the namespace. */
  readonly names: readonly string[]
  /** Of those that are deleted there. */
  readonly deletes: readonly string[]
  readonly undo: Uint8Array
  /** Whether any Secret is written there. */
  readonly writes: boolean
}

async function lockOne(given: Locked, locking: Locking): Promise<boolean> {
  const { lease, found, goesBack, world } = locking
  const { namespace, undo } = given
  const over = found.get(namespace)
  const whole = stateOf(given, { over, found, goesBack, world })
  // A run that writes no Secret leaves no former state.
  const inline = (world.history === 0 || !given.writes) && fits(whole, undo)
  const parts = inline ? [] : numberParts(splitUndo(undo), over)
  const state = { ...whole, parts: parts.map(({ number }) => number) }
  if (parts.length > 0) await world.demandParts(namespace, parts)
  const first: Content = inline ? { state, undo } : { state: { ...state, phase: 'preparing' } }
  if (!(await lease.take(namespace, first, over))) return false
  if (inline) return true
  locking.partsUnderWay(true)
  await mapConcurrently(parts, CONCURRENCY, (part) => world.journals.writePart(namespace, state.run, part))
  locking.partsUnderWay(false)
  await lease.update([namespace], () => ({ state }))
  return true
}

function fits(state: Content['state'], undo: Uint8Array): boolean {
  return encodeState({ ...state, write: '' }).byteLength + undo.byteLength <= INLINE_BYTES
}

function stateOf(
  { run, namespaces, names, deletes }: Locked,
  { over, found, goesBack, world }: Omit<Locking, 'lease' | 'partsUnderWay'> & { over: Entry | undefined },
): Content['state'] {
  const { file, origin } = world
  const declared = file === undefined ? {} : Object.fromEntries(names.map((name) => [name, file]))
  return {
    phase: 'writing',
    run,
    namespaces,
    holder: world.holder,
    parts: [],
    obsolete: [],
    inventory: [...new Set([...(over?.state.inventory ?? []), ...names])].sort(),
    ...(deletes.length === 0 ? {} : { deletes: [...deletes] }),
    files: { ...over?.state.files, ...declared },
    reach: reachOf(found, world),
    origin,
    applied: over?.state.applied,
    ...(goesBack === undefined ? {} : { goesBack }),
    history: over?.state.history ?? [],
  }
}

/** What the file names, and what earlier runs found named where this one was. */
function reachOf(found: Locking['found'], { placed }: JournalWorld): string[] {
  const before = [...found.values()].flatMap((entry) => entry?.state.reach ?? [])
  return [...new Set([...placed, ...before])].sort()
}

/** The pieces with the lowest numbers that hold no former state. */
function numberParts(pieces: readonly Uint8Array[], over: Entry | undefined): readonly Part[] {
  const taken = new Set(over?.state.history.flatMap(({ parts }) => parts))
  const free = Array.from({ length: pieces.length + taken.size }, (_, nth) => nth + 1).filter(
    (number) => !taken.has(number),
  )
  return pieces.map((bytes, nth) => ({ number: free[nth] ?? 0, bytes }))
}
