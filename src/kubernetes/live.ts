import { mapConcurrently } from '../concurrency.ts'
import type { Cluster, LiveSecret, Ref } from './cluster.ts'
import { SET_LABEL, type SetIdentity } from './set.ts'

/** How many reads run at once. */
const CONCURRENCY = 16
/** From how many wanted Secrets on one LIST of the set is cheaper than a GET each. */
const LIST_FROM = 2

/**
 * The live objects behind the wanted names of one namespace. One LIST of the set's own where listing is allowed, and a GET
 * for each name of `certain` that it does not show. What is not of the set is missing from the answer otherwise: a dry
 * run that is bound to there being nothing finds it.
 */
export async function readLive(
  cluster: Cluster,
  wanted: readonly Ref[],
  { set, certain }: { set: SetIdentity; certain: (ref: Ref) => boolean },
): Promise<ReadonlyMap<string, LiveSecret>> {
  const namespace = wanted[0]?.namespace ?? ''
  const listed =
    wanted.length < LIST_FROM ? undefined : await cluster.list(namespace, `${SET_LABEL}=${set.digest}`)
  const live = new Map((listed ?? []).map((object) => [object.name, object]))
  const rest = wanted.filter((ref) => !live.has(ref.name) && (listed === undefined || certain(ref)))
  const read = await mapConcurrently(rest, CONCURRENCY, (ref) => cluster.read(ref))
  for (const object of read) if (object !== undefined) live.set(object.name, object)
  return live
}
