import {
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { ActionError } from './error.ts'
import type { FileEdit } from './output-files.ts'

/** Where edits are made. */
export interface EditPlace {
  readonly directory: string
  /** The path of the file with this name. */
  readonly at: (name: string) => string
  /** The directory, for errors. */
  readonly shown: string
  /** Part of the names of files that are being written: nobody else's have it. */
  readonly id: string
}

/** What tells whether a file is still the one that was read. */
export function stampOf({ ino, size, mtimeMs, mode }: Stats): string {
  return [ino, size, mtimeMs, mode].join()
}

/** Makes all edits, or throws with everything as it was, folders that were made for it included. */
export function editAll(edits: readonly FileEdit[], place: EditPlace): void {
  const undo: (() => void)[] = []
  try {
    const made = mkdirSync(place.directory, { recursive: true })
    if (made !== undefined) undo.push(() => rmSync(made, { recursive: true, force: true }))
    for (const edit of edits) demandUntouched(edit, place)
    // All contents first: that is where a disk that is full or read-only says so.
    for (const edit of edits) stage(edit, place, undo)
    for (const edit of edits) settle(edit, place, undo)
  } catch (error) {
    const failed = undo.reverse().filter((step) => !succeeds(step))
    throw failure(error, place, failed.length)
  }
}

function stage({ name, content, mode }: FileEdit, place: EditPlace, undo: (() => void)[]): void {
  if (content === undefined) return
  const temporary = temporaryOf(name, place)
  undo.push(() => rmSync(temporary, { force: true }))
  writeFileSync(temporary, content, { flag: 'wx', mode })
}

/** Puts the new file in the place of the former; a rename is whole or nothing. */
function settle({ name, content, former }: FileEdit, place: EditPlace, undo: (() => void)[]): void {
  const target = place.at(name)
  if (former === undefined) undo.push(() => rmSync(target, { force: true }))
  else {
    const { mode, atime, mtime } = lstatSync(target)
    const bytes = readFileSync(target)
    undo.push(() => {
      writeFileSync(target, bytes, { mode })
      utimesSync(target, atime, mtime)
    })
  }
  if (content === undefined) rmSync(target)
  else renameSync(temporaryOf(name, place), target)
}

function temporaryOf(name: string, { at, id }: EditPlace): string {
  return at(`.${name}.${id}.tmp`)
}

/** Refuses where somebody else changed the file since it was read. */
function demandUntouched({ name, former }: FileEdit, { at, shown }: EditPlace): void {
  const stats = lstatSync(at(name), { throwIfNoEntry: false })
  const now = stats === undefined ? undefined : stampOf(stats)
  if (now !== former?.stamp)
    throw new ActionError({
      code: 'STALE',
      message: `${shown}/${name} was changed by somebody else while the run was working`,
      hint: 'run again, when nothing else writes to the directory',
    })
}

function succeeds(step: () => void): boolean {
  try {
    step()
    return true
  } catch {
    return false
  }
}

function failure(error: unknown, { shown }: EditPlace, notUndone: number): unknown {
  if (error instanceof ActionError) return error
  const code = (error as NodeJS.ErrnoException).code
  if (code === undefined) return error
  return new ActionError(
    {
      code: 'OUTPUT_INVALID',
      message:
        notUndone === 0
          ? `the directory ${shown} can’t be written (${code}); its files are as they were`
          : `the directory ${shown} can’t be written (${code}), and ${notUndone} of its files could not be put back`,
      hint: 'check its permissions and the space on the disk; `git diff` shows what is there now',
    },
    { cause: error },
  )
}
