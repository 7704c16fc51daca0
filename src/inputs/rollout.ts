import type { OnFailure } from '../kubernetes/attempt.ts'
import { NAMED_WORKLOAD, parseNamedWorkload, type RestartPolicy } from '../kubernetes/consumers/policy.ts'
import type { RestartWith } from '../kubernetes/consumers/restarts.ts'
import type { Parser } from './parser.ts'

/** What becomes of the workloads that use what changes. */
export interface RolloutInputs {
  /** For Secrets that say nothing of their own; undefined: nothing is restarted for them. */
  readonly restart: RestartPolicy | undefined
  readonly restartWith: RestartWith
  readonly rolloutTimeoutMs: number
  readonly showLogs: boolean
  readonly onFailure: OnFailure
}

export function readRollout(parser: Parser): RolloutInputs {
  return {
    restart: readRestart(parser),
    restartWith: parser.word('restart-with', ['digest', 'restartedAt']) ?? 'digest',
    rolloutTimeoutMs: parser.duration('rollout-timeout'),
    showLogs: parser.flag('show-logs'),
    onFailure: parser.word('on-failure', ['rollback', 'keep']) ?? 'rollback',
  }
}

function readRestart({ list, invalid }: Parser): RestartPolicy | undefined {
  const words = list('restart')
    .map((word) => word.replace(/^-?\[?|\]$/g, ''))
    .filter((word) => word !== '')
  const [word] = words
  if (word === undefined) return undefined
  if (words.length === 1 && (word === 'auto' || word === 'none')) return word
  const named = words.map(parseNamedWorkload)
  if (named.some((each) => each === undefined))
    invalid(
      'input `restart` is neither auto nor none, nor a list of workloads',
      `write ${NAMED_WORKLOAD}, separated by commas or lines`,
    )
  return named.filter((each) => each !== undefined)
}
