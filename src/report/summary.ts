import type { ActionError } from '../error.ts'
import type { Applied } from '../kubernetes/apply.ts'
import type { Change } from '../kubernetes/diff.ts'
import type { Outcome } from '../outcome.ts'
import { asMarkdown, codeCell, codeSpan } from './markdown.ts'
import { countActions, countSkipped, nameOf, plural } from './plan.ts'
import { summarizeRecovered } from './recovered.ts'
import { FATES } from './result.ts'

/** The runner drops a step's summary that is larger than a mebibyte (FileCommandManager.cs); some room is left. */
const SIZE_LIMIT = 1_000_000
/** Problems that are listed, and characters of each message and hint: as Markdown together well under the limit. */
const PROBLEM_LIMIT = 100
const TEXT_LIMIT = 1_000

/** The job summary of a run, in Markdown: what each Secret got, key by key, and from where. Cut to the runner's limit. */
export function summaryOf(outcome: Outcome | undefined, failure: ActionError | undefined): string {
  const head = [
    `### ${titleOf(outcome, failure)}`,
    '',
    ...(failure === undefined ? [] : failureLines(failure)),
  ]
  if (outcome === undefined) return `${head.join('\n')}\n`
  const facts = [
    `Set ${codeSpan(outcome.set.name)} on ${codeSpan(outcome.cluster)}${outcome.environment === undefined ? '' : `, environment ${codeSpan(outcome.environment)}`}`,
    ...outcome.recovered.map((each) => `Before that: ${asMarkdown(summarizeRecovered(each))}.`),
    ...outcome.namespaces.map((name) => `Created the namespace ${codeSpan(name)}.`),
    '',
  ]
  return cut([...head, ...facts, ...TABLE_HEAD], rows(outcome))
}

const TABLE_HEAD = ['| Secret | Key | Action | Source |', '| --- | --- | --- | --- |']

function titleOf(outcome: Outcome | undefined, failure: ActionError | undefined): string {
  if (outcome === undefined || outcome.kind === 'failed')
    return `Secrets were not applied${failure === undefined ? '' : `: ${codeSpan(failure.code)}`}`
  const { create, update, unchanged } = countActions(outcome.plan)
  const skipped = countSkipped(outcome.plan)
  if (outcome.kind === 'dry-run')
    return `Dry run: ${create} to create, ${update} to update, ${unchanged} unchanged${skipped}`
  return create + update === 0
    ? `Nothing to do: ${plural(unchanged, 'Secret')} as declared${skipped}`
    : `Secrets applied: ${create} created, ${update} updated, ${unchanged} unchanged${skipped}`
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

function rows({ plan, applied }: Outcome): readonly string[] {
  const fates = new Map(applied.map((each) => [each.change, each]))
  const skipped = plan.skipped.map(
    ({ namespace, name }) => `| ${codeCell(`${namespace}/${name}`)} | | skipped | |`,
  )
  const changed = plan.changes.flatMap((change) => {
    const whole = `| ${codeCell(nameOf(change))} | | ${actionOf(change, fates.get(change))} | |`
    const keys = change.keys.map(
      ({ key, action, source }) =>
        `| | ${codeCell(key)} | ${action} | ${source === '' ? '' : codeCell(source)} |`,
    )
    return change.action === 'unchanged' ? [whole] : [whole, ...keys]
  })
  return [...changed, ...skipped]
}

function actionOf(change: Change, applied: Applied | undefined): string {
  if (applied === undefined || applied.fate === 'written') return change.action
  return change.action === 'unchanged' ? 'unchanged' : `${change.action}: ${FATES[applied.fate]}`
}

/** As many rows as fit, and how many were left out. */
function cut(head: readonly string[], all: readonly string[]): string {
  let size = Buffer.byteLength(head.join('\n'))
  const fitting = all.filter((row) => (size += Buffer.byteLength(row) + 1) < SIZE_LIMIT)
  const rest = all.length - fitting.length
  return `${[...head, ...fitting, ...(rest === 0 ? [] : ['', `${rest} more rows are in the log.`])].join('\n')}\n`
}
