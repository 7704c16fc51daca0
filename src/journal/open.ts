import type { Effects } from '../effects.ts'
import { throwIfAny } from '../error.ts'
import type { Deadline } from '../deadline.ts'
import type { Cluster, Ref } from '../kubernetes/cluster.ts'
import { accessTo, describeDenied, offJournal, unreadable } from '../kubernetes/permissions.ts'
import { noJournal, type JournalNeed, type RunJournal } from '../kubernetes/run-journal.ts'
import type { SetIdentity } from '../kubernetes/set.ts'
import { randomId } from '../random-id.ts'
import { nothingKept, readFormerState, type FormerState } from './history.ts'
import { createRunJournal } from './hold.ts'
import { createJournals, isForbidden } from './journals.ts'
import { readOrigin } from './origin.ts'
import { reachedFrom } from './reach.ts'
import { describeHolder, firstOpen, readAll, settle, type Settled } from './settle.ts'
import { journalRef, partRef, type Holder } from './state.ts'
import type { JournalWorld } from './world.ts'

export interface JournalOptions {
  readonly set: SetIdentity
  readonly deadline: Deadline
  /** Milliseconds that the run waits for others of the set. */
  readonly lockTimeoutMs: number
  readonly history: number
  /** The run's URL on GitHub; undefined elsewhere. */
  readonly run: string | undefined
  /** The configuration file, by its path in the repository; undefined where the inputs declare. */
  readonly file: string | undefined
  /** The namespaces that the file itself names. */
  readonly placed: readonly string[]
  /** Whether namespaces count too that nothing is declared in any more. */
  readonly everywhere: boolean
}

/** The journals of a set, as the main job uses them. */
export interface SetJournal {
  /** Before planning: waits until nobody is at work in these namespaces, and puts right what was left. */
  settle(secrets: readonly Ref[]): Promise<Settled>
  /** Whether another run of the set has been at work since: what was planned meanwhile may be of a state in between. */
  changedSince(settled: Settled): Promise<boolean>
  /** For a run that writes nothing: says where the plan may not last, and changes nothing. */
  look(secrets: readonly Ref[]): Promise<Settled>
  /** What a plan has to ask for; undefined where there is no journal. */
  needs(settled: Settled): ((namespace: string) => JournalNeed) | undefined
  /** The journal of the run that writes a plan made of what was settled. */
  forRun(settled: Settled, goesBack?: string): RunJournal
  /** The latest former state that is kept. Throws where there is none. */
  former(settled: Settled): Promise<FormerState>
}

const NOTHING: Settled = { found: new Map(), recovered: [] }

/** For `journal: off`. */
export const withoutJournal: SetJournal = {
  settle: () => Promise.resolve(NOTHING),
  changedSince: () => Promise.resolve(false),
  look: () => Promise.resolve(NOTHING),
  needs: () => undefined,
  forRun: () => noJournal,
  former: () => Promise.reject(nothingKept()),
}

export function openJournal(cluster: Cluster, effects: Effects, options: JournalOptions): SetJournal {
  const world = createWorld(cluster, effects, options)
  const until = effects.now() + options.lockTimeoutMs
  const within = (secrets: readonly Ref[]): Promise<readonly string[]> =>
    options.everywhere ? reachedFrom(namespacesOf(secrets), world) : Promise.resolve(namespacesOf(secrets))
  return {
    settle: (secrets) => orForbidden(world, secrets, async () => settle(await within(secrets), until, world)),
    async changedSince({ found }) {
      const now = await readAll([...found.keys()], world)
      return [...now].some(
        ([namespace, entry]) =>
          entry?.stored.resourceVersion !== found.get(namespace)?.stored.resourceVersion,
      )
    },
    look: (secrets) =>
      orForbidden(world, secrets, async () => {
        const found = await readAll(await within(secrets), world)
        const open = await firstOpen(found, world)
        if (open !== undefined)
          effects.log.warning(
            `${describeHolder(open.entry, world)} is at work in ${open.namespace}, or was cut off there: a run that writes waits for it, or first puts back what it left, so the plan may be another then`,
          )
        return { found, recovered: [] }
      }),
    needs:
      ({ found }) =>
      (namespace) => ({
        ...journalRef(namespace, options.set),
        isNew: found.get(namespace) === undefined,
      }),
    forRun: ({ found }, goesBack) => createRunJournal(world, { found, goesBack }),
    former: (settled) => readFormerState(settled, world),
  }
}

function createWorld(
  cluster: Cluster,
  effects: Effects,
  { set, history, run, file, placed, deadline }: JournalOptions,
): JournalWorld {
  const { self, isGone } = effects.processes
  const holder: Holder = { id: randomId(effects, 8), ...(run === undefined ? {} : { run }), ...self }
  return {
    ...effects,
    cluster,
    set,
    history,
    file,
    placed,
    origin: readOrigin(effects.env),
    holder,
    isGone,
    journals: createJournals(cluster, { set, random: effects.random }),
    signal: () => deadline.signal,
    cancelled: () => deadline.cancelled,
    async demandParts(namespace, parts) {
      const refs = parts.map(({ number }) => partRef(journalRef(namespace, set), number))
      const wanted = refs.flatMap((ref) => accessTo(ref, ['get', 'create', 'patch', 'delete']))
      throwIfAny(describeDenied(await cluster.denied(wanted)).map(offJournal))
    },
  }
}

/** A journal that may not be read is told as all missing permissions are: together, with the rule to add. */
async function orForbidden(
  { cluster, set }: JournalWorld,
  secrets: readonly Ref[],
  work: () => Promise<Settled>,
): Promise<Settled> {
  try {
    return await work()
  } catch (error) {
    if (!isForbidden(error)) throw error
    const journals = namespacesOf(secrets).map((namespace) => journalRef(namespace, set))
    throwIfAny((await unreadable(cluster, secrets, journals)).map(offJournal))
    throw error
  }
}

function namespacesOf(secrets: readonly Ref[]): readonly string[] {
  return [...new Set(secrets.map(({ namespace }) => namespace))].sort()
}
