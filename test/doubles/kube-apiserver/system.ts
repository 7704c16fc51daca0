import { randomUUID } from 'node:crypto'
import type { Api } from './api.ts'
import { normalizeNamespace, prepareNamespace } from './namespace.ts'
import { updateManagedFields } from './managed-fields.ts'
import { now, type KubeObject } from './object.ts'
import { namespaces } from './resources.ts'
import { namespaceSchema } from './schema.ts'

/** The namespaces that every cluster has. */
const NAMES = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

export function installNamespaces({ storage }: Api): void {
  for (const name of NAMES) {
    const namespace: KubeObject = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, uid: randomUUID(), creationTimestamp: now() },
    }
    normalizeNamespace(namespace)
    const manager = { manager: 'kube-apiserver', operation: 'Update', apiVersion: 'v1' } as const
    const tracked = updateManagedFields(namespaceSchema, undefined, namespace, manager)
    prepareNamespace(tracked)
    storage.write(namespaces, tracked)
  }
}
