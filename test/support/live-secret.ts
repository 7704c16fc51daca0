import type { AppliedSecret, LiveSecret, ManagedFields } from '../../src/kubernetes/cluster.ts'
import type { SecretManifest } from '../../src/manifests/manifest.ts'
import { plainSecret } from './plain-secret.ts'

/** A manifest `app/web` of these values, each from `env://KEY`; undefined for an optional one that is absent. */
export function manifestOf(
  data: Readonly<Record<string, string | undefined>>,
  overrides: Partial<SecretManifest> = {},
): SecretManifest {
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    kind: 'Secret',
    namespace: 'app',
    name: 'web',
    type: 'Opaque',
    data: new Map(
      entries.map(([key, value]) => [
        key,
        { value: value === undefined ? undefined : plainSecret(value), source: `env://${key}` },
      ]),
    ),
    labels: {},
    annotations: {},
    immutable: false,
    at: { file: '.github/secretferry.yml', line: 3, column: 3 },
    ...overrides,
  }
}

/** One entry of managedFields that owns nothing but what is said. */
export function managedBy(manager: string, owned: Partial<ManagedFields> = {}): ManagedFields {
  return {
    manager,
    operation: 'Apply',
    dataKeys: new Set(),
    labels: new Set(),
    annotations: new Set(),
    ownsType: false,
    ownsImmutable: false,
    ...owned,
  }
}

/** The live object that a server makes of an apply by `manager`, where nothing was before. */
export function liveOf(
  applied: AppliedSecret,
  manager: string,
  overrides: Partial<LiveSecret> = {},
): LiveSecret {
  const own = managedBy(manager, {
    dataKeys: new Set(applied.data.keys()),
    labels: new Set(Object.keys(applied.labels)),
    annotations: new Set(Object.keys(applied.annotations)),
    ownsType: true,
    ownsImmutable: applied.immutable,
  })
  return {
    namespace: applied.namespace,
    name: applied.name,
    uid: '7d3c1f8e-0000-4000-8000-000000000001',
    resourceVersion: '100',
    type: applied.type ?? 'Opaque',
    immutable: applied.immutable,
    data: applied.data,
    labels: applied.labels,
    annotations: applied.annotations,
    ownerReferences: [],
    managedFields: [own],
    deleting: false,
    metadata: { name: applied.name, resourceVersion: '100', labels: applied.labels },
    ...overrides,
  }
}
