/**
 * The three functions of the metadata proposal that @peculiar/x509's container asks for, on `Reflect`.
 * Import it before @peculiar/x509, which refuses to load without them.
 */
const store = new WeakMap<object, Map<unknown, unknown>>()

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const entries = store.get(target) ?? new Map<unknown, unknown>()
  store.set(target, entries.set(key, value))
}

function getOwnMetadata(key: unknown, target: object): unknown {
  return store.get(target)?.get(key)
}

function getMetadata(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (store.get(at)?.has(key) === true) return getOwnMetadata(key, at)
  }
  return undefined
}

if (!('getMetadata' in Reflect)) Object.assign(Reflect, { defineMetadata, getOwnMetadata, getMetadata })
