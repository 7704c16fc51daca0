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
  /** Undefined where the event demands nothing; where it does, nothing but the workspace is read, and no link followed. */
  readonly demand: Demand | undefined
}

/**
 * Called with every file that is wanted: its path in the repository and its bytes, undefined when it is not there.
 * Answers the bytes to use, those of the base commit. Throws where the file is not as the event demands.
 */
export type Demand = (relative: string, bytes: Uint8Array | undefined) => Promise<Uint8Array | undefined>

/** The files of a real machine, held to the workspace and RUNNER_TEMP by their real paths. */
export function createFiles(places: FilePlaces): Files {
  const { path, workspace } = places
  const display = (file: string): string =>
    path.relative(workspace, path.resolve(workspace, file)).split(path.sep).join('/')
  /** Where a file that is to be written really is. */
  const place = async (file: string): Promise<string> => {
    const wanted = path.resolve(workspace, file)
    const folder = await realPath(path.dirname(wanted), display(file))
    if (folder === undefined)
      throw refuse(display(file), 'its folder does not exist', 'create the folder first')
    const real = path.join(folder, path.basename(wanted))
    checkInside(real, { places, roots: await realRoots(places), shown: display(file) })
    return real
  }
  return {
    display,
    async read(file, limit) {
      const wanted = path.resolve(workspace, file)
      const shown = display(file)
      const roots = await realRoots(places)
      const real = await realPath(wanted, shown)
      const { demand } = places
      const relative = demand === undefined ? undefined : checkPlain(wanted, real, { places, roots, shown })
      if (real === undefined) return relative === undefined ? undefined : demand?.(relative, undefined)
      checkInside(real, { places, roots, shown })
      const bytes = await readRegular(real, { limit, shown })
      return relative === undefined ? bytes : demand?.(relative, bytes)
    },
    async append(file, content) {
      await put(await place(file), { content, flag: constants.O_APPEND, shown: display(file) })
    },
    async write(file, content) {
      await put(await place(file), { content, flag: constants.O_TRUNC, shown: display(file) })
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

export interface Roots {
  readonly workspace: string
  readonly temp: string | undefined
}

export async function realRoots({ workspace, temp }: FilePlaces): Promise<Roots> {
  return {
    workspace: await realpath(workspace),
    temp: temp === undefined ? undefined : await realpath(temp).catch(() => undefined),
  }
}

export interface Checked {
  readonly places: FilePlaces
  readonly roots: Roots
  readonly shown: string
}

/**
 * The path in the repository of a file that is where its name says: in the workspace, with no link at any step, so that
 * the name that is compared with the base commit is the one that is read. The workspace itself may be behind a link.
 */
function checkPlain(wanted: string, real: string | undefined, { places, roots, shown }: Checked): string {
  const { path, workspace } = places
  const root = [workspace, roots.workspace].find((each) => isInside(path, each, wanted))
  if (root === undefined)
    throw untrusted(`the file ${shown} lies outside the workspace`, 'keep it in the repository')
  const relative = path.relative(root, wanted)
  if (real !== undefined && real !== path.join(roots.workspace, relative))
    throw untrusted(
      `the file ${shown} is reached through a link, or its name is written in another way than on disk`,
      'name the file itself, as the base commit has it',
    )
  return relative.split(path.sep).join('/')
}

export function checkInside(real: string, { places, roots, shown }: Checked): void {
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

/** Writes to the end, or anew: `flag` tells. A pipe that nobody reads is refused, not waited for. */
async function put(
  real: string,
  { content, flag, shown }: { content: string; flag: number; shown: string },
): Promise<void> {
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | flag | noFollow | nonBlocking
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

function untrusted(message: string, remedy: string): ActionError {
  return new ActionError({
    code: 'UNTRUSTED_CHANGE',
    message: `the event runs on somebody else’s change, where only files of the base commit are used: ${message}`,
    hint: `${remedy}, check out the base (actions/checkout without \`ref\`) before this step, or deploy on \`push\` instead`,
  })
}

function refuse(shown: string, why: string, hint: string): ActionError {
  return new ActionError({ code: 'CONFIG_NOT_FOUND', message: `the file ${shown} is not used: ${why}`, hint })
}
