import { ActionError, type Problem } from '../error.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import type { Cluster } from './cluster.ts'
import { missingNamespace } from './namespace.ts'
import { accessTo, describeDenied } from './permissions.ts'

/** What every run needs of a Secret, whatever it finds. */
const NEEDED = ['get', 'patch']

/**
 * What is wrong with the cluster's side as far as it can be told without the values: for a run that will stop for its
 * values anyway, so that its user hears of both at once. Never throws for what the server says.
 */
export async function probe(
  cluster: Cluster,
  manifests: readonly SecretManifest[],
  { createNamespaces }: { createNamespaces: boolean },
): Promise<readonly Problem[]> {
  try {
    const namespaces = Map.groupBy(manifests, ({ namespace }) => namespace)
    const found = await Promise.all(
      [...namespaces].map(async ([namespace, members]) => {
        const phase = await cluster.phase(namespace)
        const gone = phase === 'Terminating' || (phase === 'missing' && !createNamespaces)
        if (gone) return [missingNamespace(namespace, phase, members[0]?.at)]
        return phase === 'missing'
          ? []
          : describeDenied(await cluster.denied(members.flatMap((member) => accessTo(member, NEEDED))))
      }),
    )
    return found.flat()
  } catch (error) {
    if (error instanceof ActionError) return error.problems
    throw error
  }
}
