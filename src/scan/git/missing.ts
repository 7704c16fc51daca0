import type { Listing, Wanted } from './changes.ts'
import type { Git } from './git.ts'

/** Objects that are asked for, and fetched, at once. */
const BATCH = 10_000

/**
 * What the listings name, one after the other. A partial clone (`filter`, `sparse-checkout`) left objects at origin: they
 * are fetched from there, by name and together, before what needs them is listed. What can't be had is missing then.
 */
export async function* listWanted(git: Git, listings: readonly Listing[]): AsyncGenerator<Wanted> {
  const partial = await isPartial(git)
  for (const { of, wanted, objects } of listings) {
    if (partial) {
      await obtainTrees(git, of)
      await obtainObjects(git, objects())
    }
    yield* wanted()
  }
}

/** Whether objects of the clone may have stayed at origin. */
export async function isPartial(git: Git): Promise<boolean> {
  return (await git.line(['config', '--type=bool', '--get', 'remote.origin.promisor'])) === 'true'
}

/** Fetches from origin what the clone lacks of the trees: they are where a listing begins. */
export async function obtainTrees(git: Git, of: readonly string[]): Promise<void> {
  const walk = ['--no-walk', '--filter=blob:none', '--missing=print']
  const listed = await reach(git, walk, of)
  const missing = listed.filter((each) => each.startsWith('?')).map((each) => each.slice(1))
  if (missing.length > 0) await fetchAll(git, missing)
}

/** Fetches from origin those of the files' versions that the clone lacks. */
export async function obtainObjects(
  git: Git,
  objects: AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  let batch = new Set<string>()
  for await (const object of objects) {
    batch.add(object)
    if (batch.size < BATCH) continue
    await fetchMissing(git, batch)
    batch = new Set()
  }
  await fetchMissing(git, batch)
}

async function fetchMissing(git: Git, objects: ReadonlySet<string>): Promise<void> {
  if (objects.size === 0) return
  // Before 2.45 all else that tells of a missing object would try to fetch it, each by itself.
  const there = new Set(await reach(git, ['--no-walk', '--ignore-missing', '--missing=print'], objects))
  const missing = [...objects].filter((object) => !there.has(object))
  if (missing.length > 0) await fetchAll(git, missing)
}

async function reach(git: Git, how: readonly string[], from: Iterable<string>): Promise<readonly string[]> {
  const args = ['rev-list', '--objects', '--no-object-names', ...how, '--stdin']
  return (await git.read(args, lines(from))).toString('latin1').split('\n')
}

/** As Git itself does it, but for all at once; where that fails, they are missing. */
async function fetchAll(git: Git, objects: readonly string[]): Promise<void> {
  await git.fetch(['--filter=blob:none', '--stdin', 'origin'], lines(objects))
}

function lines(words: Iterable<string>): string {
  return [...words, ''].join('\n')
}
