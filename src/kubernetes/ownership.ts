import type { Problem } from '../error.ts'
import type { LiveSecret } from './cluster.ts'
import { SET_ANNOTATION, SET_LABEL, type SetIdentity } from './set.ts'

interface Sign {
  readonly owner: string
  /** Who it is exactly, where the object tells; undefined where the sign is absent. */
  readonly find: (live: LiveSecret, ours: string) => string | undefined
}

type Marks = 'labels' | 'annotations'

/** The mark's value. One that only our own field manager has set is the user's, and no sign of anybody. */
const mark =
  (kind: Marks, key: string): Sign['find'] =>
  (live, ours) => {
    const owners = live.managedFields.filter((entry) => entry[kind].has(key))
    const onlyOurs = owners.length > 0 && owners.every(({ manager: name }) => name === ours)
    return onlyOurs ? undefined : live[kind][key]
  }
const annotation = (key: string): Sign['find'] => mark('annotations', key)
const label = (key: string): Sign['find'] => mark('labels', key)
const manager =
  (pattern: RegExp) =>
  ({ managedFields }: LiveSecret): string | undefined =>
    managedFields.map((entry) => pattern.exec(entry.manager)).find((match) => match !== null)?.[1]

/** The marks that other tools leave on what is theirs, from their own documentation and sources. */
const SIGNS: readonly Sign[] = [
  { owner: 'External Secrets', find: manager(/^externalsecrets\.external-secrets\.io\/(.+)$/) },
  { owner: 'External Secrets', find: label('reconcile.external-secrets.io/created-by') },
  { owner: 'Helm', find: annotation('meta.helm.sh/release-name') },
  {
    owner: 'Helm',
    find: ({ labels }) => (labels['app.kubernetes.io/managed-by'] === 'Helm' ? '' : undefined),
  },
  { owner: 'Argo CD', find: annotation('argocd.argoproj.io/tracking-id') },
  { owner: 'Argo CD', find: label('argocd.argoproj.io/instance') },
  { owner: 'Argo CD', find: manager(/^(argocd-.+)$/) },
  { owner: 'Flux', find: label('kustomize.toolkit.fluxcd.io/name') },
  { owner: 'Flux', find: label('helm.toolkit.fluxcd.io/name') },
  { owner: 'Flux', find: manager(/^((?:kustomize|helm)-controller)$/) },
  { owner: 'Sealed Secrets', find: annotation('sealedsecrets.bitnami.com/managed') },
  { owner: 'cert-manager', find: annotation('cert-manager.io/certificate-name') },
  { owner: 'cert-manager', find: manager(/^(cert-manager-.+)$/) },
  { owner: 'the ServiceAccount', find: annotation('kubernetes.io/service-account.name') },
]

/** Why a live Secret is not this set's to change; undefined when it is. Never decided by conflicts: equal keys raise none. */
export function foreignOwner(
  live: LiveSecret,
  set: SetIdentity,
  scrub: (text: string) => string,
): Problem | undefined {
  const where = `${live.namespace}/${live.name}`
  const owner = describeOwner(live, set)
  if (owner === undefined) return undefined
  return {
    code: 'OWNED_BY_OTHER',
    message: `${where} belongs to ${scrub(owner.who)}`,
    hint: owner.hint,
  }
}

function describeOwner(live: LiveSecret, set: SetIdentity): { who: string; hint: string } | undefined {
  const [reference] = live.ownerReferences
  const hint = 'change it there, or give this one another name'
  if (reference !== undefined) return { who: `${reference.kind} ${reference.name} (ownerReferences)`, hint }
  const otherSet = live.labels[SET_LABEL]
  if (otherSet !== undefined && otherSet !== set.digest)
    return {
      who: `the set ${live.annotations[SET_ANNOTATION] ?? otherSet}`,
      hint: 'use the same `set` input there and here, or another name',
    }
  for (const { owner, find } of SIGNS) {
    const who = find(live, set.manager)
    if (who !== undefined) return { who: who === '' ? owner : `${owner} (${who})`, hint }
  }
  if (live.managedFields.some((entry) => entry.manager === set.manager)) return undefined
  const managers = [...new Set(live.managedFields.map((entry) => entry.manager))].join(', ')
  return {
    who: managers === '' ? 'somebody who left no name' : `whoever made it with ${managers}`,
    hint: 'it existed before: taking over (`adopt`) is not available yet; delete it yourself, or use another name',
  }
}
