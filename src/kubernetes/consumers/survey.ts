import { mapConcurrently } from '../../concurrency.ts'
import type { Cluster, Ref } from '../cluster.ts'
import { KINDS, type Kind } from './kinds.ts'
import { parseWorkload, type Workload } from './workload.ts'

/** How many LISTs run at once. */
const CONCURRENCY = 12

/** What was found of the objects that use some Secrets. */
export interface Survey {
  /** Those that name one of the Secrets, in whatever way. */
  readonly workloads: readonly Workload[]
  /** Kinds that may not be listed: whether any of them uses the Secrets, nobody knows. */
  readonly hidden: readonly { readonly namespace: string; readonly kind: Kind }[]
}

/** Looks for whatever uses these Secrets: one paged LIST of each kind in each of their namespaces, at the same time. */
export async function surveyWorkloads(cluster: Cluster, secrets: readonly Ref[]): Promise<Survey> {
  const names = Map.groupBy(secrets, ({ namespace }) => namespace)
  const lists = [...names].flatMap(([namespace, members]) =>
    (Object.keys(KINDS) as Kind[]).map((kind) => ({
      namespace,
      kind,
      wanted: new Set(members.map(({ name }) => name)),
    })),
  )
  const found = await mapConcurrently(lists, CONCURRENCY, async ({ namespace, kind, wanted }) => {
    const workloads: Workload[] = []
    const { seen } = await cluster.workloads.list({ kind, namespace }, (object) => {
      const workload = parseWorkload(kind, object)
      if (workload !== undefined && isWanted(workload, wanted)) workloads.push(workload)
    })
    return { workloads, hidden: seen === 'forbidden' ? [{ namespace, kind }] : [] }
  })
  return {
    workloads: found.flatMap(({ workloads }) => workloads),
    hidden: found.flatMap(({ hidden }) => hidden),
  }
}

/** A Rollout that has its pod template from elsewhere may use anything. */
function isWanted({ reads, templateOf }: Workload, wanted: ReadonlySet<string>): boolean {
  return templateOf !== undefined || reads.some(({ secret }) => wanted.has(secret))
}
