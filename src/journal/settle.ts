import { setTimeout as sleep } from 'node:timers/promises'
import { mapConcurrently } from '../concurrency.ts'
import { cancelled } from '../deadline.ts'
import { ActionError } from '../error.ts'
import { silenceOf, type Entry } from './journals.ts'
import { LEASE_MS } from './lease.ts'
import { recover, type Recovered } from './recover.ts'
import type { JournalWorld } from './world.ts'

/** What the clocks of several API servers may differ by. */
const MARGIN_MS = 5_000
const FIRST_POLL_MS = 100
const LONGEST_POLL_MS = 1_000
/** How often it is said that the run still waits. */
const PROGRESS_MS = 15_000

export interface Settled {
  /** Every journal as it is, nobody working on any; undefined: there is none yet. */
  readonly found: ReadonlyMap<string, Entry | undefined>
  readonly recovered: readonly Recovered[]
}

/**
 * Reads the journals of the namespaces until none is held: waits for runs that live, until `until` (milliseconds since
 * the epoch), and puts right what others left. Throws LOCKED where the time is over.
 */
export async function settle(
  namespaces: readonly string[],
  until: number,
  world: JournalWorld,
): Promise<Settled> {
  const recovered: Recovered[] = []
  const watch = createWatch(world, until)
  for (;;) {
    const found = await readAll(namespaces, world)
    const open = await firstOpen(found, world)
    if (open === undefined) return { found, recovered }
    if (isFree(open.entry, world, watch.silence(open.entry))) {
      recovered.push(...[await recover(open, world)].filter((each) => each !== undefined))
    } else await watch.wait(open)
  }
}

/** The journals of these namespaces, as they are now. */
export async function readAll(
  namespaces: readonly string[],
  { journals }: Pick<JournalWorld, 'journals'>,
): Promise<Settled['found']> {
  const read = async (namespace: string): Promise<readonly [string, Entry | undefined]> => [
    namespace,
    await journals.read(namespace),
  ]
  return new Map(await mapConcurrently(namespaces, 4, read))
}

/** A journal that is not idle, by the one that decides for it. */
interface Open {
  readonly namespace: string
  readonly entry: Entry
}

/** The first unfinished journal; undefined where all are idle. */
export async function firstOpen(
  found: ReadonlyMap<string, Entry | undefined>,
  { journals }: Pick<JournalWorld, 'journals'>,
): Promise<Open | undefined> {
  for (const [namespace, entry] of found) {
    if (entry === undefined || entry.state.phase === 'idle') continue
    const [first = namespace] = entry.state.namespaces
    const deciding = first === namespace ? entry : (found.get(first) ?? (await journals.read(first)))
    const decides = deciding?.state.run === entry.state.run && deciding.state.phase !== 'idle'
    return decides ? { namespace: first, entry: deciding } : { namespace, entry }
  }
  return undefined
}

/** Whether nobody works on a journal any more. `silence` is for how long it was seen not to change. */
function isFree(entry: Entry, { isGone }: JournalWorld, silence: number): boolean {
  const { holder } = entry.state
  if (holder === undefined || isGone(holder)) return true
  return Math.max(silenceOf(entry), silence) > LEASE_MS + MARGIN_MS
}

interface Watch {
  /** Milliseconds since this journal was first seen as it is now. */
  silence(entry: Entry): number
  /** Waits a little; throws where it has waited long enough. */
  wait(open: Open): Promise<void>
}

function createWatch({ now, log, random, ...world }: JournalWorld, until: number): Watch {
  let seen = { write: '', at: 0 }
  let said = Number.NEGATIVE_INFINITY
  let pause = FIRST_POLL_MS
  return {
    silence({ state: { write } }) {
      if (seen.write !== write) seen = { write, at: now() }
      return now() - seen.at
    },
    async wait({ namespace, entry }) {
      const who = describeHolder(entry, world)
      if (now() >= until) throw locked(namespace, who)
      if (now() - said >= PROGRESS_MS) {
        log.info(`waiting for ${who}, which holds the journal of the set in ${namespace}`)
        said = now()
      }
      const jitter = (random(1)[0] ?? 0) / 512
      await sleep(Math.min(pause * (1 + jitter), Math.max(until - now(), 1)), undefined, {
        signal: world.signal(),
      }).catch(() => undefined)
      if (world.cancelled()) throw cancelled()
      if (world.signal().aborted) throw locked(namespace, who)
      pause = Math.min(pause * 1.5, LONGEST_POLL_MS)
    },
  }
}

/** Who works on a journal, for reports: the run's URL where it is known. */
export function describeHolder({ state }: Entry, { scrub }: Pick<JournalWorld, 'scrub'>): string {
  return `the run ${scrub(state.holder?.run ?? state.run)}`
}

function locked(namespace: string, who: string): ActionError {
  return new ActionError({
    code: 'LOCKED',
    message: `${who} of the same set is at work in ${namespace}, and did not end within \`lock-timeout\`: nothing was changed`,
    hint: 'run again when it has ended, or raise `lock-timeout`; keep runs apart with `concurrency` in the workflow',
  })
}
