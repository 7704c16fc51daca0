import type { Undoable } from '../kubernetes/attempt.ts'
import { idOf, type Cluster, type Ref } from '../kubernetes/cluster.ts'
import {
  baseNameOf,
  generationOf,
  latestFirst,
  liveGenerations,
  NO_NAMING,
  type Naming,
  type Renaming,
} from '../kubernetes/generations.ts'
import type { SetIdentity } from '../kubernetes/set.ts'

interface Generation extends Ref {
  readonly annotations: Readonly<Record<string, string>>
}

export interface Going {
  readonly writes: readonly Undoable[]
  /** What is there again when the writes are undone. */
  readonly manifests: readonly Generation[]
}

/**
 * The names to which workloads go back where a run had made new ones: of each, the generation before it that is there, or
 * is there again. Where there is none, nothing is pointed, and what is still used is not deleted.
 */
export async function namesBefore(
  cluster: Cluster,
  { writes, manifests }: Going,
  set: SetIdentity,
): Promise<Naming> {
  const made = writes.flatMap(({ live, desired }) =>
    live === undefined && baseNameOf(desired.annotations) !== undefined ? [desired] : [],
  )
  if (made.length === 0) return NO_NAMING
  const live = await liveGenerations(cluster, [...new Set(made.map(({ namespace }) => namespace))], set)
  const gone = new Set(made.map(idOf))
  const there = latestFirst([...live, ...manifests].filter((each) => !gone.has(idOf(each))))
  return {
    renamings: made.flatMap((each) => renamingOf(each, there)),
    known: new Set([...live, ...there].map(idOf)),
  }
}

function renamingOf(made: Generation, there: readonly Generation[]): readonly Renaming[] {
  const { namespace, name, annotations } = made
  const base = baseNameOf(annotations) ?? name
  const before = there.find(
    (each) =>
      each.namespace === namespace &&
      baseNameOf(each.annotations) === base &&
      generationOf(each.annotations) < generationOf(annotations),
  )
  if (before === undefined) return []
  // What was taken by force for the new name is ours by now.
  return [
    { namespace, base, current: before.name, former: new Set([name]), obsolete: [], force: true, at: {} },
  ]
}
