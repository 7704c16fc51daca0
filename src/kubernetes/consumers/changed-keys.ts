import type { Change } from '../diff.ts'
import type { ChangedSecret } from './consumers.ts'

/** What of a Secret is another value after a change than before it; keys that only change hands are not. */
export function changedSecret({ desired, live, keys, manifest }: Change): ChangedSecret {
  const changed = keys.filter(({ key, action }) => {
    if (action === 'removed') return true
    if (action !== 'added' && action !== 'changed') return false
    const next = desired.data.get(key)
    return next === undefined || live?.data.get(key)?.equals(next) !== true
  })
  return {
    namespace: manifest.namespace,
    name: manifest.name,
    keys: new Set(changed.map(({ key }) => key)),
    annotations: desired.annotations,
  }
}

/** The keys that a change takes away. */
export function removedKeys({ keys }: Change): readonly string[] {
  return keys.filter(({ action }) => action === 'removed').map(({ key }) => key)
}
