import type { Plain } from './document.ts'

type PlainMap = { readonly [key: string]: Plain }

/** The file for one environment: its mappings merged over the file's own, `null` removing, `environments` kept. */
export function forEnvironment(root: PlainMap, environment: string | undefined): PlainMap {
  const environments = root['environments']
  const chosen = environment !== undefined && isMapping(environments) ? environments[environment] : undefined
  if (!isMapping(chosen)) return root
  return merge(root, chosen)
}

/** Mappings merge by key, lists and scalars replace, `null` removes. */
export function merge(base: PlainMap, overlay: PlainMap): PlainMap {
  const merged = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(overlay)) {
    const former = merged.get(key)
    if (value === null) merged.delete(key)
    else if (isMapping(value)) merged.set(key, merge(isMapping(former) ? former : {}, value))
    else merged.set(key, value)
  }
  return Object.fromEntries(merged)
}

export function isMapping(value: Plain | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
