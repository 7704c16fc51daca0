import type { Config } from '../config/config.ts'
import type { Effects } from '../effects.ts'
import type { Problem } from '../error.ts'
import type { DeclaredInputs } from '../inputs/declared.ts'
import type { PruneInputs } from '../inputs/prune.ts'
import { compareOrigins, readOrigin, type Origin } from '../journal/origin.ts'
import type { Settled } from '../journal/settle.ts'
import { idOf, type Ref } from '../kubernetes/cluster.ts'
import { formerIds, type Naming } from '../kubernetes/generations.ts'
import type { Pruning } from '../kubernetes/plan-deletions.ts'

/** As large as a configuration file may be; whether one is there is all that is asked. */
const SIZE_LIMIT = 1024 * 1024

export interface PruneContext {
  readonly config: Pick<Config, 'prune' | 'pruneLimit'>
  readonly inputs: PruneInputs & Pick<DeclaredInputs, 'source'>
  readonly effects: Effects
  readonly settled: Settled
  readonly naming: Naming
}

/** Whether Secrets go that are declared no more. */
export function isPruning({ config, inputs }: Pick<PruneContext, 'config' | 'inputs'>): boolean {
  return inputs.prune ?? config.prune ?? false
}

/** The configuration file, by its path in the repository; undefined where the inputs declare. */
export function fileOf(
  { source }: Pick<DeclaredInputs, 'source'>,
  { files }: Pick<Effects, 'files'>,
): string | undefined {
  return source.kind === 'file' ? files.display(source.path) : undefined
}

/** The namespaces that the file itself names: not one that an input or the kubeconfig gives. */
export function placedBy(
  { secrets }: Pick<Config, 'secrets'>,
  { source, namespace }: DeclaredInputs,
): readonly string[] {
  if (source.kind !== 'file' || namespace !== undefined) return []
  return [...new Set(secrets.flatMap(({ namespaces }) => namespaces))]
}

/** What may be deleted: whatever the journals' inventories have and the configuration has not. Undefined: nothing is to be. */
export async function pruningOf(
  declared: readonly Ref[],
  context: PruneContext,
): Promise<Pruning | undefined> {
  const { config, inputs, settled, naming } = context
  if (!isPruning(context)) return undefined
  // Which generations of what is declared go is no matter of pruning.
  const generations = formerIds(naming).filter((id) => naming.known.has(id))
  const known = new Set([...declared.map(idOf), ...generations])
  const left = [...settled.found].flatMap(([namespace, entry]) =>
    (entry?.state.inventory ?? [])
      .map((name) => ({ namespace, name, file: entry?.state.files?.[name] }))
      .filter((each) => !known.has(idOf(each))),
  )
  const candidates = await withoutOtherFiles(left, context)
  return {
    candidates,
    declared: declared.length,
    limit: inputs.pruneLimit ?? config.pruneLimit,
    objection: candidates.length === 0 ? undefined : await objectionTo(context),
  }
}

/** Two files may make up one set: what the other one applied is not for this one to delete, as long as that file is there. */
async function withoutOtherFiles(
  left: readonly (Ref & { readonly file: string | undefined })[],
  { inputs, effects }: PruneContext,
): Promise<readonly Ref[]> {
  const own = fileOf(inputs, effects)
  const others = new Map<string, boolean>()
  for (const { file } of left)
    if (file !== undefined && file !== own && !others.has(file)) others.set(file, await exists(file, effects))
  for (const [file, isThere] of others)
    if (isThere) effects.log.info(`left alone: the Secrets of the set that ${effects.scrub(file)} declares`)
  return left.filter(({ file }) => file === undefined || others.get(file) !== true)
}

async function exists(file: string, { files }: Effects): Promise<boolean> {
  // What may not be read is there.
  return files.read(file, SIZE_LIMIT).then(
    (bytes) => bytes !== undefined,
    () => true,
  )
}

async function objectionTo({ inputs, effects, settled }: PruneContext): Promise<Problem | undefined> {
  if (inputs.allowOlder) return undefined
  const own = readOrigin(effects.env)
  for (const last of lastOrigins(settled)) {
    const verdict = await compareOrigins(own, last, effects.ancestry)
    if (verdict === 'older')
      return refusal(`this run is of ${describe(own)}, older than ${describe(last)}, which applied last`)
    if (verdict === 'unknown')
      return refusal(
        `whether this run is of an older commit than ${describe(last)}, which applied last, can’t be told`,
      )
  }
  return undefined
}

function refusal(why: string): Problem {
  return {
    code: 'PRUNE_REFUSED',
    message: `nothing is deleted: ${why}`,
    hint: 'run the newest commit; where that is meant, set `allow-older: true`, or `prune: false`',
  }
}

/** Says where an older run follows a newer one. By the numbers of the runs alone: it stands in no run's way. */
export async function tellOlder(settled: Settled, { env, log }: Pick<Effects, 'env' | 'log'>): Promise<void> {
  const own = readOrigin(env)
  for (const last of lastOrigins(settled))
    if ((await compareOrigins(own, last, () => Promise.resolve(undefined))) === 'older') {
      log.warning(`this run is of ${describe(own)}, older than ${describe(last)}, which applied last`)
      return
    }
}

function lastOrigins({ found }: Settled): readonly Origin[] {
  return [...found.values()].flatMap((entry) => entry?.state.applied ?? [])
}

function describe({ commit, run }: Origin): string {
  if (commit !== undefined) return `the commit ${commit.slice(0, 10)}`
  return run === undefined ? 'a run by hand' : `the run ${run}`
}
