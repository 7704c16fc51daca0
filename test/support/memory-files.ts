import { posix } from 'node:path'
import { ActionError, type Code } from '../../src/error.ts'
import type { Files } from '../../src/effects.ts'

/** Files in memory, under the same promises as the real ones. Paths are relative to the workspace. */
export interface MemoryFiles extends Files {
  /** Every path that was read, in order. */
  readonly reads: readonly string[]
  /** What was written, by path. */
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
  if (bytes.byteLength > limit) throw refusal('VALUE_INVALID', `${name}: larger than ${String(limit)} bytes`)
  return bytes
}

function normalise(path: string): string {
  const name = posix.normalize(path)
  if (name.startsWith('..') || name.startsWith('/') || name.split('/').includes('.git'))
    throw refusal('STORE_DENIED', `${name}: outside the workspace`)
  return name
}

function refusal(code: Code, message: string): ActionError {
  return new ActionError({ code, message, hint: 'name a file inside the workspace' })
}
