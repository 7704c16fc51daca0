import { isDeepStrictEqual } from 'node:util'
import type { Cluster, LiveSecret } from './cluster.ts'
import { foreignEntries, isSameContent } from './landed.ts'
import { list, mapping } from './objects.ts'
import { withMetadata } from './own-fields.ts'
import { needsReading } from './refusal.ts'
import type { Restored } from './restore.ts'

/** How often a step that is refused or cut is taken up again. */
const ROUNDS = 6

/**
 * Makes a deleted object again, as it was: data, labels, annotations, type, and who owns what of it. Only its uid and
 * times are new. First all of it under our own manager, bound to there being nothing; then its managedFields, by a PUT
 * that changes nothing else. Each round reads where the last one was not heard of.
 */
export async function remake(
  cluster: Cluster,
  { former, found }: { former: LiveSecret; found: LiveSecret | undefined },
  manager: string,
): Promise<Restored> {
  // What a new object gets by itself.
  const lasting = withMetadata(former, {
    uid: undefined,
    creationTimestamp: undefined,
    generation: undefined,
  })
  let current = found
  for (let round = 0; round < ROUNDS; round++) {
    if (current === undefined) current = await made(cluster, former, manager)
    else if (!isOurs(current, former, manager)) return REPLACED
    else if (isDeepStrictEqual(owners(current), owners(former))) return { fate: 'restored' }
    else current = await replaced(cluster, lasting, { current, manager })
    current ??= await cluster.read(former)
  }
  return { fate: 'stuck', reason: 'it kept changing', unfinished: true }
}

const REPLACED: Restored = { fate: 'stuck', reason: 'somebody else made another meanwhile' }

/** Who owns what: a PUT that changes the times alone changes nothing. */
function owners({ metadata }: LiveSecret): readonly unknown[] {
  return timeless(list(metadata['managedFields']))
}

function timeless(entries: readonly unknown[]): readonly unknown[] {
  return entries.map((entry) => ({ ...mapping(entry), time: undefined }))
}

/** Whether an object is the former one, made again by us, and nobody else is in it that was not. */
function isOurs(current: LiveSecret, former: LiveSecret, manager: string): boolean {
  const others = foreignEntries(current, manager)
  return (
    isSameContent(current, former) &&
    (others.length === 0 || isDeepStrictEqual(timeless(others), timeless(foreignEntries(former, manager))))
  )
}

async function made(cluster: Cluster, former: LiveSecret, manager: string): Promise<LiveSecret | undefined> {
  const { namespace, name, type, data, labels, annotations, immutable } = former
  const object = { namespace, name, type, data, labels, annotations, immutable }
  return unlessUnclear(async () => (await cluster.apply(object, { manager, bound: undefined })).object)
}

function replaced(
  cluster: Cluster,
  former: LiveSecret,
  { current, manager }: { current: LiveSecret; manager: string },
): Promise<LiveSecret | undefined> {
  return unlessUnclear(() => cluster.replace(former, current, { manager }))
}

/** Undefined where only a read can tell what became of it. */
async function unlessUnclear(work: () => Promise<LiveSecret>): Promise<LiveSecret | undefined> {
  try {
    return await work()
  } catch (error) {
    if (needsReading(error)) return undefined
    throw error
  }
}
