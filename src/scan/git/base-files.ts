import type { Files } from '../../effects.ts'
import { ActionError } from '../../error.ts'
import { filesOf } from './changes.ts'
import { GitFailure, type Git } from './git.ts'
import { isPartial, obtainObjects, obtainTrees } from './missing.ts'

/** The files as a commit has them; what is written goes where it always goes. */
export function filesAt(git: Git, commit: string, files: Files): Files {
  return {
    ...files,
    async read(path, limit) {
      const shown = files.display(path)
      const bytes = await blobAt(git, commit, shown)
      if (bytes !== undefined && bytes.length > limit)
        throw new ActionError({
          code: 'CONFIG_NOT_FOUND',
          message: `the file ${shown} is not used: it is larger than ${limit} bytes`,
          hint: 'is it the right file?',
        })
      return bytes
    },
  }
}

/**
 * The content of a file in a commit; undefined where it is not there, or the path leads out of the repository. Throws where
 * a partial clone left it at origin, and it can't be had: rules and values may be declared in it.
 */
export async function blobAt(git: Git, commit: string, path: string): Promise<Buffer | undefined> {
  if (path === '' || path.startsWith('../') || path.startsWith('/') || path.includes('\0')) return undefined
  const object = `${commit}:${path}`
  // A line of the input can't have a line end in it. A path may have a value in it, which no command line is to show.
  if (/[\r\n]/.test(path)) return git.read(['cat-file', 'blob', object]).catch(() => undefined)
  const found = await contentOf(git, object)
  if (found !== undefined || !(await isPartial(git))) return found
  return contentLeft(git, commit, path).catch((error: unknown) => {
    throw error instanceof GitFailure ? notHad(path, error) : error
  })
}

/** The content of a file that a partial clone left at origin. */
async function contentLeft(git: Git, commit: string, path: string): Promise<Buffer | undefined> {
  const left = await objectAt(git, commit, path)
  if (left === undefined) return undefined
  await obtainObjects(git, [left])
  const content = await contentOf(git, left)
  if (content === undefined) throw notHad(path)
  return content
}

function notHad(path: string, cause?: GitFailure): ActionError {
  return new ActionError(
    {
      code: 'NOT_SCANNED',
      message: `could not read ${path} of the commit that decides: this partial clone left it at origin, from where it could not be fetched`,
      hint: 'give the step `token: ${{ github.token }}`, or check out without `filter`',
    },
    { cause },
  )
}

/** The object of a file that a partial clone left at origin, by a list of all: no command line is to show the path. */
async function objectAt(git: Git, commit: string, path: string): Promise<string | undefined> {
  await obtainTrees(git, [commit])
  for await (const file of filesOf(git, commit).wanted())
    if (file.path.toString('utf8') === path) return file.object
  return undefined
}

async function contentOf(git: Git, object: string): Promise<Buffer | undefined> {
  const answer = await git.read(['cat-file', '--batch'], `${object}\n`).catch(() => Buffer.alloc(0))
  const head = answer.subarray(0, answer.indexOf(0x0a))
  const size = /^[0-9a-f]{40,64} blob (\d+)$/.exec(head.toString('latin1'))?.[1]
  return size === undefined ? undefined : answer.subarray(head.length + 1, head.length + 1 + Number(size))
}
