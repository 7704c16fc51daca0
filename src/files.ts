import { constants } from 'node:fs'
import { open, realpath, type FileHandle } from 'node:fs/promises'
import type { PlatformPath } from 'node:path'
import { ActionError } from './error.ts'
import type { Files } from './effects.ts'

/** Windows has neither of these flags. */
const flags: Readonly<Record<string, number | undefined>> = constants
const nonBlocking = flags['O_NONBLOCK'] ?? 0
const noFollow = flags['O_NOFOLLOW'] ?? 0

export interface FilePlaces {
  readonly workspace: string
  /** RUNNER_TEMP; undefined outside a runner. */
  readonly temp: string | undefined
  /** `node:path`, or `path.win32` in a test. */
  readonly path: PlatformPath
  /**
   * Called with every file of the workspace that is read: its path in the repository and its bytes. Throws where the
   * event demands that it equals the base commit and it does not. Undefined where the event demands nothing.
   */
  readonly demand: ((relative: string, bytes: Uint8Array) => Promise<void>) | undefined
}

/** The files of a real machine, held to the workspace and RUNNER_TEMP by their real paths. */
export function createFiles(places: FilePlaces): Files {
  const { path, workspace } = places
  const display = (file: string): string =>
    path.relative(workspace, path.resolve(workspace, file)).split(path.sep).join('/')
  return {
    display,
    async read(file, limit) {
      const wanted = path.resolve(workspace, file)
      const real = await realPath(wanted, display(file))
      if (real === undefined) return undefined
      const roots = await realRoots(places)
      checkInside(real, { places, roots, shown: display(file) })
      const bytes = await readRegular(real, { limit, shown: display(file) })
      const relative = path.relative(roots.workspace, real)
      if (isInside(path, roots.workspace, real))
        await places.demand?.(relative.split(path.sep).join('/'), bytes)
      return bytes
    },
    async append(file, content) {
      const wanted = path.resolve(workspace, file)
      const folder = await realPath(path.dirname(wanted), display(file))
      if (folder === undefined)
        throw refuse(display(file), 'its folder does not exist', 'create the folder first')
      const real = path.join(folder, path.basename(wanted))
      checkInside(real, { places, roots: await realRoots(places), shown: display(file) })
      await appendTo(real, content, display(file))
    },
  }
}

/** Whether `file` lies below `root`; both absolute and real. Case counts as the platform's `path` says. */
export function isInside(path: PlatformPath, root: string, file: string): boolean {
  const relative = path.relative(root, file)
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  )
}

interface Roots {
  readonly workspace: string
  readonly temp: string | undefined
}

async function realRoots({ workspace, temp }: FilePlaces): Promise<Roots> {
  return {
    workspace: await realpath(workspace),
    temp: temp === undefined ? undefined : await realpath(temp).catch(() => undefined),
  }
}

function checkInside(
  real: string,
  { places, roots, shown }: { places: FilePlaces; roots: Roots; shown: string },
): void {
  const { path } = places
  const inWorkspace = isInside(path, roots.workspace, real)
  const inTemp = roots.temp !== undefined && isInside(path, roots.temp, real)
  if (!inWorkspace && !inTemp)
    throw refuse(
      shown,
      'it is really outside the workspace and RUNNER_TEMP',
      'use a file of the repository or one under RUNNER_TEMP',
    )
  const steps = path.relative(inWorkspace ? roots.workspace : (roots.temp ?? ''), real).split(path.sep)
  if (steps.some((step) => step.toLowerCase() === '.git'))
    throw refuse(shown, 'it lies under .git', 'use a file of the repository itself')
}

async function realPath(file: string, shown: string): Promise<string | undefined> {
  try {
    return await realpath(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw refuse(
      shown,
      `it can't be looked up (${code ?? 'unknown error'})`,
      'check the path and its permissions',
    )
  }
}

/** A regular file's bytes, read from the handle that was checked. */
async function readRegular(
  real: string,
  { limit, shown }: { limit: number; shown: string },
): Promise<Uint8Array> {
  let handle: FileHandle
  try {
    handle = await open(real, constants.O_RDONLY | nonBlocking)
  } catch (error) {
    throw refuse(
      shown,
      `it can't be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      'check its permissions',
    )
  }
  try {
    const stat = await handle.stat()
    if (!stat.isFile())
      throw refuse(shown, stat.isDirectory() ? 'it is a directory' : 'it is no regular file', 'name a file')
    if (stat.size > limit) throw refuse(shown, `it is larger than ${limit} bytes`, 'is it the right file?')
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

async function appendTo(real: string, content: string, shown: string): Promise<void> {
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | noFollow
    const handle = await open(real, flags, 0o600)
    await handle.writeFile(content).finally(() => handle.close())
  } catch (error) {
    throw refuse(
      shown,
      `it can't be written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      'check the path and its permissions',
    )
  }
}

function refuse(shown: string, why: string, hint: string): ActionError {
  return new ActionError({ code: 'CONFIG_NOT_FOUND', message: `the file ${shown} is not used: ${why}`, hint })
}
