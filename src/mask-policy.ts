/** Shorter texts are in every log line: the runner itself would take a mask of one character (actions/runner#326). */
export const SHORTEST = 4
/** Shorter masks are taken, but the user is told that they may hit unrelated text. */
const COMFORTABLE = 8

/** What can be done with a value: `bare` is not masked, `brief` is masked with a warning. */
export type Verdict = 'blank' | 'bare' | 'brief' | 'masked'

/** Whether the whole of a value may become a mask. `text` is trimmed. */
export function judge(text: string): Verdict {
  if (text === '') return 'blank'
  if (text.length < SHORTEST || isCommon(text)) return 'bare'
  return text.length < COMFORTABLE ? 'brief' : 'masked'
}

/** Whether a part or an encoding of a value may become a mask: nothing short, common, or of punctuation alone. */
export function isMaskable(part: string): boolean {
  return part.length >= SHORTEST && !isCommon(part) && /[\p{L}\p{N}]/u.test(part)
}

/** Whether a line of a longer value may become a mask: not what many documents have alike. */
export function isMaskableLine(line: string): boolean {
  return isMaskable(line) && !ALIKE.some((pattern) => pattern.test(line))
}

export function isBrief(text: string): boolean {
  return text.length < COMFORTABLE
}

/**
 * A mask of one of these would blank out the log, and make the runner drop every job output that contains it: words
 * of ordinary logs, numbers up to five digits (ports, statuses, counts, years), one character repeated.
 */
function isCommon(text: string): boolean {
  return /^[+-]?\d{1,5}$/.test(text) || /^(.)\1*$/su.test(text) || COMMON.has(text.toLowerCase())
}

/** Lines that are armour, or say `key:` without a value (`key=` may be the end of base64), or name what is no secret. */
const ALIKE: readonly RegExp[] = [
  /^-{4,5} ?(?:BEGIN|END) [A-Z0-9 ]+-{4,5}$/,
  /^(?:- )?["']?[\w.$/-]+["']?\s*:\s*["']?[[{|>]?[+-]?$/,
  /^(?:- )?["']?(?:apiVersion|kind|type|name|namespace|cluster|context|current-context|user|version)["']?\s*:/,
]

const COMMON: ReadonlySet<string> = new Set(
  [
    'true false null none undefined enabled disabled default empty unknown yes-no on-off auto always never',
    'admin administrator root user users username guest owner public private master main',
    'prod production stage staging develop development dev-test test testing tests local localhost preview demo',
    'secret secrets password passwd pass pwd changeme change-me example sample token value values data name namespace key',
    'postgres postgresql mysql mariadb mongo mongodb redis rabbitmq sqlite elastic kafka nginx minio',
    'http https file host port string number json yaml utf-8 text opaque service_account application',
    'debug info notice warn warning error fatal trace success failure failed skipped cancelled',
    'github actions runner action kubernetes kubectl docker secretferry node linux windows macos ubuntu',
    'apply applied created updated changed unchanged removed deleted deploy release build run-id started done',
  ].flatMap((line) => line.split(' ')),
)
