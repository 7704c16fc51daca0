import { lstatSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs'
import { realpath } from 'node:fs/promises'
import type { Effects } from './effects.ts'
import { ActionError } from './error.ts'
import { editAll, stampOf } from './file-edits.ts'
import { checkInside, isInside, realRoots, type FilePlaces } from './files.ts'
import type { FoundFile, OutputFiles } from './output-files.ts'
import { randomId } from './random-id.ts'

/** A SealedSecret of a whole mebibyte has less. */
const SIZE_LIMIT = 4 * 1024 * 1024
/** YAML and JSON, and the one name without an ending by which kustomize finds its file. */
const READ = /(?:\.(?:ya?ml|json)|^Kustomization)$/i
const WRITABLE = 0o200
const PERMISSIONS = 0o777

/** The output directories of a real machine. Synchronous inside: a thousand small files take a tenth of the time. */
export function createOutputFiles(places: FilePlaces, effects: Pick<Effects, 'random'>): OutputFiles {
  const { path, workspace, demand } = places
  const shown = (directory: string): string =>
    path.relative(workspace, path.resolve(workspace, directory)).split(path.sep).join('/') || '.'
  return {
    async list(directory) {
      const real = await locate(directory, places, shown(directory))
      const found = readAll(real, shown(directory), (...parts) => path.join(...parts))
      for (const { name, text } of demand === undefined ? [] : found)
        await demand?.(path.posix.join(shown(directory), name), Buffer.from(text))
      return new Map(found.map((file) => [file.name, file]))
    },
    async edit(directory, edits) {
      const real = await locate(directory, places, shown(directory))
      const at = (name: string): string => path.join(real, name)
      editAll(edits, { directory: real, at, shown: shown(directory), id: randomId(effects, 6) })
    },
    walk: () => Promise.resolve(new Map(walk(workspace, ''))),
    async isTemporary(directory) {
      const { temp } = await realRoots(places)
      const real = await locate(directory, places, shown(directory))
      return temp !== undefined && isInside(path, temp, path.join(real, 'x'))
    },
  }
}

/** The real path of a directory that may not exist yet: that of what exists of it, and the rest. Throws where it is outside. */
async function locate(directory: string, places: FilePlaces, shown: string): Promise<string> {
  const { path, workspace } = places
  const rest: string[] = []
  let existing = path.resolve(workspace, directory)
  for (;;) {
    const real = await realOf(existing, shown)
    if (real !== undefined) {
      const whole = path.join(real, ...rest)
      try {
        checkInside(path.join(whole, 'x'), { places, roots: await realRoots(places), shown })
      } catch (error) {
        throw asOutput(error)
      }
      return whole
    }
    rest.unshift(path.basename(existing))
    existing = path.dirname(existing)
  }
}

/** Undefined where nothing is there. */
async function realOf(file: string, shown: string): Promise<string | undefined> {
  try {
    return await realpath(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    // A link that leads nowhere is there all the same, and what would be made behind it is not what was asked for.
    if (code === 'ENOENT' && !isLink(file)) return undefined
    throw outputError(
      `the directory ${shown} can’t be used (${code})`,
      'check the path, its links and its permissions',
    )
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function asOutput(error: unknown): unknown {
  if (!(error instanceof ActionError) || error.code !== 'CONFIG_NOT_FOUND') return error
  const [{ message, hint }] = error.problems
  return outputError(message.replace(/^the file/, 'the directory'), hint, error)
}

function readAll(
  directory: string,
  shown: string,
  join: (...parts: string[]) => string,
): readonly FoundFile[] {
  let entries: readonly Dirent[]
  try {
    entries = readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    if (code === 'ENOENT') return []
    throw outputError(
      code === 'ENOTDIR'
        ? `${shown} is a file, not a directory`
        : `the directory ${shown} can’t be read (${code})`,
      'name a directory in `output-directory`',
    )
  }
  return entries
    .filter(({ name }) => READ.test(name))
    .map((entry) => readOne(entry, join(directory, entry.name)))
}

const LEFT_OUT = ['.git', 'node_modules']

function walk(root: string, folder: string): [string, string][] {
  const entries = readdirSync(`${root}/${folder}`, { withFileTypes: true })
  return entries.flatMap((entry): [string, string][] => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return LEFT_OUT.includes(entry.name) ? [] : walk(root, path)
    if (!entry.isFile() || !READ.test(entry.name)) return []
    const { kind, text } = readOne(entry, `${root}/${path}`)
    return kind === 'file' ? [[path, text]] : []
  })
}

function readOne(entry: Dirent, file: string): FoundFile {
  const { name } = entry
  const none = { name, text: '', readOnly: false, mode: 0, stamp: '' }
  if (entry.isSymbolicLink()) return { ...none, kind: 'link' }
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats?.isFile() !== true || stats.size > SIZE_LIMIT) return { ...none, kind: 'other' }
  const text = readText(file)
  if (text === undefined) return { ...none, kind: 'other' }
  const mode = stats.mode & PERMISSIONS
  return { name, kind: 'file', text, readOnly: (mode & WRITABLE) === 0, mode, stamp: stampOf(stats) }
}

/** Bytes that are no UTF-8 become characters that no file of ours has; undefined where it can't be read. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function outputError(message: string, hint: string, cause?: unknown): ActionError {
  return new ActionError({ code: 'OUTPUT_INVALID', message, hint }, { cause })
}
