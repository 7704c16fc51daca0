import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync, readFileSync } from 'node:fs'

const TAIL_LINES = 30

export interface RunOptions {
  /** A file that both output streams are appended to. */
  readonly log: string
  readonly cwd?: string
  /** On top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** What to do where the program is missing or fails. */
  readonly hint?: string
}

/** Runs a program to its end. Throws with the tail of its output where it fails. */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<void> {
  const output = openSync(options.log, 'a')
  const { cwd, hint = '' } = options
  try {
    const env = { ...process.env, ...options.env }
    const child = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env,
      stdio: ['ignore', output, output],
    })
    const [code] = (await once(child, 'close')) as [number | null]
    if (code === 0) return
  } catch (cause) {
    throw new Error(`cannot run ${program}. ${hint}`, { cause })
  } finally {
    closeSync(output)
  }
  throw new Error(`${program} ${args[0] ?? ''} failed. ${hint}\n${tail(options.log)}`)
}

/** The last lines of a file; nothing where there is no such file. */
export function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
  } catch {
    return ''
  }
}
