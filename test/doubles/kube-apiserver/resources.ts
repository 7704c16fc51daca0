import {
  keepNamespaceStatus,
  normalizeNamespace,
  prepareNamespace,
  validateNamespace,
  validateNamespaceUpdate,
} from './namespace.ts'
import type { KubeObject } from './object.ts'
import { prepareQuota, keepQuotaStatus } from './quota.ts'
import { cronJobSchema, namespaceSchema, secretSchema, workloadSchema, type Schema } from './schema.ts'
import { normalizeSecret, validateSecret, validateSecretUpdate, warnAboutSecret } from './secret.ts'
import type { Cause } from './status.ts'
import { keepWorkloadStatus, normalizeWorkload, prepareWorkload } from './workload-kinds.ts'
import {
  checkPathSegment,
  checkSubdomain,
  validateMetadata,
  validateMetadataUpdate,
  type TextCheck,
} from './validation.ts'

/** One kind of object that the server keeps, and what it makes of one. */
export interface Resource {
  readonly group: string
  readonly resource: string
  readonly kind: string
  readonly namespaced: boolean
  /** Undefined where fields aren't tracked: no server-side apply, no managedFields. */
  readonly schema: Schema | undefined
  /** Conversion and defaults, before anything else. */
  normalize(object: KubeObject): void
  prepareCreate(object: KubeObject): void
  prepareUpdate(next: KubeObject, previous: KubeObject): void
  validate(object: KubeObject): Cause[]
  validateUpdate(next: KubeObject, previous: KubeObject): Cause[]
  warn(object: KubeObject): string[]
  /** What a field selector may ask for beside metadata.name and metadata.namespace. */
  readonly selectable: readonly string[]
}

const RBAC = 'rbac.authorization.k8s.io'

export const secrets: Resource = {
  ...plain({ group: '', resource: 'secrets', kind: 'Secret', namespaced: true }, checkSubdomain),
  schema: secretSchema,
  normalize: normalizeSecret,
  prepareUpdate: (next, previous) => {
    next['type'] ||= previous['type']
  },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warn: warnAboutSecret,
  selectable: ['type'],
}

export const namespaces: Resource = {
  ...plain({ group: '', resource: 'namespaces', kind: 'Namespace', namespaced: false }, checkSubdomain),
  schema: namespaceSchema,
  normalize: normalizeNamespace,
  prepareCreate: prepareNamespace,
  prepareUpdate: keepNamespaceStatus,
  validate: validateNamespace,
  validateUpdate: validateNamespaceUpdate,
  selectable: ['status.phase'],
}

export const resourceQuotas: Resource = {
  ...plain(
    { group: '', resource: 'resourcequotas', kind: 'ResourceQuota', namespaced: true },
    checkSubdomain,
  ),
  prepareCreate: prepareQuota,
  prepareUpdate: keepQuotaStatus,
}

export const roles = plain(
  { group: RBAC, resource: 'roles', kind: 'Role', namespaced: true },
  checkPathSegment,
)
export const roleBindings = plain(
  { group: RBAC, resource: 'rolebindings', kind: 'RoleBinding', namespaced: true },
  checkPathSegment,
)
export const clusterRoles = plain(
  { group: RBAC, resource: 'clusterroles', kind: 'ClusterRole', namespaced: false },
  checkPathSegment,
)
export const clusterRoleBindings = plain(
  { group: RBAC, resource: 'clusterrolebindings', kind: 'ClusterRoleBinding', namespaced: false },
  checkPathSegment,
)

export const pods = plain({ group: '', resource: 'pods', kind: 'Pod', namespaced: true }, checkSubdomain)
export const services = plain(
  { group: '', resource: 'services', kind: 'Service', namespaced: true },
  checkSubdomain,
)
export const deployments = workload('Deployment')
export const statefulSets = workload('StatefulSet')
export const daemonSets = workload('DaemonSet')
export const replicaSets = plain(
  { group: 'apps', resource: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  checkSubdomain,
)
const jobs = plain({ group: 'batch', resource: 'jobs', kind: 'Job', namespaced: true }, checkSubdomain)
const cronJobs: Resource = {
  ...plain({ group: 'batch', resource: 'cronjobs', kind: 'CronJob', namespaced: true }, checkSubdomain),
  schema: cronJobSchema,
}
const serviceAccounts = plain(
  { group: '', resource: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true },
  checkSubdomain,
)
const ingresses = plain(
  { group: 'networking.k8s.io', resource: 'ingresses', kind: 'Ingress', namespaced: true },
  checkSubdomain,
)

const all = [
  pods,
  services,
  deployments,
  statefulSets,
  daemonSets,
  replicaSets,
  jobs,
  cronJobs,
  serviceAccounts,
  ingresses,
  secrets,
  namespaces,
  resourceQuotas,
  roles,
  roleBindings,
  clusterRoles,
  clusterRoleBindings,
]

export function findResource(group: string, resource: string): Resource | undefined {
  return all.find((each) => each.group === group && each.resource === resource)
}

export function apiVersionOf({ group }: { group: string }): string {
  return group === '' ? 'v1' : `${group}/v1`
}

/** A kind whose controller makes pods of a template. */
function workload(kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'): Resource {
  return {
    ...plain({ group: 'apps', resource: `${kind.toLowerCase()}s`, kind, namespaced: true }, checkSubdomain),
    schema: workloadSchema,
    normalize: normalizeWorkload,
    prepareCreate: prepareWorkload,
    prepareUpdate: keepWorkloadStatus,
  }
}

function plain(
  of: Pick<Resource, 'group' | 'resource' | 'kind' | 'namespaced'>,
  checkName: TextCheck,
): Resource {
  return {
    ...of,
    schema: undefined,
    normalize: nothing,
    prepareCreate: nothing,
    prepareUpdate: nothing,
    validate: ({ metadata }) => validateMetadata(metadata, checkName),
    validateUpdate: (next, previous) => validateMetadataUpdate(next.metadata, previous.metadata),
    warn: () => [],
    selectable: [],
  }
}

function nothing(): void {
  // this kind needs no such step
}
