import type { Access } from '../kubernetes/cluster.ts'
import type { Check } from './check.ts'
import type { PodTarget, Through } from './spec.ts'

/**
 * The verbs that checks need in the cluster. A WebSocket is a GET, so that servers ask for `get` on what it opens; since
 * Kubernetes 1.35 they ask for `create` too.
 */
export function accessOfChecks(checks: readonly Check[]): readonly Access[] {
  const all = checks.flatMap(({ probe, namespace }): Access[] => {
    const of = probe.kind === 'exec' ? probe.target : probe.through
    if (of === undefined) return []
    const resource = probe.kind === 'exec' ? 'pods/exec' : 'pods/portforward'
    return [
      ...findingPods(namespace, of),
      { namespace, verb: 'get', resource },
      { namespace, verb: 'create', resource },
    ]
  })
  return [...new Map(all.map((access) => [JSON.stringify(access), access])).values()]
}

function findingPods(namespace: string, of: PodTarget | Through): readonly Access[] {
  if (of.kind === 'pod') return [{ namespace, verb: 'get', resource: 'pods', name: of.name }]
  const list: Access = { namespace, verb: 'list', resource: 'pods' }
  if (of.kind === 'selector') return [list]
  if (of.kind === 'service') return [{ namespace, verb: 'get', resource: 'services', name: of.name }, list]
  return [{ namespace, verb: 'get', group: 'apps', resource: `${of.kind}s`, name: of.name }, list]
}
