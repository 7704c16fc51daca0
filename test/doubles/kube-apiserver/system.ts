import { randomUUID } from 'node:crypto'
import type { Api } from './api.ts'
import { normalizeNamespace, prepareNamespace } from './namespace.ts'
import { now, type KubeObject } from './object.ts'
import { namespaces } from './resources.ts'

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
    prepareNamespace(namespace)
    storage.write(namespaces, namespace)
  }
}
