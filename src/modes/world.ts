import type { Deadline } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import type { Cluster } from '../kubernetes/cluster.ts'

/** What a mode works in. */
export interface World {
  readonly effects: Effects
  readonly deadline: Deadline
  /** Connects at the first call; later calls answer the same Cluster. */
  readonly cluster: () => Promise<Cluster>
}
