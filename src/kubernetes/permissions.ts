import type { Problem } from '../error.ts'
import type { Access, Cluster } from './cluster.ts'
import type { Change } from './diff.ts'

/** The verbs that a change needs: to write it, and to put it back. */
const VERBS = {
  create: ['get', 'create', 'patch', 'delete'],
  update: ['get', 'patch', 'update'],
  unchanged: [],
} as const satisfies Record<Change['action'], readonly string[]>

/** Everything that may be needed, for a Role that serves every run. */
export const ALL_VERBS = ['get', 'list', 'create', 'patch', 'update', 'delete'] as const

/** What the credentials lack for writing and undoing these changes; each namespace one problem with the Role to add. */
export async function missingPermissions(
  cluster: Cluster,
  changes: readonly Change[],
  missingNamespaces: readonly string[],
): Promise<readonly Problem[]> {
  const secrets = changes.flatMap(({ action, manifest: { namespace, name } }) =>
    VERBS[action].map((verb): Access => ({ namespace, verb, resource: 'secrets', name })),
  )
  const namespaces = missingNamespaces.map((): Access => ({
    namespace: '',
    verb: 'create',
    resource: 'namespaces',
  }))
  const denied = await cluster.denied([...secrets, ...namespaces.slice(0, 1)])
  return describeDenied(denied)
}

/** The problem of a read that was refused before any change could be planned. */
export async function unreadable(
  cluster: Cluster,
  namespace: string,
  names: readonly string[],
): Promise<readonly Problem[]> {
  const wanted = names.flatMap((name) =>
    ['get', 'create', 'patch', 'update', 'delete'].map((verb): Access => ({
      namespace,
      verb,
      resource: 'secrets',
      name,
    })),
  )
  return describeDenied(await cluster.denied(wanted))
}

/** A problem for each namespace, with the rule that would allow what is denied. */
export function describeDenied(denied: readonly Access[]): readonly Problem[] {
  const byNamespace = Map.groupBy(denied, ({ namespace }) => namespace)
  return [...byNamespace].map(([namespace, lacking]) => {
    const verbs = [...new Set(lacking.map(({ verb }) => verb))]
    const names = [...new Set(lacking.flatMap(({ name }) => name ?? []))]
    if (namespace === '')
      return {
        code: 'FORBIDDEN',
        message: 'the credentials may not create namespaces',
        hint: 'create the namespace yourself, or add to a ClusterRole: {apiGroups: [""], resources: [namespaces], verbs: [get, create]}',
      }
    return {
      code: 'FORBIDDEN',
      message: `in the namespace ${namespace} the credentials may not ${verbs.join(', ')} the Secrets ${names.join(', ')}`,
      hint: `add to a Role in ${namespace}: ${roleRule(verbs, names)}`,
    }
  })
}

/** The exact rule, as it stands under `rules:` of a Role. */
function roleRule(verbs: readonly string[], names: readonly string[]): string {
  return `{apiGroups: [""], resources: [secrets], verbs: [${verbs.join(', ')}], resourceNames: [${names.join(', ')}]}`
}
