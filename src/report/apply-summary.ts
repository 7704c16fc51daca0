import type { Applied } from '../kubernetes/apply.ts'
import type { Change } from '../kubernetes/diff.ts'
import type { ApplyOutcome } from '../outcome.ts'
import { asMarkdown, codeCell, codeSpan } from './markdown.ts'
import type { SummaryBody } from './mode-report.ts'
import { countActions, countDeleted, countSkipped, nameOf } from './plan.ts'
import { plural } from './plural.ts'
import { summarizeRecovered } from './recovered.ts'
import { FATES } from './result.ts'
import { rolloutRows } from './rollouts.ts'
import { verificationRows } from './verification.ts'

const TABLE_HEAD = ['| Secret | Key | Action | Source |', '| --- | --- | --- | --- |']

/** The heading of the summary; undefined where Secrets were not applied. */
export function applyTitle(outcome: ApplyOutcome): string | undefined {
  if (outcome.kind === 'failed') return undefined
  const { create, update, unchanged, delete: deleted } = countActions(outcome.plan)
  const skipped = countSkipped(outcome.plan)
  if (outcome.kind === 'dry-run')
    return `Dry run: ${create} to create, ${update} to update, ${unchanged} unchanged${countDeleted(outcome.plan, 'to delete')}${skipped}`
  return create + update + deleted === 0
    ? `Nothing to do: ${plural(unchanged, 'Secret')} as declared${skipped}`
    : `Secrets applied: ${create} created, ${update} updated, ${unchanged} unchanged${countDeleted(outcome.plan, 'deleted')}${skipped}`
}

/** What each Secret got, key by key, and from where. */
export function applySummary(outcome: ApplyOutcome): SummaryBody {
  const head = [
    `Set ${codeSpan(outcome.set.name)} on ${codeSpan(outcome.cluster)}${outcome.environment === undefined ? '' : `, environment ${codeSpan(outcome.environment)}`}`,
    ...outcome.recovered.map((each) => `Before that: ${asMarkdown(summarizeRecovered(each))}.`),
    ...outcome.namespaces.map((name) => `Created the namespace ${codeSpan(name)}.`),
    '',
    ...TABLE_HEAD,
  ]
  return { head, rows: rowsOf(outcome) }
}

function rowsOf({ plan, applied, rollouts, verified }: ApplyOutcome): readonly string[] {
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
  const spared = plan.spared.map(
    ({ namespace, name, why }) =>
      `| ${codeCell(`${namespace}/${name}`)} | | not deleted: ${asMarkdown(why)} | |`,
  )
  return [...changed, ...skipped, ...spared, ...rolloutRows(rollouts), ...verificationRows(verified)]
}

function actionOf(change: Change, applied: Applied | undefined): string {
  if (applied === undefined || applied.fate === 'written') return change.action
  return change.action === 'unchanged' ? 'unchanged' : `${change.action}: ${FATES[applied.fate]}`
}
