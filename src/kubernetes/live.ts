import { mapConcurrently } from '../concurrency.ts'
import type { Cluster, LiveSecret, Ref } from './cluster.ts'
import { SET_LABEL, type SetIdentity } from './set.ts'

/** How many reads run at once. */
const CONCURRENCY = 16
/** From how many wanted Secrets on one LIST of the set is cheaper than a GET each. */
const LIST_FROM = 2

/**
 * The live objects behind the wanted names of one namespace. One LIST of the set's own where listing is allowed, which
 * is all that an unchanged set needs; a GET for each name that it does not show.
 */
export async function readLive(
  cluster: Cluster,
  wanted: readonly Ref[],
  set: SetIdentity,
): Promise<ReadonlyMap<string, LiveSecret>> {
  const namespace = wanted[0]?.namespace ?? ''
  const listed =
    wanted.length < LIST_FROM ? undefined : await cluster.list(namespace, `${SET_LABEL}=${set.digest}`)
  const live = new Map((listed ?? []).map((object) => [object.name, object]))
  const rest = wanted.filter(({ name }) => !live.has(name))
  const read = await mapConcurrently(rest, CONCURRENCY, (ref) => cluster.read(ref))
  for (const object of read) if (object !== undefined) live.set(object.name, object)
  return live
}
