import type { Config } from '../config/config.ts'
import type { ApplyInputs } from '../inputs/apply.ts'
import { handOver as handOverSecrets, type Successor } from '../kubernetes/hand-over.ts'
import { identifySet } from '../kubernetes/set.ts'
import type { HandOverOutcome } from '../outcome.ts'
import type { World } from './world.ts'

/** `mode: apply` where somebody else makes the Secrets: its half of handing over to them. No value is read, none is written. */
export async function handOver(
  config: Config,
  successor: Successor,
  { inputs, world }: { inputs: ApplyInputs; world: World },
): Promise<HandOverOutcome> {
  const { effects } = world
  const cluster = await world.cluster()
  const set = identifySet(config.set)
  const defaultNamespace = cluster.defaultNamespace ?? 'default'
  const secrets = config.secrets.flatMap(({ name, type, namespaces }) =>
    (namespaces.length === 0 ? [defaultNamespace] : namespaces).map((namespace) => ({
      namespace,
      name,
      type,
    })),
  )
  const { dryRun } = inputs
  const handed = await handOverSecrets(cluster, secrets, { set, successor, dryRun, scrub: effects.scrub })
  const { environment } = config
  return {
    mode: 'hand-over',
    kind: dryRun ? 'dry-run' : 'applied',
    set,
    environment,
    successor,
    cluster: cluster.describe,
    handed,
    failure: undefined,
  }
}
