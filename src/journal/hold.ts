import type { RunJournal } from '../kubernetes/run-journal.ts'
import { decide, tidy, type Keeping } from './clean.ts'
import { createLease, type Lease } from './lease.ts'
import { lockAll, type Locking } from './lock.ts'
import type { JournalWorld } from './world.ts'

/** The journal of the run that writes a plan. `found` are the journals as they were read before it was planned. */
export function createRunJournal(
  world: JournalWorld,
  { found, goesBack }: Pick<Locking, 'found' | 'goesBack'>,
): RunJournal {
  const lease = createLease(world.journals, world)
  const undone: Keeping = { history: world.history, at: undefined, stands: false }
  let deciding = false
  let partsUnderWay = false
  return {
    lasting: true,
    async begin(changes, restarts) {
      const told = (are: boolean): unknown => (partsUnderWay = are)
      const locking = { lease, found, goesBack, world, partsUnderWay: told }
      const free = await lockAll(changes, restarts, locking)
      if (!free) await end(lease, undone, world)
      return free
    },
    ensure: () => lease.ensure(),
    async commit(part) {
      const at = new Date(world.now()).toISOString()
      const done: Keeping = { history: world.history, at, stands: part ?? true }
      deciding = true
      await decide(lease, done)
      deciding = false
      await clean(lease, done, world)
    },
    async beginUndo() {
      // What was sent to decide may yet be done, but not after this.
      if (!deciding) return
      await lease.renew().catch((error: unknown) => {
        lease.end()
        throw error
      })
    },
    async endUndo(complete) {
      // One that is written late would stay for good where the journal knew no more of it: the next run deletes it.
      if (partsUnderWay) world.log.warning(UNCLEAN)
      const isEnd = complete && !partsUnderWay
      await (isEnd ? end(lease, undone, world).catch(() => leave(lease)) : leave(lease))
    },
  }
}

const UNCLEAN =
  'the journal of the set could not be cleaned: it holds former values until the next run, which cleans it first'

async function end(lease: Lease, keeping: Keeping, world: JournalWorld): Promise<void> {
  await decide(lease, keeping)
  await clean(lease, keeping, world)
}

/** What is decided stays so, whatever becomes of the cleaning. */
async function clean(lease: Lease, keeping: Keeping, { journals, log }: JournalWorld): Promise<void> {
  await tidy(lease, journals, keeping).catch(() => {
    log.warning(UNCLEAN)
  })
  lease.end()
}

/** Leaves the journals to the next run, which need not wait for the lease to run out. Never throws. */
export async function leave(lease: Lease): Promise<void> {
  await lease
    .update(lease.namespaces, ({ state, undo }) => ({ state: { ...state, holder: undefined }, undo }))
    .catch(() => undefined)
  lease.end()
}
