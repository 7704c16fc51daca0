import type { Problem } from '../error.ts'
import type { Cluster } from './cluster.ts'
import type { Change } from './diff.ts'
import type { JournalNeed } from './run-journal.ts'

/** Quotas that the plan's creates and new journals would exceed together: the server judges its dry runs one by one and lets them pass. */
export async function exceededQuotas(
  cluster: Cluster,
  changes: readonly Change[],
  journals: readonly JournalNeed[],
): Promise<readonly Problem[]> {
  const creates = Map.groupBy(
    [
      ...changes.filter(({ action }) => action === 'create').map(({ manifest }) => manifest),
      ...journals.filter(({ isNew }) => isNew),
    ],
    ({ namespace }) => namespace,
  )
  const answers = await Promise.all(
    [...creates].map(async ([namespace, { length }]) => {
      const quotas = (await cluster.quotas(namespace)) ?? []
      return quotas
        .filter(({ hard, used }) => used + length > hard)
        .map(({ name, hard, used }): Problem => ({
          code: 'QUOTA_EXCEEDED',
          message: `the ResourceQuota ${name} in ${namespace} has room for ${Math.max(0, hard - used)} more Secrets, the plan creates ${length}`,
          hint: 'raise the quota, or remove Secrets that are not needed',
        }))
    }),
  )
  return answers.flat()
}
