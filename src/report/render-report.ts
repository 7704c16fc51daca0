import type { OutputName } from '../output-table.ts'
import type { RenderOutcome } from '../outcome.ts'
import type { PlannedFile } from '../render/plan-files.ts'
import { objectName } from '../render/rendered-file.ts'
import { committedOutputs, describeCommitted } from './committed.ts'
import { codeCell, codeSpan } from './markdown.ts'
import type { AuditLine, ModeReport, SummaryBody } from './mode-report.ts'
import { countFiles, summarizeFiles } from './render-plan.ts'

const DONE = ['create', 'update', 'remove']
const TABLE_HEAD = ['| File | Key | Action | Source |', '| --- | --- | --- | --- |']

export function renderReport(outcome: RenderOutcome): ModeReport {
  return {
    describe: (log) => {
      log.info(titleOf(outcome))
      if (outcome.committed !== undefined) log.info(describeCommitted(outcome.committed))
    },
    get title() {
      return titleOf(outcome)
    },
    get summary() {
      return summaryOf(outcome)
    },
    get outputs() {
      return outputsOf(outcome)
    },
    get planFile() {
      return planFile(outcome)
    },
    get audit() {
      return { kind: outcome.kind, set: outcome.set.name, lines: auditOf(outcome) }
    },
  }
}

function titleOf({ kind, planned, directory }: RenderOutcome): string {
  const counts = countFiles(planned)
  const { create, update, unchanged, remove, stale } = counts
  const left = stale === 0 ? '' : `, ${stale} stale`
  if (kind === 'dry-run') return `Dry run: nothing was written; ${summarizeFiles(counts)}`
  if (create + update + remove === 0)
    return `Nothing to do: ${unchanged} files in ${directory} as declared${left}`
  const deleted = remove === 0 ? '' : `, ${remove} deleted`
  return `Rendered to ${directory}: ${create} created, ${update} updated, ${unchanged} unchanged${deleted}${left}`
}

function summaryOf({ set, environment, deliver, directory, planned }: RenderOutcome): SummaryBody {
  const where = environment === undefined ? '' : `, environment ${codeSpan(environment)}`
  return {
    head: [
      `Set ${codeSpan(set.name)} in ${codeSpan(directory)}${where}, delivered by ${codeSpan(deliver)}`,
      '',
      ...TABLE_HEAD,
    ],
    rows: planned.flatMap(rowsOf),
  }
}

function rowsOf({ name, action, object }: PlannedFile): readonly string[] {
  const whole = `| ${codeCell(name)} | | ${action} | |`
  if (action === 'unchanged' || object === undefined) return [whole]
  const keys = object.keys.map(
    ({ key, action: keyAction, source }) =>
      `| | ${codeCell(key)} | ${keyAction} | ${source === '' ? '' : codeCell(source)} |`,
  )
  return [whole, ...keys]
}

function outputsOf({
  planned,
  directory,
  deliver,
  committed,
}: RenderOutcome): Readonly<Partial<Record<OutputName, string>>> {
  const named = (action: PlannedFile['action']): string =>
    JSON.stringify(
      planned.flatMap((file) =>
        file.action === action && file.object !== undefined ? [objectName(file.object)] : [],
      ),
    )
  return {
    changed: String(planned.some(({ action }) => DONE.includes(action))),
    created: named('create'),
    updated: named('update'),
    unchanged: named('unchanged'),
    results: JSON.stringify(planned.flatMap(resultOf)),
    files: JSON.stringify(planned.map(({ name, action }) => ({ path: `${directory}/${name}`, action }))),
    ...(deliver === 'ecs' ? { 'ecs-secrets': ecsSecrets(planned) } : {}),
    ...(committed === undefined ? {} : committedOutputs(committed)),
  }
}

/** As aws-actions/amazon-ecs-render-task-definition takes them. */
function ecsSecrets(planned: readonly PlannedFile[]): string {
  return planned
    .flatMap(({ content, object }) => {
      if (typeof content !== 'string' || object?.kind !== 'ContainerDefinition') return []
      const { secrets } = JSON.parse(content) as { secrets: readonly { name: string; valueFrom: string }[] }
      return secrets.map(({ name, valueFrom }) => `${name}=${valueFrom}`)
    })
    .join('\n')
}

function resultOf({ name, action, object }: PlannedFile): readonly object[] {
  if (object === undefined) return []
  const { namespace, keys } = object
  return [{ namespace, name: object.name, keys: keys.map(({ key }) => key), action, file: name }]
}

/** The content of the plan file: what was to happen, by names. */
function planFile({ set, environment, deliver, directory, planned }: RenderOutcome): string {
  const content = {
    version: 1,
    set: set.name,
    environment: environment ?? null,
    deliver,
    directory,
    files: planned.map(({ name, action, object }) => ({ name, action, object: object ?? null })),
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

function auditOf({ kind, planned, directory }: RenderOutcome): readonly AuditLine[] {
  if (kind === 'dry-run') return []
  return planned
    .filter(({ action }) => DONE.includes(action))
    .map(({ name, action, object }) => ({
      level: 'info',
      message: `file ${action === 'remove' ? 'deleted' : `${action}d`}`,
      request_id: null,
      duration_ms: null,
      file: `${directory}/${name}`,
      namespace: object?.namespace ?? null,
      name: object?.name ?? null,
      keys: (object?.keys ?? []).map(({ key, action: keyAction }) => ({ key, action: keyAction })),
      action,
    }))
}
