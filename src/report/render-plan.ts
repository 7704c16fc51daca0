import type { Log } from '../effects.ts'
import type { SetIdentity } from '../kubernetes/set.ts'
import type { PlannedFile } from '../render/plan-files.ts'
import { objectName, type RenderedKey } from '../render/rendered-file.ts'
import { plural } from './plural.ts'

const SIGNS = {
  create: '+',
  update: '~',
  unchanged: '=',
  stale: '?',
  remove: '-',
} as const satisfies Record<PlannedFile['action'], string>

const KEY_SIGNS = {
  added: '+',
  changed: '~',
  resealed: '~',
  removed: '-',
  same: '=',
  kept: '=',
} as const satisfies Record<RenderedKey['action'], string>

const KEY_NOTES: Readonly<Partial<Record<RenderedKey['action'], string>>> = {
  resealed: ' sealed anew, not known to have changed',
  kept: ' absent and optional: left as it is',
}

export type FileCounts = Readonly<Record<PlannedFile['action'], number>>

/** Says what would become of each file: objects and keys by name. */
export function describeFiles(
  planned: readonly PlannedFile[],
  { set, directory, log }: { set: SetIdentity; directory: string; log: Log },
): void {
  log.info(`Files of the set ${set.name} in ${directory}: ${summarizeFiles(countFiles(planned))}`)
  for (const file of planned.filter(({ action }) => action === 'create' || action === 'update'))
    log.group(titleOf(file), keyLines(file))
  for (const { name } of planned.filter(({ action }) => action === 'remove'))
    log.info(`- ${name}: no longer declared`)
  const same = planned.filter(({ action }) => action === 'unchanged').map(({ name }) => name)
  if (same.length > 0) log.group(`= ${same.length} unchanged`, same)
  const stale = planned.filter(({ action }) => action === 'stale').map(({ name }) => name)
  if (stale.length > 0)
    log.notice(
      `no longer declared, and still in ${directory}: ${stale.join(', ')}. \`remove-stale: true\` deletes such files; a dry run shows which`,
    )
}

export function countFiles(planned: readonly PlannedFile[]): FileCounts {
  const count = { create: 0, update: 0, unchanged: 0, stale: 0, remove: 0 }
  for (const { action } of planned) count[action]++
  return count
}

/** `1 to create, 2 to update, 3 unchanged`, and what else there is. */
export function summarizeFiles({ create, update, unchanged, stale, remove }: FileCounts): string {
  return [
    `${create} to create`,
    `${update} to update`,
    `${unchanged} unchanged`,
    ...(remove > 0 ? [`${remove} to delete`] : []),
    ...(stale > 0 ? [`${stale} stale`] : []),
  ].join(', ')
}

function titleOf({ action, name, object }: PlannedFile): string {
  if (object === undefined) return `${SIGNS[action]} ${name}`
  const changed = object.keys.filter((key) => key.action !== 'same' && key.action !== 'kept').length
  return `${SIGNS[action]} ${name} (${object.kind} ${objectName(object)}): ${changed} of ${plural(object.keys.length, 'key')} to change`
}

function keyLines({ object }: PlannedFile): readonly string[] {
  return (object?.keys ?? []).map(({ key, action, source }) => {
    const from = source === '' ? '' : ` from ${source}`
    return `  ${KEY_SIGNS[action]} ${key}${from}${KEY_NOTES[action] ?? ''}`
  })
}
