import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'
import type { Content, Entry, Journals } from './journals.ts'

/** A holder that has not written for so long, by the server's clock, has lost its journals to whoever wants them. */
export const LEASE_MS = 30_000
const RENEW_MS = 10_000
/** From this age on nothing is written under a lease before it has been renewed. */
const STALE_MS = 20_000

/** The journals that a run holds, renewed while it lives. All writes to them go through here, one after the other. */
export interface Lease {
  /** Takes a journal over what was found; false where somebody else was first. */
  take(namespace: string, content: Content, over: Entry | undefined): Promise<boolean>
  /** Writes held journals, all at once. Throws where one was taken by somebody else, or could not be written. */
  update(namespaces: readonly string[], change: (held: Entry) => Content): Promise<void>
  /** Writes all held journals again as they are: a real change, after which writes that were sent before are out of date. */
  renew(): Promise<void>
  /** Throws where the lease is lost; renews one that is not fresh. */
  ensure(): Promise<void>
  /** Namespaces whose journals are held, in the order in which they were taken. */
  readonly namespaces: readonly string[]
  /** A held journal as it was written last. */
  entry(namespace: string): Entry
  /** No more is renewed. The journals stay as they are. */
  end(): void
}

export function createLease(journals: Journals, { now }: Pick<Effects, 'now'>): Lease {
  const held = createHeld(journals)
  const serially = createQueue()
  let renewedAt = now()
  const update: Lease['update'] = (namespaces, change) =>
    serially(async () => {
      await Promise.all(namespaces.map((namespace) => held.put(namespace, change(held.entry(namespace)))))
    })
  const renew = async (): Promise<void> => {
    const at = now()
    await update(held.namespaces(), ({ state, undo }) => ({ state, undo }))
    renewedAt = at
  }
  const timer = setInterval(() => void renew().catch(() => undefined), RENEW_MS).unref()
  return {
    take: (namespace, content, over) =>
      serially(() => {
        if (held.namespaces().length === 0) renewedAt = now()
        return held.take(namespace, content, over)
      }),
    update,
    renew,
    async ensure() {
      held.demand()
      if (now() - renewedAt >= STALE_MS) await renew()
    },
    get namespaces() {
      return held.namespaces()
    },
    entry: held.entry,
    end: () => clearInterval(timer),
  }
}

/** Runs what it is given one after the other. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
}

interface Held extends Pick<Lease, 'take' | 'entry'> {
  readonly namespaces: () => readonly string[]
  /** Throws where one was lost. */
  readonly demand: () => void
  readonly put: (namespace: string, content: Content) => Promise<void>
}

/** The journals that are held, as they were written last. */
function createHeld(journals: Journals): Held {
  const entries = new Map<string, Entry>()
  let lost: ActionError | undefined
  const demand = (): void => {
    if (lost !== undefined) throw lost
  }
  const entry = (namespace: string): Entry => {
    const found = entries.get(namespace)
    if (found === undefined) throw new Error('a journal that is not held')
    return found
  }
  return {
    namespaces: () => [...entries.keys()],
    demand,
    entry,
    async take(namespace, content, over) {
      const taken = await journals.write(namespace, content, over)
      if (taken !== undefined) entries.set(namespace, taken)
      return taken !== undefined
    },
    async put(namespace, content) {
      demand()
      const written = await journals.write(namespace, content, entry(namespace))
      if (written === undefined) throw (lost = lockLost(namespace))
      entries.set(namespace, written)
    },
  }
}

function lockLost(namespace: string): ActionError {
  return new ActionError({
    code: 'LOCKED',
    message: `another run of the set has taken over the journal in ${namespace}, because this one was not heard of for too long`,
    hint: 'see what that run says, and run again; keep runs apart with `concurrency` in the workflow',
  })
}
