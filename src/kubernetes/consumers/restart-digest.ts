import { createHash } from 'node:crypto'
import type { Change } from '../diff.ts'
import { includesKey } from './reads.ts'
import type { Workload } from './workload.ts'

/**
 * What a workload's pods hold, as a digest of the revisions of all keys of the set's Secrets that they have from their
 * start. Revisions are random ids: nothing about a value can be told from it. `whole` are Secrets of which every key
 * counts, because the configuration names the workload.
 */
export function digestOf(workload: Workload, changes: readonly Change[], whole: ReadonlySet<string>): string {
  const revisions = changes
    .filter(({ manifest }) => manifest.namespace === workload.namespace)
    .flatMap(({ manifest, keys }) =>
      keys
        .filter(({ key, revision }) => {
          const reads = workload.reads.some(
            (read) => read.atStart && read.secret === manifest.name && includesKey(read.keys, key),
          )
          return revision !== undefined && (reads || whole.has(manifest.name))
        })
        .map(({ key, revision }) => `${manifest.name}/${key}=${revision ?? ''}`),
    )
    .sort()
  return createHash('sha256').update(JSON.stringify(revisions)).digest('hex').slice(0, 16)
}
