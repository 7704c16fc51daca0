import type { Log } from '../effects.ts'
import type { Change, KeyChange } from '../kubernetes/diff.ts'
import type { Plan } from '../kubernetes/plan.ts'
import { REVISIONS_ANNOTATION, type SetIdentity } from '../kubernetes/set.ts'
import { plural } from './plural.ts'
import { describeRestarts } from './rollouts.ts'
import { describeChecks } from './verification.ts'
import { takenLines, takenWarnings } from './taken.ts'

const SIGNS = {
  create: '+',
  update: '~',
  unchanged: '=',
  delete: '-',
} as const satisfies Record<Change['action'], string>

const KEY_SIGNS = {
  added: '+',
  changed: '~',
  removed: '-',
  released: '-',
  same: '=',
  kept: '=',
} as const satisfies Record<KeyChange['action'], string>

/** Says what the plan would do: Secrets and keys by name, values by the identity of their revision. */
export function describePlan(
  plan: Plan,
  { set, cluster, log }: { set: SetIdentity; cluster: string; log: Log },
): void {
  const count = countActions(plan)
  log.info(
    `Plan for the set ${set.name} on ${cluster}: ${count.create} to create, ${count.update} to update, ${count.unchanged} unchanged${countDeleted(plan, 'to delete')}${countSkipped(plan)}`,
  )
  for (const name of plan.namespaces) log.info(`+ namespace ${name}`)
  for (const change of plan.changes.filter(({ action }) => action !== 'unchanged'))
    log.group(titleOf(change), [...takenLines(change), ...keyLines(change), ...metadataLines(change)])
  const same = plan.changes.filter(({ action }) => action === 'unchanged').map(nameOf)
  if (same.length > 0) log.group(`= ${same.length} unchanged`, same)
  for (const { namespace, name } of plan.skipped)
    log.info(`= ${namespace}/${name}: all its values are optional and absent: not made`)
  for (const { namespace, name, why } of plan.spared)
    log.warning(`${namespace}/${name} is not declared any more, and is not deleted: ${why}`)
  for (const { namespace, name, why } of plan.held)
    log.info(`= ${namespace}/${name}: a former generation, not deleted yet: ${why}`)
  for (const text of plan.changes.flatMap(takenWarnings)) log.warning(text)
  describeRestarts(plan.restarts, log)
  describeChecks(plan.checks, log)
  for (const { name, text } of plan.warnings) log.warning(`the API server warns of ${name}: ${text}`)
}

export function countActions({ changes }: Plan): Readonly<Record<Change['action'], number>> {
  const count = { create: 0, update: 0, unchanged: 0, delete: 0 }
  for (const { action } of changes) count[action]++
  return count
}

/** `, 1 deleted`, for the middle of a count; nothing where none is. */
export function countDeleted(plan: Plan, word: string): string {
  const { delete: count } = countActions(plan)
  return count === 0 ? '' : `, ${count} ${word}`
}

/** `, 1 skipped`, for the end of a count; nothing where none is. */
export function countSkipped({ skipped }: Plan): string {
  return skipped.length === 0 ? '' : `, ${skipped.length} skipped`
}

/** `namespace/name`, as reports and outputs name a Secret. */
export function nameOf({ manifest: { namespace, name } }: Change): string {
  return `${namespace}/${name}`
}

function titleOf(change: Change): string {
  if (change.action === 'delete') {
    const why = change.superseded === true ? 'a former generation' : 'declared no more'
    return `- ${nameOf(change)} (${change.manifest.type}): ${why}, to be deleted`
  }
  const keys = change.keys.filter(({ action }) => action !== 'same' && action !== 'kept').length
  return `${SIGNS[change.action]} ${nameOf(change)} (${change.manifest.type}): ${keys} of ${plural(change.keys.length, 'key')} to change`
}

function keyLines({ keys }: Change): readonly string[] {
  return keys.map(({ key, action, source, revision }) => {
    const from = source === '' ? '' : ` from ${source}`
    const id = revision === undefined ? '' : ` (revision ${revision})`
    const note =
      action === 'kept'
        ? ' absent and optional: left as it is'
        : action === 'released'
          ? ' kept by another manager'
          : ''
    return `  ${KEY_SIGNS[action]} ${key}${from}${id}${note}`
  })
}

function metadataLines({ metadataChanges }: Change): readonly string[] {
  const shown = metadataChanges.filter((name) => name !== `annotation ${REVISIONS_ANNOTATION}`)
  return shown.map((name) => `  ~ ${name}`)
}
