import { HISTORY_LIMIT, isHistory } from '../config/history.ts'
import type { TakeOverWish } from '../kubernetes/take-over.ts'
import type { Parser } from './parser.ts'
import { readTakeOver } from './take-over.ts'

/** What the modes take that write to the cluster. */
export interface WritingInputs {
  readonly dryRun: boolean
  readonly createNamespace: boolean
  /** Undefined: what the file says. */
  readonly journal: boolean | undefined
  readonly lockTimeoutMs: number
  /** How many former states are kept; undefined: what the file says. */
  readonly history: number | undefined
  /** What may be taken from others; undefined: what the file says. */
  readonly takeOver: TakeOverWish
}

export function readWriting(parser: Parser): WritingInputs {
  const journal = parser.word('journal', ['on', 'off'])
  return {
    dryRun: parser.flag('dry-run'),
    createNamespace: parser.flag('create-namespace'),
    journal: journal === undefined ? undefined : journal === 'on',
    lockTimeoutMs: parser.duration('lock-timeout', { zero: true }),
    history: readHistory(parser),
    takeOver: readTakeOver(parser),
  }
}

function readHistory({ text, invalid }: Parser): number | undefined {
  const number = text('history')
  if (number === undefined) return undefined
  if (!isHistory(number))
    invalid(
      `input \`history\` is not a number from 0 to ${HISTORY_LIMIT}`,
      'write how many former states are to be kept: `3`',
    )
  return Number(number)
}
