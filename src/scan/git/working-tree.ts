import { lstat, readFile, readlink } from 'node:fs/promises'
import { sep } from 'node:path'
import type { Source } from '../scan.ts'
import { SUBMODULE } from './changes.ts'
import type { Git } from './git.ts'
import { FILE_LIMIT } from './sources.ts'

/** The files of the checkout as they lie there: those that Git follows, and those that it neither follows nor ignores. */
export async function* workingTree(git: Git): AsyncGenerator<Source> {
  const root = (await git.read(['rev-parse', '--show-toplevel'])).subarray(0, -1)
  const followed = split(await git.read(['ls-files', '-z', '-s', '--full-name', ':/'])).map((record) => ({
    mode: record.toString('latin1', 0, 6),
    path: record.subarray(record.indexOf(9) + 1),
  }))
  const args = ['ls-files', '-z', '-o', '--exclude-standard', '--full-name', ':/']
  const others = split(await git.read(args)).map((path) => ({ mode: '', path }))
  for (const { mode, path } of [...followed, ...others])
    if (mode === SUBMODULE)
      yield {
        path: path.toString(),
        why: 'a submodule: a repository of its own, not scanned here',
        lost: false,
      }
    else {
      const source = await readFrom(Buffer.concat([root, Buffer.from(sep), path]), path.toString())
      if (source !== undefined) yield source
    }
}

/** Undefined where the file is not there: deleted and not yet committed. No link is followed. */
async function readFrom(file: Buffer, path: string): Promise<Source | undefined> {
  const plain = { path, before: undefined, commit: undefined }
  try {
    const stat = await lstat(file)
    if (stat.isSymbolicLink()) return { ...plain, bytes: await readlink(file, { encoding: 'buffer' }) }
    if (stat.isDirectory())
      return { path, why: 'a repository inside this one: not scanned here', lost: false }
    if (!stat.isFile()) return { path, why: 'no regular file', lost: false }
    if (stat.size > FILE_LIMIT)
      return { path, why: `larger than ${FILE_LIMIT / 1024 / 1024} MiB`, lost: false }
    return { ...plain, bytes: await readFile(file) }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? undefined
      : { path, why: `it can't be read (${code})`, lost: true }
  }
}

function split(bytes: Buffer): readonly Buffer[] {
  const pieces: Buffer[] = []
  let from = 0
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
    pieces.push(bytes.subarray(from, end))
    from = end + 1
  }
  return pieces
}
