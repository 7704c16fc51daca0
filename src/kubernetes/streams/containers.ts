import type { Http } from '../http.ts'
import { createExec, type Exec } from './exec.ts'
import { createForward, type Forward } from './forward.ts'
import { createPods, type Pods } from './pods.ts'
import type { Upgrade } from './upgrade.ts'

/** Containers that run, and the two ways into them. */
export interface Containers extends Pods {
  readonly exec: Exec
  readonly forward: Forward
}

export function createContainers(http: Http, upgrade: Upgrade): Containers {
  return { ...createPods(http), exec: createExec(upgrade), forward: createForward(upgrade) }
}
