import type { Problem } from '../error.ts'
import type { FileEdit, FoundFile } from '../output-files.ts'
import { Secret } from '../secret.ts'
import { unusable } from './former.ts'
import type { RenderedFile, RenderedObject } from './rendered-file.ts'
import { staleFiles } from './stale.ts'
import { plainTwins } from './twins.ts'

/** What is to become of a file. `stale`: its Secret is no longer declared, and nobody asked to delete it. */
export interface PlannedFile {
  readonly name: string
  readonly action: 'create' | 'update' | 'unchanged' | 'stale' | 'remove'
  /** Undefined where the file holds none that was rendered now. */
  readonly object: RenderedObject | undefined
  readonly content: string | Secret | undefined
  readonly former: FoundFile | undefined
}

const MODE = 0o644
const PRIVATE_MODE = 0o600

/** What is to become of every file of the output directory that is of the set; and why it may not. */
export function planFiles(
  files: readonly RenderedFile[],
  {
    existing,
    set,
    directory,
    removeStale,
  }: {
    existing: ReadonlyMap<string, FoundFile>
    set: string
    directory: string
    removeStale: boolean
  },
): { readonly planned: readonly PlannedFile[]; readonly problems: readonly Problem[] } {
  const rendered = files.map((file) => planOne(file, existing.get(file.name)))
  const names = new Set(files.map(({ name }) => name))
  const others = [...existing.values()].filter(({ name }) => !names.has(name))
  const stale = staleFiles(others, set).map((former): PlannedFile => ({
    name: former.name,
    action: removeStale ? 'remove' : 'stale',
    object: undefined,
    content: undefined,
    former,
  }))
  const planned = [...rendered, ...stale]
  return {
    planned,
    problems: [
      ...sameNames(files, directory),
      ...planned.flatMap((file) => editProblem(file, `${directory}/${file.name}`)),
      ...plainTwins(files, others, directory),
    ],
  }
}

/** The edits that make the plan true. */
export function editsOf(planned: readonly PlannedFile[]): readonly FileEdit[] {
  return planned
    .filter(({ action }) => action === 'create' || action === 'update' || action === 'remove')
    .map(({ name, content, former }) => ({
      name,
      content: content === undefined ? undefined : bytesOf(content),
      mode: content instanceof Secret ? PRIVATE_MODE : modeOf(former),
      former,
    }))
}

function planOne({ name, content, object }: RenderedFile, former: FoundFile | undefined): PlannedFile {
  const action =
    former === undefined
      ? 'create'
      : former.kind === 'file' && isSame(content, former)
        ? 'unchanged'
        : 'update'
  return { name, action, object, content, former }
}

function isSame(content: string | Secret, { text }: FoundFile): boolean {
  return typeof content === 'string'
    ? content === text
    : Buffer.from(content.bytes()).equals(Buffer.from(text))
}

function bytesOf(content: string | Secret): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content.bytes()
}

/** A file keeps the mode that it had. */
function modeOf(former: FoundFile | undefined): number {
  return former === undefined ? MODE : former.mode
}

/** Why the file may not be written or deleted. */
function editProblem({ action, former }: PlannedFile, shown: string): readonly Problem[] {
  if (former === undefined || action === 'unchanged' || action === 'stale') return []
  if (former.kind !== 'file') return [unusable(former.kind, shown)]
  if (!former.readOnly) return []
  return [
    {
      code: 'OUTPUT_INVALID',
      message: `${shown} is read-only and would have to change`,
      hint: 'is it meant to stay as it is? `chmod u+w` it, or choose another `output-directory`',
      at: { file: shown },
    },
  ]
}

function sameNames(files: readonly RenderedFile[], directory: string): readonly Problem[] {
  return [...Map.groupBy(files, ({ name }) => name.toLowerCase())]
    .filter(([, group]) => group.length > 1)
    .map(([, [first]]) => ({
      code: 'OUTPUT_INVALID',
      message: `two Secrets would be rendered to ${directory}/${first?.name ?? ''}`,
      hint: 'give one of them another name, or environments of their own with an `output-directory` each',
    }))
}
