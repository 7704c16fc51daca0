/** Where the API has the objects of a kind. */
export interface ApiKind {
  readonly group: string
  readonly version: string
  readonly resource: string
}

/** Every kind whose objects may use a Secret, or have the pods of those that do. */
export const KINDS = {
  Deployment: { group: 'apps', version: 'v1', resource: 'deployments' },
  StatefulSet: { group: 'apps', version: 'v1', resource: 'statefulsets' },
  DaemonSet: { group: 'apps', version: 'v1', resource: 'daemonsets' },
  Rollout: { group: 'argoproj.io', version: 'v1alpha1', resource: 'rollouts' },
  CronJob: { group: 'batch', version: 'v1', resource: 'cronjobs' },
  Job: { group: 'batch', version: 'v1', resource: 'jobs' },
  ReplicaSet: { group: 'apps', version: 'v1', resource: 'replicasets' },
  Pod: { group: '', version: 'v1', resource: 'pods' },
  ServiceAccount: { group: '', version: 'v1', resource: 'serviceaccounts' },
  Ingress: { group: 'networking.k8s.io', version: 'v1', resource: 'ingresses' },
} as const satisfies Record<string, ApiKind>

export type Kind = keyof typeof KINDS

/** The kinds that are restarted, by the names that `restart` calls them. */
export const RESTARTABLE = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  rollout: 'Rollout',
} as const satisfies Record<string, Kind>

export type RestartableKind = (typeof RESTARTABLE)[keyof typeof RESTARTABLE]

/** What is changed in a workload's pod template is changed in that of a CronJob too; nothing of it is restarted then. */
export type PatchedKind = RestartableKind | 'CronJob'

/** `deployment/backend`, as reports and the configuration name a workload. */
export function workloadName({ kind, name }: { readonly kind: Kind; readonly name: string }): string {
  return `${kind.toLowerCase()}/${name}`
}

/** `aura/deployment/backend`, where the namespace has to be told too. */
export function fullName(of: {
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
}): string {
  return `${of.namespace}/${workloadName(of)}`
}

export function isRestartable(kind: Kind): kind is RestartableKind {
  return Object.values<Kind>(RESTARTABLE).includes(kind)
}

export function isPatched(kind: Kind): kind is PatchedKind {
  return isRestartable(kind) || kind === 'CronJob'
}

/** Whether workloads of the kind are pointed to a Secret's new name: of a Rollout the template may be another object's. */
export function isPointed(kind: Kind): kind is PatchedKind {
  return isPatched(kind) && kind !== 'Rollout'
}
