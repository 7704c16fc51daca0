import type { Cluster } from '../kubernetes/cluster.ts'
import { describeVerified } from '../report/verification.ts'
import type { Check } from '../verify/check.ts'
import { verificationFailure } from '../verify/failure.ts'
import { createProbes } from '../verify/probes.ts'
import { verify, type Verified } from '../verify/run.ts'
import type { World } from './world.ts'

/** The checks of a run, and what became of them. */
export interface Verification {
  /** Makes them, in their own time, and says how they end. Throws the error of those that fail. */
  readonly make: (checks: readonly Check[]) => Promise<void>
  readonly verified: () => readonly Verified[]
}

export function createVerification(cluster: Cluster, { effects, deadline }: World): Verification {
  let verified: readonly Verified[] = []
  return {
    verified: () => verified,
    async make(checks) {
      deadline.extend(longest(checks))
      const probes = createProbes(cluster, effects.env)
      verified = await verify(checks, { ...effects, deadline, probes })
      describeVerified(verified, effects.log)
      const failure = verificationFailure(verified)
      if (failure !== undefined) throw failure
    },
  }
}

/** What checks may take, however often they are tried, in milliseconds. They are made at once. */
function longest(checks: readonly Check[]): number {
  const each = checks.map(
    ({ attempts: { retries, intervalMs, timeoutMs } }) => timeoutMs + retries * (intervalMs + timeoutMs),
  )
  return Math.max(0, ...each)
}
