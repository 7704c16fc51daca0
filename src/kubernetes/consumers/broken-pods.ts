import { setTimeout as sleep } from 'node:timers/promises'
import { mapping, text } from '../objects.ts'
import { refusalOf } from '../refusal.ts'
import type { ApiObject, Workloads } from '../workloads.ts'
import { isReady, revisionOf, selectorOf } from './failing-pod.ts'
import type { Restart } from './restarts.ts'

const POLL_MS = 1_000

/**
 * Deletes, until `ended`, the pods of a StatefulSet that are of another revision than it is to have now and not ready:
 * its controller waits for them for ever. Answers the names of those that may not be deleted.
 */
export async function deleteBrokenPods(
  restart: Restart,
  { workloads, ended }: { workloads: Workloads; ended: () => boolean },
): Promise<readonly string[]> {
  const stuck = new Set<string>()
  while (!ended()) {
    try {
      for (const pod of await brokenPods(restart, workloads)) {
        const { name, uid } = mapping(pod['metadata'])
        const ref = { kind: 'Pod', namespace: restart.namespace, name: text(name), uid: text(uid) } as const
        await workloads.deletePod(ref).catch((error: unknown) => {
          if (refusalOf(error)?.kind !== 'rbac') throw error
          stuck.add(ref.name)
        })
      }
    } catch (error) {
      if (refusalOf(error) === undefined) throw error
    }
    await sleep(POLL_MS)
  }
  return [...stuck]
}

/** Once the controller has seen the template: before, it would make them again as they were. */
async function brokenPods(restart: Restart, workloads: Workloads): Promise<readonly ApiObject[]> {
  const object = await workloads.read(restart)
  const status = mapping(object?.['status'])
  const generation = mapping(object?.['metadata'])['generation']
  if (object === undefined || status['observedGeneration'] !== generation) return []
  const wanted = text(status['updateRevision'])
  const found: ApiObject[] = []
  await workloads.list(
    { kind: 'Pod', namespace: restart.namespace },
    (pod) => {
      const deleting = mapping(pod['metadata'])['deletionTimestamp'] !== undefined
      if (revisionOf(pod) !== wanted && !isReady(pod) && !deleting) found.push(pod)
    },
    { labelSelector: selectorOf(object) },
  )
  return found
}
