import { isDeepStrictEqual } from 'node:util'
import type { Api } from './api.ts'
import { isTerminating } from './namespace.ts'
import { now, type KubeObject } from './object.ts'
import { quotaStatus } from './quota.ts'
import { namespaces, resourceQuotas, roleBindings, roles, secrets, type Resource } from './resources.ts'
import type { Storage } from './storage.ts'

/** What a namespace takes with it. */
const CONTENT = [secrets, roles, roleBindings, resourceQuotas]

/** Deletes the object, or marks it where finalizers hold it. Answers it as it is left, and whether it is gone. */
export function deleteObject(
  api: Api,
  of: Resource,
  live: KubeObject,
): { object: KubeObject; gone: boolean } {
  if (of === namespaces) return { object: terminate(api, live), gone: false }
  if (!live.metadata.finalizers?.length) {
    release(api, of, live)
    return { object: live, gone: true }
  }
  return { object: markDeleted(api, of, live), gone: false }
}

/** Takes the object out of storage, and with the last one a namespace that waits for that. */
export function release(api: Api, of: Resource, live: KubeObject): void {
  api.storage.remove(of, live)
  const { namespace = '' } = live.metadata
  if (of === secrets) recountQuotas(api.storage, namespace)
  settleNamespace(api, namespace)
}

/** The namespace controller's last step: a namespace that is being deleted and has nothing left goes. */
export function settleNamespace(api: Api, name: string): void {
  const namespace = name === '' ? undefined : api.storage.read(namespaces, '', name)
  if (namespace === undefined || !isTerminating(namespace)) return
  if (CONTENT.every((of) => api.storage.list(of, name).length === 0))
    api.storage.remove(namespaces, namespace)
}

/** The quota controller's work, done at once. */
export function recountQuotas(storage: Storage, namespace: string): void {
  if (namespace === '') return
  const quotas = storage.list(resourceQuotas, namespace)
  if (quotas.length === 0) return
  const count = storage.list(secrets, namespace).length
  for (const quota of quotas) {
    const status = quotaStatus(quota, count)
    if (!isDeepStrictEqual(status, quota['status'])) storage.write(resourceQuotas, { ...quota, status })
  }
}

function terminate(api: Api, namespace: KubeObject): KubeObject {
  const name = namespace.metadata.name ?? ''
  const marked = markDeleted(api, namespaces, { ...namespace, status: { phase: 'Terminating' } })
  for (const of of CONTENT) {
    for (const object of api.storage.list(of, name)) deleteObject(api, of, object)
  }
  settleNamespace(api, name)
  return marked
}

function markDeleted(api: Api, of: Resource, live: KubeObject): KubeObject {
  if (live.metadata.deletionTimestamp !== undefined) return live
  const grace = of === namespaces ? {} : { deletionGracePeriodSeconds: 0 }
  const metadata = { ...live.metadata, deletionTimestamp: now(), ...grace }
  return api.storage.write(of, { ...live, metadata })
}
