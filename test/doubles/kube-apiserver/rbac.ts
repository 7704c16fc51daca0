import type { KubeObject } from './object.ts'
import type { Attributes, User } from './request.ts'
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from './resources.ts'
import { quote, forbidden, type StatusError } from './status.ts'
import type { Storage } from './storage.ts'

/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

export interface Decision {
  readonly allowed: boolean
  readonly reason: string
}

interface Subject {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

interface GrantedRule {
  readonly rule: Rule
  readonly reason: string
}

type Wanted = Pick<Attributes, 'verb' | 'group' | 'resource' | 'subresource' | 'namespace' | 'name'>

/** Kubernetes' own roles that everybody has. */
const DEFAULT_ROLES: Readonly<
  Record<string, { readonly groups: readonly string[]; readonly rules: readonly Rule[] }>
> = {
  'cluster-admin': {
    groups: ['system:masters'],
    rules: [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
  },
  'system:basic-user': {
    groups: ['system:authenticated'],
    rules: [
      {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
      { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    ],
  },
  'system:discovery': {
    groups: ['system:authenticated'],
    rules: [
      {
        verbs: ['get'],
        nonResourceURLs: [
          '/api',
          '/api/*',
          '/apis',
          '/apis/*',
          '/healthz',
          '/livez',
          '/openapi',
          '/openapi/*',
        ].concat(['/readyz', '/version', '/version/']),
      },
    ],
  },
  'system:public-info-viewer': {
    groups: ['system:authenticated', 'system:unauthenticated'],
    rules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'] }],
  },
}

export function installDefaultRoles(storage: Storage): void {
  for (const [name, { groups, rules }] of Object.entries(DEFAULT_ROLES)) {
    storage.write(clusterRoles, { metadata: { name }, rules })
    storage.write(clusterRoleBindings, {
      metadata: { name },
      roleRef: { kind: 'ClusterRole', name },
      subjects: groups.map((group) => ({ kind: 'Group', name: group })),
    })
  }
}

export function authorize(storage: Storage, user: User, wanted: Wanted): Decision {
  if (user.groups.includes('system:masters')) return { allowed: true, reason: '' }
  const granted = grantedRules(storage, user, wanted.namespace).find(({ rule }) => allows(rule, wanted))
  return { allowed: granted !== undefined, reason: granted?.reason ?? '' }
}

export function authorizePath(storage: Storage, user: User, verb: string, path: string): boolean {
  if (user.groups.includes('system:masters')) return true
  return grantedRules(storage, user, '').some(
    ({ rule }) =>
      covers(rule.verbs, verb) && (rule.nonResourceURLs ?? []).some((url) => pathMatches(url, path)),
  )
}

/** The rules of everything bound to the user, cluster-wide first. */
export function grantedRules(storage: Storage, user: User, namespace: string): readonly GrantedRule[] {
  const everywhere = storage.list(clusterRoleBindings).flatMap((binding) => rulesOf(storage, user, binding))
  if (namespace === '') return everywhere
  const here = storage.list(roleBindings, namespace).flatMap((binding) => rulesOf(storage, user, binding))
  return [...everywhere, ...here]
}

export function forbiddenTo(user: User, wanted: Wanted, why = ''): StatusError {
  const { verb, group, resource, subresource, namespace, name } = wanted
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace ${quote(namespace)}`
  const message = `User ${quote(user.name)} cannot ${verb} resource ${quote(what)} in API group ${quote(group)} ${scope}`
  return forbidden({ group, resource, kind: resource }, name, why === '' ? message : `${message}: ${why}`)
}

function rulesOf(storage: Storage, user: User, binding: KubeObject): GrantedRule[] {
  const subjects = (binding['subjects'] ?? []) as readonly Subject[]
  const { namespace } = binding.metadata
  const subject = subjects.find((each) => isSubject(user, each, namespace))
  const roleRef = binding['roleRef'] as { kind: string; name: string }
  const role =
    roleRef.kind === 'Role'
      ? storage.read(roles, namespace ?? '', roleRef.name)
      : storage.read(clusterRoles, '', roleRef.name)
  if (subject === undefined || role === undefined) return []
  const name = quote(namespace === undefined ? nameOf(binding) : `${nameOf(binding)}/${namespace}`)
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding'
  const to = `${subject.kind} ${quote(subject.name)}`
  const reason = `RBAC: allowed by ${kind} ${name} of ${roleRef.kind} ${quote(roleRef.name)} to ${to}`
  return ((role['rules'] ?? []) as readonly Rule[]).map((rule) => ({ rule, reason }))
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.name ?? ''
}

function isSubject(user: User, subject: Subject, namespace: string | undefined): boolean {
  if (subject.kind === 'User') return subject.name === user.name
  if (subject.kind === 'Group') return user.groups.includes(subject.name)
  return user.name === `system:serviceaccount:${subject.namespace ?? namespace ?? ''}:${subject.name}`
}

function allows(rule: Rule, { verb, group, resource, subresource, name }: Wanted): boolean {
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  const resources = rule.resources ?? []
  const named = rule.resourceNames ?? []
  return (
    covers(rule.verbs, verb) &&
    covers(rule.apiGroups ?? [], group) &&
    (covers(resources, what) || (subresource !== '' && resources.includes(`*/${subresource}`))) &&
    (named.length === 0 || named.includes(name))
  )
}

function covers(listed: readonly string[], wanted: string): boolean {
  return listed.includes('*') || listed.includes(wanted)
}

function pathMatches(url: string, path: string): boolean {
  return url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)))
}
