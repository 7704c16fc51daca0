import type { Parser } from './parser.ts'
import { readRollout, type RolloutInputs } from './rollout.ts'
import { readRun, type RunInputs } from './run.ts'
import { readWriting, type WritingInputs } from './writing.ts'

export interface RollbackInputs extends RunInputs, WritingInputs, RolloutInputs {
  readonly mode: 'rollback'
}

export function readRollback(parser: Parser): RollbackInputs {
  return { mode: 'rollback', ...readRun(parser), ...readWriting(parser), ...readRollout(parser) }
}
