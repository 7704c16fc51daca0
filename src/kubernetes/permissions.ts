import type { Problem } from '../error.ts'
import type { Access, Cluster, Ref } from './cluster.ts'
import type { Change } from './diff.ts'

/** The verbs that a change needs: to write it, and to put it back. */
const VERBS = {
  create: ['get', 'create', 'patch', 'delete'],
  update: ['get', 'patch', 'update'],
  unchanged: [],
} as const satisfies Record<Change['action'], readonly string[]>

/** Every verb that some run needs of a Secret; `list` only saves requests. */
const ALL_VERBS = ['get', 'create', 'patch', 'update', 'delete']

/** The questions whether these verbs are allowed on a Secret. */
export function accessTo({ namespace, name }: Ref, verbs: readonly string[]): readonly Access[] {
  return verbs.map((verb) => ({ namespace, verb, resource: 'secrets', name }))
}

/** What the credentials lack for writing and undoing these changes; each namespace one problem with the Role to add. */
export async function missingPermissions(
  cluster: Cluster,
  changes: readonly Change[],
  missingNamespaces: readonly string[],
): Promise<readonly Problem[]> {
  const secrets = changes.flatMap(({ action, manifest }) => accessTo(manifest, VERBS[action]))
  const namespaces: readonly Access[] =
    missingNamespaces.length === 0 ? [] : [{ namespace: '', verb: 'create', resource: 'namespaces' }]
  const denied = await cluster.denied([...secrets, ...namespaces])
  return describeDenied(denied)
}

/** The problem of a read that was refused before any change could be planned. */
export async function unreadable(
  cluster: Cluster,
  namespace: string,
  names: readonly string[],
): Promise<readonly Problem[]> {
  const wanted = names.flatMap((name) => accessTo({ namespace, name }, ALL_VERBS))
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
