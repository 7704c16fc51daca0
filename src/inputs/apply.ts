import type { Parser } from './parser.ts'
import { readRollout, type RolloutInputs } from './rollout.ts'
import { readRun, type RunInputs } from './run.ts'
import { readWriting, type WritingInputs } from './writing.ts'

export interface ApplyInputs extends RunInputs, WritingInputs, RolloutInputs {
  readonly mode: 'apply'
}

export function readApply(parser: Parser): ApplyInputs {
  return { mode: 'apply', ...readRun(parser), ...readWriting(parser), ...readRollout(parser) }
}
