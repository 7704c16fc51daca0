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
  /** Calls back with each event from now on; answers how to end that. */
  subscribe(listener: (event: StoredEvent) => void): () => void
  /** What happened after a resourceVersion; undefined where that is forgotten. */
  since(resourceVersion: number): readonly StoredEvent[] | undefined
  /** Forgets all that happened so far. */
  forget(): void
}

export interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly of: Resource
  readonly object: KubeObject
  readonly revision: number
}

/** How many events are remembered. */
const HISTORY = 2_000

type Names = Map<string, KubeObject>

export function createStorage(): Storage {
  const kinds = new Map<string, Map<string, Names>>()
  let revision = 100
  let forgotten = 0
  let history: StoredEvent[] = []
  const listeners = new Set<(event: StoredEvent) => void>()
  const emit = (type: StoredEvent['type'], of: Resource, object: KubeObject): void => {
    const event = { type, of, object, revision }
    history.push(event)
    if (history.length > HISTORY) forgotten = history.shift()?.revision ?? forgotten
    for (const listener of listeners) listener(event)
  }
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
      const names = namesIn(of, object.metadata.namespace ?? '')
      const isNew = !names.has(object.metadata.name ?? '')
      names.set(object.metadata.name ?? '', stored)
      emit(isNew ? 'ADDED' : 'MODIFIED', of, stored)
      return stored
    },
    remove(of, object) {
      const { metadata } = object
      revision++
      const had = namesIn(of, metadata.namespace ?? '').delete(metadata.name ?? '')
      if (had)
        emit('DELETED', of, { ...object, metadata: { ...metadata, resourceVersion: String(revision) } })
    },
    revision: () => String(revision),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    since: (from) => (from < forgotten ? undefined : history.filter((event) => event.revision > from)),
    forget() {
      history = []
      forgotten = revision
    },
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
