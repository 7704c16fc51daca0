import type { Config } from '../config/config.ts'
import { readConfig } from '../config/read.ts'
import type { Effects } from '../effects.ts'
import { ActionError, throwIfAny, type Problem } from '../error.ts'
import type { ApplyInputs } from '../inputs/apply.ts'
import type { Settled } from '../journal/settle.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { nameGenerations } from '../kubernetes/generations.ts'
import { probe } from '../kubernetes/probe.ts'
import { identifySet } from '../kubernetes/set.ts'
import { type ApplyOutcome, type HandOverOutcome } from '../outcome.ts'
import { handOver } from './hand-over.ts'
import { prepare, type Prepared } from './prepare.ts'
import { isPruning, pruningOf, tellOlder } from './prune.ts'
import type { World } from './world.ts'
import { deliver, type Wanted } from './deliver.ts'

/**
 * The main job: values in, Secrets on the API server, all or nothing. Throws when nothing was written at all. Where somebody
 * else makes the Secrets, they are handed over instead.
 */
export async function apply(inputs: ApplyInputs, world: World): Promise<ApplyOutcome | HandOverOutcome> {
  const { effects } = world
  const config = await readConfig(inputs, effects)
  const { deliver: delivery } = config
  if (delivery === 'sealed-secret' || delivery === 'external-secret')
    return handOver(config, delivery, { inputs, world })
  sayUnpushed(config, effects.log)
  const set = identifySet(config.set)
  const cluster = await world.cluster()
  const { githubSecrets } = inputs
  const defaultNamespace = cluster.defaultNamespace ?? 'default'
  const prepared = await prepare(config, { world, githubSecrets, defaultNamespace })
  const { manifests, checks, problems } = prepared
  if (problems.length > 0) throwIfAny([...problems, ...(await alsoWrong(cluster, { ...prepared, inputs }))])
  const restart = inputs.restart ?? 'none'
  const declared = manifests.map((manifest) => ({ restart, ...manifest }))
  const takeOver = [inputs.takeOver, config.takeOver]
  const want = async (settled: Settled): Promise<Wanted> => {
    await tellOlder(settled, effects)
    const { manifests: wanted, ...naming } = await nameGenerations(cluster, declared, {
      ...effects,
      set,
      takeOver,
    })
    const pruning = await pruningOf(wanted, { config, inputs, effects, settled, naming })
    return { manifests: wanted, pruning, naming }
  }
  const pruning = isPruning({ config, inputs })
  const wish = {
    declared: manifests,
    needsJournal: pruning ? noInventory : undefined,
    everywhere: pruning,
    want,
  }
  return deliver(wish, { config, set, cluster, checks, inputs, world })
}

/** Only an operator pushes, by what is rendered for it. */
function sayUnpushed({ secrets }: Config, log: Effects['log']): void {
  const pushed = secrets.filter(({ push }) => push.size > 0).map(({ id }) => id)
  if (pushed.length > 0)
    log.notice(
      `\`push\` of ${pushed.join(', ')} is rendered (\`mode: render\`), and nothing is pushed by this run`,
    )
}

/** What the cluster would refuse too; not asked where somebody else's change forbids to log in. */
async function alsoWrong(
  cluster: Cluster,
  { manifests, problems, inputs }: Omit<Prepared, 'values'> & { inputs: ApplyInputs },
): Promise<readonly Problem[]> {
  const untrusted = problems.some(({ code }) => code === 'UNTRUSTED_CHANGE')
  return untrusted ? [] : probe(cluster, manifests, { createNamespaces: inputs.createNamespace })
}

function noInventory(): ActionError {
  return new ActionError({
    code: 'INPUT_INVALID',
    message:
      'Secrets that are declared no more are to be deleted (`prune`), but there is no journal that tells which were applied',
    hint: 'remove `journal: off`, or set `prune: false`',
  })
}
