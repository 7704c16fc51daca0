import type { AppliedSecret, LiveSecret } from './cluster.ts'
import { contestedFields, withoutContested, type Contest } from './contest.ts'
import { LAST_APPLIED } from './objects.ts'
import { hasOwnUpdate, withOneOwnEntry } from './own-fields.ts'
import type { Taking } from './ownership.ts'
import type { SetIdentity } from './set.ts'

/** How a write gets at fields that are not ours. Without any of it, it touches our own only. */
export interface Way {
  /**
   * The object as the write finds it, where that differs from the live one in who owns what: what is taken over is ours,
   * and what is taken by force nobody's. Its content is that of the live one.
   */
  readonly base?: LiveSecret
  /** Whether the base is put there before the write. */
  readonly putFirst?: boolean
  /** From whom the object is taken over; undefined: from nobody. */
  readonly taken?: Taken
  /** Fields that change though others own them, who lose them. */
  readonly forced?: readonly Contest[]
  /** Such fields that are not taken, where the API server is asked too late to say so in a dry run. */
  readonly conflicts?: readonly Contest[]
}

/** What is taken over, for reports. */
export interface Taken {
  /** Tools, sets and field managers, by name. */
  readonly from: readonly string[]
  /** Those of them that go on making the object, unless told not to. */
  readonly tools: readonly string[]
  /** Whether values stand in the annotation of client-side apply. */
  readonly readable: boolean
}

interface Wanted {
  readonly set: SetIdentity
  readonly taking?: Taking | undefined
  readonly force?: boolean
}

interface Start {
  /** The live object, with what is taken over or half restored in our hands. */
  readonly object: LiveSecret
  /** Whether it has to be put there, for it differs from what is live. */
  readonly putFirst: boolean
}

/** What a write to a live object starts from. */
export function startOf(live: LiveSecret, { set, taking }: Wanted): Start {
  const putFirst = taking !== undefined || hasOwnUpdate(live, set)
  return { object: putFirst ? withOneOwnEntry(live, set, taking) : live, putFirst }
}

/** The way from there to what is desired. */
export function wayFrom(
  { object, putFirst }: Start,
  desired: AppliedSecret,
  { set, taking, force = false }: Wanted,
): Way {
  const contests = contestedFields(object, desired, set)
  const taken = taking === undefined ? {} : { taken: takenOf(object, taking) }
  const put = putFirst ? { base: object, putFirst } : {}
  if (contests.length === 0) return { ...put, ...taken }
  return force
    ? { ...put, ...taken, base: withoutContested(object, contests, set), forced: contests }
    : { ...put, ...taken, ...(putFirst ? { conflicts: contests } : {}) }
}

function takenOf({ annotations }: LiveSecret, { from, tools }: Taking): Taken {
  return { from, tools: tools.map(({ owner }) => owner), readable: Object.hasOwn(annotations, LAST_APPLIED) }
}
