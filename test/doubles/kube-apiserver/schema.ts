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

/** What of a workload is applied in parts: all that a pod template says of itself. Whatever else there is, is one thing. */
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
    template: { kind: 'struct', fields: { metadata, spec: anything } },
  },
}

export const workloadSchema: Schema = {
  kind: 'struct',
  fields: { ...object, spec: workloadSpec, status: anything },
}

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
