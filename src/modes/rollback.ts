import type { Config } from '../config/config.ts'
import { readConfig } from '../config/read.ts'
import { ActionError } from '../error.ts'
import type { RollbackInputs } from '../inputs/rollback.ts'
import { backwards } from '../journal/former.ts'
import { namesBefore } from '../journal/names-before.ts'
import { nothingKept } from '../journal/history.ts'
import type { SetJournal } from '../journal/open.ts'
import type { Settled } from '../journal/settle.ts'
import { idOf, type Ref } from '../kubernetes/cluster.ts'
import type { RestartPolicy } from '../kubernetes/consumers/policy.ts'
import { identifySet } from '../kubernetes/set.ts'
import type { ApplyOutcome } from '../outcome.ts'
import type { Check } from '../verify/check.ts'
import { renderChecks } from '../verify/render.ts'
import { deliver, type Wanted } from './deliver.ts'
import type { World } from './world.ts'

/**
 * Puts the set back to the state before the last run that kept it. No value is read from any store: they come from the
 * journals. Everything after that is as in an apply: plan, dry runs, restarts, checks, undo.
 */
export async function rollback(inputs: RollbackInputs, world: World): Promise<ApplyOutcome> {
  const { effects } = world
  const config = await readConfig(inputs, effects)
  const set = identifySet(config.set)
  const cluster = await world.cluster()
  const defaultNamespace = cluster.defaultNamespace ?? 'default'
  const declared = policies(config, inputs.restart ?? 'none', defaultNamespace)
  const want = async (settled: Settled, journal: SetJournal): Promise<Wanted> => {
    const { run, at, writes } = await journal.former(settled)
    effects.log.info(`going back to the state before the run ${effects.scrub(run)} of ${effects.scrub(at)}`)
    const { manifests, removed } = backwards(writes, set)
    const restarted = manifests.map((manifest) => ({
      ...manifest,
      restart: declared.get(idOf(manifest))?.restart ?? inputs.restart ?? 'none',
    }))
    const pruning = { candidates: removed, declared: undefined, limit: undefined, objection: undefined }
    const naming = await namesBefore(cluster, { writes, manifests }, set)
    return { manifests: restarted, pruning, naming, goesBack: run }
  }
  const wish = { declared: [...declared.values()], everywhere: true, needsJournal: nothingKept, want }
  const checks = checksWithoutValues(config, { world, defaultNamespace })
  return deliver(wish, { config, set, cluster, checks, inputs, world })
}

/** Every Secret that the configuration declares, by `namespace/name`, with its policy of restarts. */
function policies(
  { secrets }: Config,
  otherwise: RestartPolicy,
  defaultNamespace: string,
): ReadonlyMap<string, Ref & { readonly restart: RestartPolicy }> {
  const all = secrets.flatMap(({ name, namespaces, restart = otherwise }) =>
    (namespaces.length === 0 ? [defaultNamespace] : namespaces).map((namespace) => ({
      namespace,
      name,
      restart,
    })),
  )
  return new Map(all.map((each) => [idOf(each), each]))
}

/** The checks that can be made without a value: those of now are not the former ones. */
function checksWithoutValues(
  config: Config,
  { world: { effects }, defaultNamespace }: { world: World; defaultNamespace: string },
): readonly Check[] {
  const absent = { value: undefined, source: '', version: undefined, whenAbsent: 'keep' as const }
  const values = { of: () => absent, problems: [], notices: [] }
  const { checks, problems, notices } = renderChecks(config, { ...effects, values, defaultNamespace })
  for (const { at } of notices)
    effects.log.notice('a check is left out: it needs a value, and a rollback reads none', at)
  const [first, ...rest] = problems
  if (first !== undefined) throw new ActionError([first, ...rest])
  return checks
}
