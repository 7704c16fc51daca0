import type { Effects } from '../../src/effects.ts'
import { ActionError } from '../../src/error.ts'
import type { Cluster, LiveSecret } from '../../src/kubernetes/cluster.ts'

/** Values by key, of Secrets by `namespace/name`. */
export type Contents = Readonly<Record<string, Readonly<Record<string, Uint8Array | string>>>>

export interface SecretsCluster extends Cluster {
  /** `namespace/name` of every read, in order. */
  readonly reads: readonly string[]
}

/** A cluster for readers only: it has these Secrets, of resourceVersion 7, and knows no verb but `read`. */
export function secretsCluster(
  contents: Contents,
  { secret, defaultNamespace, forbidden }: ClusterOptions,
): SecretsCluster {
  const reads: string[] = []
  const reader: Pick<SecretsCluster, 'describe' | 'defaultNamespace' | 'read' | 'reads'> = {
    describe: 'a cluster of the tests',
    defaultNamespace,
    reads,
    read: ({ namespace, name }) =>
      new Promise((resolve) => {
        const id = `${namespace}/${name}`
        reads.push(id)
        if (forbidden === true)
          throw new ActionError({ code: 'FORBIDDEN', message: `read of ${id}: forbidden`, hint: 'grant it' })
        const values = contents[id]
        if (values === undefined) resolve(undefined)
        else resolve(liveSecret(namespace, name, { values, secret }))
      }),
  }
  return reader as SecretsCluster
}

interface ClusterOptions {
  readonly secret: Effects['secret']
  readonly defaultNamespace?: string | undefined
  readonly forbidden?: boolean
}

function liveSecret(
  namespace: string,
  name: string,
  { values, secret }: { values: Readonly<Record<string, Uint8Array | string>>; secret: Effects['secret'] },
): LiveSecret {
  return {
    namespace,
    name,
    uid: '00000000-0000-4000-8000-000000000001',
    resourceVersion: '7',
    type: 'Opaque',
    immutable: false,
    data: new Map(Object.entries(values).map(([key, value]) => [key, secret(value, `${name}/${key}`)])),
    labels: {},
    annotations: {},
    ownerReferences: [],
    managedFields: [],
    deleting: false,
    metadata: {},
  }
}
