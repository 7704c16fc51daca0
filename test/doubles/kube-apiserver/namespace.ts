import type { KubeObject } from './object.ts'
import type { Cause } from './status.ts'
import { checkDnsLabel, validateMetadata, validateMetadataUpdate } from './validation.ts'

const NAME_LABEL = 'kubernetes.io/metadata.name'

/** Every namespace carries its name as a label. */
export function normalizeNamespace(namespace: KubeObject): void {
  const { metadata } = namespace
  if (metadata.name !== undefined) metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name }
}

/** A new namespace is Active, and only the namespace controller lets it go. */
export function prepareNamespace(namespace: KubeObject): void {
  namespace['spec'] = { finalizers: ['kubernetes'] }
  namespace['status'] = { phase: 'Active' }
}

/** Spec and status are changed by subresources only. */
export function keepNamespaceStatus(next: KubeObject, previous: KubeObject): void {
  next['spec'] = previous['spec']
  next['status'] = previous['status']
}

export function validateNamespace(namespace: KubeObject): Cause[] {
  return validateMetadata(namespace.metadata, checkDnsLabel)
}

export function validateNamespaceUpdate(next: KubeObject, previous: KubeObject): Cause[] {
  return [...validateMetadataUpdate(next.metadata, previous.metadata), ...validateNamespace(next)]
}

export function isTerminating(namespace: KubeObject): boolean {
  return (namespace['status'] as { phase?: string } | undefined)?.phase === 'Terminating'
}
