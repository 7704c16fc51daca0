import { posix } from 'node:path'
import { ActionError } from '../../src/error.ts'
import type { Files } from '../../src/effects.ts'

/** Files in memory, under the same promises as the real ones. Paths are relative to the workspace. */
export interface MemoryFiles extends Files {
  /** Every path that was read, in order. */
  readonly reads: readonly string[]
  /** What was appended or written, by path. */
  readonly written: ReadonlyMap<string, string>
}

export function memoryFiles(seed: Readonly<Record<string, Uint8Array | string>> = {}): MemoryFiles {
  const reads: string[] = []
  const written = new Map<string, string>()
  return {
    reads,
    written,
    read: (path, limit) =>
      new Promise((resolve) => {
        reads.push(path)
        const name = normalise(path)
        resolve(
          limited(name, written.get(name) ?? (Object.hasOwn(seed, name) ? seed[name] : undefined), limit),
        )
      }),
    append: (path, content) =>
      new Promise((resolve) => {
        const name = normalise(path)
        written.set(name, (written.get(name) ?? '') + content)
        resolve()
      }),
    write: (path, content) =>
      new Promise((resolve) => {
        written.set(normalise(path), content)
        resolve()
      }),
    display: (path) => posix.normalize(path),
  }
}

function limited(
  name: string,
  content: Uint8Array | string | undefined,
  limit: number,
): Uint8Array | undefined {
  if (content === undefined) return undefined
  const bytes = Buffer.from(content)
  if (bytes.byteLength > limit) throw refusal(name, `it is larger than ${String(limit)} bytes`)
  return bytes
}

function normalise(path: string): string {
  const name = posix.normalize(path)
  if (name.startsWith('..') || name.startsWith('/') || name.split('/').includes('.git'))
    throw refusal(name, 'it is really outside the workspace')
  return name
}

/** As src/files.ts refuses. */
function refusal(name: string, why: string): ActionError {
  const message = `the file ${name} is not used: ${why}`
  return new ActionError({ code: 'CONFIG_NOT_FOUND', message, hint: 'name a file of the repository' })
}
