import type { Effects } from '../effects.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { SetIdentity } from '../kubernetes/set.ts'
import type { Journals, Part } from './journals.ts'
import type { Origin } from './origin.ts'
import type { Holder } from './state.ts'

/** What working on journals needs. */
export interface JournalWorld extends Pick<Effects, 'now' | 'random' | 'log' | 'live' | 'scrub'> {
  readonly cluster: Cluster
  readonly set: SetIdentity
  readonly journals: Journals
  /** This run, as it stands in the journals that it holds. */
  readonly holder: Holder
  /** How many former states are kept. */
  readonly history: number
  readonly origin: Origin
  /** The configuration file, by its path in the repository; undefined where the inputs declare. */
  readonly file: string | undefined
  /** The namespaces that the file itself names. */
  readonly placed: readonly string[]
  /** Whether a holder is surely gone, as can be told on the machine that it ran on. */
  readonly isGone: (holder: Holder) => boolean
  /** Throws where the credentials may not write these further Secrets, with the rule that would allow it. */
  readonly demandParts: (namespace: string, parts: readonly Part[]) => Promise<void>
  readonly signal: () => AbortSignal
  readonly cancelled: () => boolean
}
