import type { Config } from '../config/config.ts'
import { readConfig } from '../config/read.ts'
import { cancelled } from '../deadline.ts'
import type { Effects } from '../effects.ts'
import { ActionError, throwIfAny } from '../error.ts'
import type { RenderInputs } from '../inputs/render.ts'
import { identifySet } from '../kubernetes/set.ts'
import type { FoundFile } from '../output-files.ts'
import type { RenderOutcome } from '../outcome.ts'
import { commitRendered } from '../render/commit.ts'
import { demandPlace } from '../render/allowed-place.ts'
import { checkSealed, demandSealed } from '../render/check-sealed.ts'
import { fileNamer } from '../render/file-name.ts'
import { editsOf, planFiles, type PlannedFile } from '../render/plan-files.ts'
import { demandPrintable, printPlanned, STANDARD_OUTPUT } from '../render/printed.ts'
import type { Rendering, RenderJob } from '../render/renderer.ts'
import { FINISHERS, RENDERERS } from '../render/renderers.ts'
import { settleConfig } from '../render/settle-config.ts'
import { describeFiles } from '../report/render-plan.ts'
import type { World } from './world.ts'

/** Values in, files out, all or nothing: sealed for Git, or as they are where nobody else reads them. */
export async function render(inputs: RenderInputs, world: World): Promise<RenderOutcome> {
  const { effects, deadline } = world
  const config = settleConfig(await readConfig(inputs, effects), inputs)
  const directory = directoryOf(config)
  const isPrinted = directory === STANDARD_OUTPUT
  if (isPrinted) demandPrintable(config, inputs, effects)
  else await demandPlace(config, directory, effects)
  const existing = isPrinted ? new Map<string, FoundFile>() : await effects.output.list(directory)
  const set = identifySet(config.set)
  const job: RenderJob = { config, inputs, set, world, existing, fileName: fileNamer(config.secrets) }
  demandSealed(job)
  const { files, problems, notices, certificate } = await renderAll(job)
  const { removeStale } = inputs
  const plan = planFiles(files, { existing, set: set.name, directory, removeStale })
  throwIfAny([...problems, ...plan.problems])
  await checkSealed(job, plan.planned, certificate)
  for (const notice of notices) effects.log.notice(notice)
  describeFiles(plan.planned, { set, directory, log: effects.log })
  if (deadline.cancelled) throw cancelled()
  // First, for it can be refused: the files are then as they were.
  const committed = inputs.dryRun ? undefined : await commitRendered(plan.planned, { ...job, directory })
  if (!inputs.dryRun) await write(plan.planned, { directory, effects })
  const { environment, deliver } = config
  const kind = inputs.dryRun ? 'dry-run' : 'rendered'
  const { planned } = plan
  return {
    mode: 'render',
    kind,
    set,
    environment,
    deliver,
    directory,
    planned,
    committed,
    failure: undefined,
  }
}

async function renderAll(job: RenderJob): Promise<Rendering> {
  let rendering = await RENDERERS[job.config.deliver](job)
  for (const finish of FINISHERS) rendering = await finish(rendering, job)
  return rendering
}

async function write(
  planned: readonly PlannedFile[],
  { directory, effects }: { directory: string; effects: Effects },
): Promise<void> {
  const edits = editsOf(planned)
  if (directory === STANDARD_OUTPUT) await printPlanned(planned, effects.print)
  else if (edits.length > 0) await effects.output.edit(directory, edits)
}

function directoryOf({ outputDirectory }: Config): string {
  if (outputDirectory !== undefined) return outputDirectory
  throw new ActionError({
    code: 'INPUT_INVALID',
    message: 'where to render to is not said',
    hint: 'set `output-directory` in the file, in its environment or as an input: `k8s/overlays/staging`',
  })
}
