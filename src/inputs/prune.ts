import { PRUNE_LIMIT_MAX } from '../config/prune-limit.ts'
import type { DeclaredInputs } from './declared.ts'
import type { Parser } from './parser.ts'

/** What the step says of Secrets that are declared no more; undefined where it says nothing. */
export interface PruneInputs {
  readonly prune: boolean | undefined
  readonly pruneLimit: number | undefined
  readonly allowOlder: boolean
}

export function readPrune(parser: Parser, { source, set }: DeclaredInputs): PruneInputs {
  const prune = parser.word('prune', ['true', 'false'])
  if (prune === 'true' && source.kind === 'inline' && set === undefined)
    parser.invalid(
      'inputs `name` and `prune` without `set`: the default set has all Secrets of the repository in it, and all but one would be deleted',
      'name the set that this one Secret makes up by `set`, or declare all Secrets in the configuration file',
    )
  return {
    prune: prune === undefined ? undefined : prune === 'true',
    pruneLimit: readLimit(parser),
    allowOlder: parser.flag('allow-older'),
  }
}

function readLimit({ text, invalid }: Parser): number | undefined {
  const limit = text('prune-limit')
  if (limit === undefined) return undefined
  if (!/^\d{1,6}$/.test(limit) || Number(limit) > PRUNE_LIMIT_MAX)
    invalid(
      `input \`prune-limit\` is not a number from 0 to ${PRUNE_LIMIT_MAX}`,
      'write how many Secrets may be deleted at once: `25`',
    )
  return Number(limit)
}
