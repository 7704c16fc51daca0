/** The shape of an API type, as far as server-side apply looks at it (structured-merge-diff's schema). */
export type Schema =
  | { readonly kind: 'scalar'; readonly of: 'string' | 'numeric' | 'boolean' | 'untyped' }
  | { readonly kind: 'struct'; readonly fields: Readonly<Record<string, Schema>>; readonly atomic?: boolean }
  | { readonly kind: 'map'; readonly of: Schema }
  | { readonly kind: 'list'; readonly of: Schema; readonly items: 'atomic' | 'set' | readonly string[] }

const text = { kind: 'scalar', of: 'string' } as const
const number = { kind: 'scalar', of: 'numeric' } as const
const flag = { kind: 'scalar', of: 'boolean' } as const
const time = { kind: 'scalar', of: 'untyped' } as const
const texts = { kind: 'map', of: text } as const

const ownerReference: Schema = {
  kind: 'struct',
  atomic: true,
  fields: {
    apiVersion: text,
    blockOwnerDeletion: flag,
    controller: flag,
    kind: text,
    name: text,
    uid: text,
  },
}

const managedFieldsEntry: Schema = {
  kind: 'struct',
  fields: {
    apiVersion: text,
    fieldsType: text,
    fieldsV1: { kind: 'struct', atomic: true, fields: {} },
    manager: text,
    operation: text,
    subresource: text,
    time,
  },
}

const metadata: Schema = {
  kind: 'struct',
  fields: {
    annotations: texts,
    creationTimestamp: time,
    deletionGracePeriodSeconds: number,
    deletionTimestamp: time,
    finalizers: { kind: 'list', of: text, items: 'set' },
    generateName: text,
    generation: number,
    labels: texts,
    managedFields: { kind: 'list', of: managedFieldsEntry, items: 'atomic' },
    name: text,
    namespace: text,
    ownerReferences: { kind: 'list', of: ownerReference, items: ['uid'] },
    resourceVersion: text,
    selfLink: text,
    uid: text,
  },
}

const object = { apiVersion: text, kind: text, metadata }

export const secretSchema: Schema = {
  kind: 'struct',
  fields: { ...object, data: texts, immutable: flag, stringData: texts, type: text },
}

const anything = { kind: 'scalar', of: 'untyped' } as const

const struct = (fields: Readonly<Record<string, Schema>>): Schema => ({ kind: 'struct', fields })
const byName = (of: Schema): Schema => ({ kind: 'list', of, items: ['name'] })
const opaque = (...names: readonly string[]): Record<string, Schema> =>
  Object.fromEntries(names.map((name) => [name, anything]))

const variable = struct({
  name: text,
  value: text,
  valueFrom: struct(opaque('configMapKeyRef', 'fieldRef', 'fileKeyRef', 'resourceFieldRef', 'secretKeyRef')),
})

const container = struct({
  ...opaque('args', 'command', 'envFrom', 'image', 'imagePullPolicy', 'lifecycle', 'livenessProbe', 'ports'),
  ...opaque('readinessProbe', 'resizePolicy', 'resources', 'restartPolicy', 'restartPolicyRules', 'stdin'),
  ...opaque('securityContext', 'startupProbe', 'stdinOnce', 'terminationMessagePath', 'tty', 'workingDir'),
  ...opaque('terminationMessagePolicy', 'volumeDevices', 'volumeMounts'),
  name: text,
  env: byName(variable),
})

const volume = struct({
  ...opaque('azureFile', 'cephfs', 'configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'flexVolume'),
  ...opaque('hostPath', 'image', 'iscsi', 'nfs', 'persistentVolumeClaim', 'rbd', 'scaleIO', 'storageos'),
  name: text,
  secret: struct({ ...opaque('defaultMode', 'items'), optional: flag, secretName: text }),
  projected: struct(opaque('defaultMode', 'sources')),
})

const podSpec = struct({
  ...opaque('activeDeadlineSeconds', 'affinity', 'automountServiceAccountToken', 'dnsConfig', 'dnsPolicy'),
  ...opaque(
    'enableServiceLinks',
    'hostAliases',
    'hostIPC',
    'hostNetwork',
    'hostPID',
    'hostUsers',
    'hostname',
  ),
  ...opaque('nodeName', 'nodeSelector', 'os', 'overhead', 'preemptionPolicy', 'priority', 'restartPolicy'),
  ...opaque('priorityClassName', 'readinessGates', 'resourceClaims', 'resources', 'runtimeClassName'),
  ...opaque('schedulerName', 'schedulingGates', 'securityContext', 'serviceAccount', 'serviceAccountName'),
  ...opaque('setHostnameAsFQDN', 'shareProcessNamespace', 'subdomain', 'terminationGracePeriodSeconds'),
  ...opaque('tolerations', 'topologySpreadConstraints', 'ephemeralContainers'),
  containers: byName(container),
  initContainers: byName(container),
  imagePullSecrets: byName(struct({ name: text })),
  volumes: byName(volume),
})

const template = struct({ metadata, spec: podSpec })

/** What of a workload is applied in parts: its pod template, as the API server does. Whatever else there is, is one thing. */
const workloadSpec: Schema = {
  kind: 'struct',
  fields: {
    replicas: number,
    paused: flag,
    selector: anything,
    serviceName: text,
    podManagementPolicy: text,
    strategy: anything,
    updateStrategy: anything,
    minReadySeconds: number,
    revisionHistoryLimit: number,
    progressDeadlineSeconds: number,
    template,
  },
}

export const workloadSchema: Schema = {
  kind: 'struct',
  fields: { ...object, spec: workloadSpec, status: anything },
}

const cronJobSpec = struct({
  ...opaque('concurrencyPolicy', 'failedJobsHistoryLimit', 'schedule', 'startingDeadlineSeconds', 'suspend'),
  ...opaque('successfulJobsHistoryLimit', 'timeZone'),
  jobTemplate: struct({
    metadata,
    spec: struct({
      ...opaque('activeDeadlineSeconds', 'backoffLimit', 'completionMode', 'completions', 'parallelism'),
      ...opaque('manualSelector', 'podFailurePolicy', 'selector', 'suspend', 'ttlSecondsAfterFinished'),
      template,
    }),
  }),
})

export const cronJobSchema: Schema = struct({ ...object, spec: cronJobSpec, status: anything })

const condition: Schema = {
  kind: 'struct',
  fields: { lastTransitionTime: time, message: text, reason: text, status: text, type: text },
}

export const namespaceSchema: Schema = {
  kind: 'struct',
  fields: {
    ...object,
    spec: { kind: 'struct', fields: { finalizers: { kind: 'list', of: text, items: 'atomic' } } },
    status: {
      kind: 'struct',
      fields: { conditions: { kind: 'list', of: condition, items: ['type'] }, phase: text },
    },
  },
}
