import type { ActionError } from '../error.ts'
import type { Mode } from '../input-table.ts'
import { asMarkdown, codeSpan } from './markdown.ts'
import type { ModeReport } from './mode-report.ts'

/** The runner drops a step's summary that is larger than a mebibyte (FileCommandManager.cs); some room is left. */
const SIZE_LIMIT = 1_000_000
/** Problems that are listed, and characters of each message and hint: as Markdown together well under the limit. */
const PROBLEM_LIMIT = 100
const TEXT_LIMIT = 1_000

/** What the heading says of a run that did not do what it was to do. */
const FAILED = {
  apply: 'Secrets were not applied',
  render: 'Nothing was rendered',
  rollback: 'Secrets were not rolled back',
  scan: 'Nothing is known: the scan did not end',
} as const satisfies Record<Mode, string>

/** The job summary of a run, in Markdown: what failed, and what the mode tells. Cut to the runner's limit. */
export function summaryOf(
  report: Pick<ModeReport, 'title' | 'summary'> | undefined,
  failure: ActionError | undefined,
  mode: Mode,
): string {
  const title =
    report?.title ?? `${FAILED[mode]}${failure === undefined ? '' : `: ${codeSpan(failure.code)}`}`
  const head = [`### ${title}`, '', ...(failure === undefined ? [] : failureLines(failure))]
  if (report === undefined) return `${head.join('\n')}\n`
  return cut([...head, ...report.summary.head], report.summary.rows)
}

function failureLines({ problems }: ActionError): readonly string[] {
  const shown = problems.slice(0, PROBLEM_LIMIT)
  const rest = problems.length - shown.length
  return [
    ...shown.map(({ message, hint }) => `- ${asMarkdown(shorten(message))} — ${asMarkdown(shorten(hint))}`),
    ...(rest === 0 ? [] : [`- ${rest} more problems are in the log.`]),
    '',
  ]
}

function shorten(text: string): string {
  return text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT)}…`
}

/** As many rows as fit, and how many were left out. */
function cut(head: readonly string[], all: readonly string[]): string {
  let size = Buffer.byteLength(head.join('\n'))
  const fitting = all.filter((row) => (size += Buffer.byteLength(row) + 1) < SIZE_LIMIT)
  const rest = all.length - fitting.length
  return `${[...head, ...fitting, ...(rest === 0 ? [] : ['', `${rest} more rows are in the log.`])].join('\n')}\n`
}
