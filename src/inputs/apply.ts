import type { Parser } from './parser.ts'
import { readPrune, type PruneInputs } from './prune.ts'
import { readRollout, type RolloutInputs } from './rollout.ts'
import { readRun, type RunInputs } from './run.ts'
import { readWriting, type WritingInputs } from './writing.ts'

export interface ApplyInputs extends RunInputs, WritingInputs, RolloutInputs, PruneInputs {
  readonly mode: 'apply'
}

export function readApply(parser: Parser): ApplyInputs {
  const run = readRun(parser)
  return {
    mode: 'apply',
    ...run,
    ...readWriting(parser),
    ...readRollout(parser),
    ...readPrune(parser, run),
  }
}
