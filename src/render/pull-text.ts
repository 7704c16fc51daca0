import type { SetIdentity } from '../kubernetes/set.ts'
import { codeCell, codeSpan } from '../report/markdown.ts'
import type { PlannedFile } from './plan-files.ts'

/** GitHub takes 65,536 characters. */
const LIMIT = 60_000

/**
 * The text of a pull request: which files and keys change, by name. No value is in it, no ciphertext, nothing of the run:
 * the same change has the same text.
 */
export function describePull(
  planned: readonly PlannedFile[],
  { directory, set }: { directory: string; set: SetIdentity },
): string {
  const rows = planned.flatMap(rowsOf)
  const head = [
    `Secrets of the set ${codeSpan(set.name)}, rendered to ${codeSpan(directory)}. Values are not shown here; a key that is not listed is as it was.`,
    '',
    '| File | Key | Action | Source |',
    '| --- | --- | --- | --- |',
  ]
  const shown = fitting(rows, LIMIT - head.join('\n').length)
  const more = rows.length > shown.length ? ['', `and ${rows.length - shown.length} more lines`] : []
  return [...head, ...shown, ...more].join('\n')
}

function rowsOf({ name, action, object }: PlannedFile): readonly string[] {
  if (action === 'unchanged' || action === 'stale') return []
  const keys = (object?.keys ?? []).filter((key) => key.action !== 'same' && key.action !== 'kept')
  return [
    `| ${codeCell(name)} | | ${action} | |`,
    ...keys.map(
      ({ key, action: keyAction, source }) =>
        `| | ${codeCell(key)} | ${keyAction} | ${source === '' ? '' : codeCell(source)} |`,
    ),
  ]
}

function fitting(rows: readonly string[], limit: number): readonly string[] {
  let size = 0
  const end = rows.findIndex((row) => (size += row.length + 1) > limit)
  return end === -1 ? rows : rows.slice(0, end)
}
