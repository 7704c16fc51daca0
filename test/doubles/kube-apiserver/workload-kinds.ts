import { isDeepStrictEqual } from 'node:util'
import { asJson, isJsonObject, type JsonObject, type KubeObject } from './object.ts'

/** The part of an object that it is to be. */
export function specOf(object: KubeObject): JsonObject {
  const { spec } = asJson(object)
  return isJsonObject(spec) ? spec : {}
}

/** The defaults, as far as anybody here looks at them. */
export function normalizeWorkload(object: KubeObject): void {
  const spec = specOf(object)
  if (object.kind === 'DaemonSet') spec['updateStrategy'] ??= { type: 'RollingUpdate' }
  else spec['replicas'] ??= 1
  if (object.kind === 'StatefulSet')
    spec['updateStrategy'] ??= { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }
  object['spec'] = spec
}

export function prepareWorkload(object: KubeObject): void {
  object.metadata.generation = 1
  object['status'] = {}
}

/** Status is its controller's; a changed spec is a new generation. */
export function keepWorkloadStatus(next: KubeObject, previous: KubeObject): void {
  next['status'] = previous['status']
  const same = isDeepStrictEqual(next['spec'], previous['spec'])
  next.metadata.generation = (previous.metadata.generation ?? 0) + (same ? 0 : 1)
}
