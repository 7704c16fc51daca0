import type { SecretSpec } from '../config/config.ts'

/**
 * What the file of each Secret is called: `NAME.yaml`, or `NAME.NAMESPACE.yaml` where the configuration has the name in
 * several namespaces. It changes with nothing but these, and is the same for every kind of object.
 */
export function fileNamer(
  secrets: readonly Pick<SecretSpec, 'name' | 'namespaces'>[],
): (object: { readonly namespace: string; readonly name: string }) => string {
  const times = new Map<string, number>()
  for (const { name, namespaces } of secrets)
    times.set(name, (times.get(name) ?? 0) + Math.max(1, namespaces.length))
  return ({ namespace, name }) =>
    (times.get(name) ?? 0) > 1 && namespace !== '' ? `${name}.${namespace}.yaml` : `${name}.yaml`
}
