import { mapConcurrently } from '../concurrency.ts'
import { isForbidden } from './journals.ts'
import type { JournalWorld } from './world.ts'

/**
 * The namespaces that a set reaches: those that are given, and every one that their journals name and that has a journal
 * of the set. What may not be read is said.
 */
export async function reachedFrom(
  namespaces: readonly string[],
  world: Pick<JournalWorld, 'journals' | 'log'>,
): Promise<readonly string[]> {
  const reached = new Set(namespaces)
  const looked = new Set<string>()
  let open = [...reached]
  while (open.length > 0) {
    const found = await mapConcurrently(open, 4, (namespace) => look(namespace, world))
    for (const { namespace, isThere } of found) {
      looked.add(namespace)
      if (isThere) reached.add(namespace)
    }
    open = [...new Set(found.flatMap(({ names }) => names))].filter((name) => !looked.has(name))
  }
  return [...reached].sort()
}

interface Looked {
  readonly namespace: string
  readonly isThere: boolean
  /** The namespaces that its journal names. */
  readonly names: readonly string[]
}

async function look(
  namespace: string,
  { journals, log }: Pick<JournalWorld, 'journals' | 'log'>,
): Promise<Looked> {
  try {
    const entry = await journals.read(namespace)
    return { namespace, isThere: entry !== undefined, names: entry?.state.reach ?? [] }
  } catch (error) {
    if (!isForbidden(error)) throw error
    log.warning(
      `the set had Secrets in the namespace ${namespace}, whose journal may not be read: nothing is looked for there`,
    )
    return { namespace, isThere: false, names: [] }
  }
}
