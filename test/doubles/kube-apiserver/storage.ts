import type { KubeObject } from './object.ts'
import type { Resource } from './resources.ts'

/** The objects, by kind, namespace and name. What it hands out must not be changed. */
export interface Storage {
  read(of: Resource, namespace: string, name: string): KubeObject | undefined
  /** Sorted by namespace and name; all namespaces where none is said. */
  list(of: Resource, namespace?: string): readonly KubeObject[]
  /** Keeps the object under a new resourceVersion, and answers it so. */
  write(of: Resource, object: KubeObject): KubeObject
  remove(of: Resource, object: KubeObject): void
  /** The resourceVersion of the newest write. */
  revision(): string
}

type Names = Map<string, KubeObject>

export function createStorage(): Storage {
  const kinds = new Map<string, Map<string, Names>>()
  let revision = 100
  const namespacesOf = (of: Resource): Map<string, Names> =>
    getOrMake(kinds, `${of.group}/${of.resource}`, () => new Map<string, Names>())
  const namesIn = (of: Resource, namespace: string): Names =>
    getOrMake(namespacesOf(of), namespace, () => new Map<string, KubeObject>())
  return {
    read: (of, namespace, name) => namesIn(of, namespace).get(name),
    list: (of, namespace) =>
      namespace === undefined
        ? sortedKeys(namespacesOf(of)).flatMap((each) => sorted(namesIn(of, each)))
        : sorted(namesIn(of, namespace)),
    write(of, object) {
      revision++
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } }
      namesIn(of, object.metadata.namespace ?? '').set(object.metadata.name ?? '', stored)
      return stored
    },
    remove(of, { metadata }) {
      revision++
      namesIn(of, metadata.namespace ?? '').delete(metadata.name ?? '')
    },
    revision: () => String(revision),
  }
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

function sortedKeys(map: ReadonlyMap<string, unknown>): string[] {
  return [...map.keys()].sort()
}

function sorted(names: Names): KubeObject[] {
  return sortedKeys(names).flatMap((name) => names.get(name) ?? [])
}
