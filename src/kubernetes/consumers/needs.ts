import type { Problem } from '../../error.ts'
import { workloadName } from './kinds.ts'
import { includesKey, type Read } from './reads.ts'
import type { Workload } from './workload.ts'

/** Something that is to go: some keys of a Secret, or (undefined) the Secret itself. */
export interface Removal {
  readonly namespace: string
  readonly name: string
  readonly keys: readonly string[] | undefined
}

/** A removal that somebody stands against. */
export interface Needed {
  readonly removal: Removal
  /** The key that is needed; undefined: the Secret. */
  readonly key: string | undefined
  readonly workload: Workload
}

/**
 * Who needs what is to go: pods that could not start without it, or that would lose what they read. Optional uses need
 * nothing. Of a Secret that is to go as a whole every other use counts, for pulling images and in an Ingress too.
 */
export function neededBy(workloads: readonly Workload[], removals: readonly Removal[]): readonly Needed[] {
  return removals.flatMap((removal) =>
    workloads
      .filter(({ namespace, over }) => namespace === removal.namespace && !over)
      .flatMap((workload) => needsOf(workload, removal)),
  )
}

function needsOf(workload: Workload, removal: Removal): readonly Needed[] {
  const reads = workload.reads.filter(({ secret }) => secret === removal.name)
  if (removal.keys === undefined) {
    const uses = reads.some(({ optional, way }) => !optional || way === 'imagePullSecrets')
    return uses ? [{ removal, key: undefined, workload }] : []
  }
  const needed = removal.keys.filter((key) => reads.some((read) => needsKey(read, key)))
  return needed.map((key) => ({ removal, key, workload }))
}

/** By name, that is: who takes all keys of a Secret says of none that it must be there. */
function needsKey({ keys, optional, way }: Read, key: string): boolean {
  if (way === 'TLS') return key === 'tls.crt' || key === 'tls.key'
  return !optional && !keys.all && includesKey(keys, key)
}

/** The refusals, one for each key or Secret, with the workloads' names made printable. */
export function describeNeeded(
  needed: readonly Needed[],
  scrub: (text: string) => string,
): readonly Problem[] {
  const groups = Map.groupBy(
    needed,
    ({ removal, key }) => `${removal.namespace}/${removal.name} ${key ?? ''}`,
  )
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { removal, key } = first
    const names = [...new Set(group.map(({ workload }) => scrub(workloadName(workload))))].sort()
    const what = key === undefined ? 'the Secret' : `the key ${scrub(key)}`
    return [
      {
        code: 'STILL_NEEDED' as const,
        message: `${removal.namespace}/${scrub(removal.name)}: ${what} would be removed, and is still needed by ${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`,
        hint: 'change these first (or make their reference `optional: true`), then run again',
      },
    ]
  })
}
