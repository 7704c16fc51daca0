import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { tmpdir } from 'node:os'
import type { Readable } from 'node:stream'

/** What a command printed, and how it ended. */
export interface CommandAnswer {
  readonly stdout: string
  readonly stderr: string
  /** Undefined when it exited with 0. */
  readonly failure: string | undefined
}

export interface CommandLimits {
  /** Milliseconds after which the command is ended. */
  readonly limitMs: number
  /** Ends the command when it aborts. */
  readonly signal: AbortSignal
}

const OUTPUT_LIMIT = 1024 * 1024
/** How long after its end a command's output is waited for: what it left running may hold the pipes open for ever. */
const DRAIN_MS = 500
const GROUPS = process.platform !== 'win32'

/** Runs a command without a shell, in a process group of its own, and never waits longer for it than the limits say. */
export function runCommand(
  { command, args, env }: { command: string; args: readonly string[]; env: Record<string, string> },
  { limitMs, signal }: CommandLimits,
): Promise<CommandAnswer> {
  if (signal.aborted)
    return Promise.resolve({ stdout: '', stderr: '', failure: 'was not started: the time is over' })
  return new Promise((resolve) => {
    const child = start(command, args, env)
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
    const settle = (failure: string | undefined): void => {
      clearTimeout(limit)
      signal.removeEventListener('abort', abort)
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({ stdout: stdout(), stderr: stderr(), failure })
    }
    const stop = (failure: string): void => {
      endGroup(child)
      settle(failure)
    }
    const abort = (): void => stop('was ended when the time of the run was over')
    const limit = setTimeout(() => stop(`did not end within ${limitMs / 1000} s`), limitMs)
    signal.addEventListener('abort', abort)
    child.on('error', (error: NodeJS.ErrnoException) =>
      settle(error.code === 'ENOENT' ? 'is not installed' : 'could not be started'),
    )
    child.on('exit', (code, by) => {
      const drained = setTimeout(() => settle(describeEnd(code, by)), DRAIN_MS)
      child.on('close', () => {
        clearTimeout(drained)
        settle(describeEnd(code, by))
      })
    })
  })
}

function start(command: string, args: readonly string[], env: Record<string, string>): Child {
  return spawn(command, args, {
    env,
    // Windows looks for a bare name in the working directory first.
    cwd: tmpdir(),
    shell: false,
    windowsHide: true,
    detached: GROUPS,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

type Child = ChildProcessByStdio<null, Readable, Readable>

function collect(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    if (text.length < OUTPUT_LIMIT) text += chunk
  })
  return () => text
}

/** Ends the command with all that it started, as far as the platform can. */
function endGroup(child: Child): void {
  try {
    if (GROUPS && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

function describeEnd(code: number | null, by: NodeJS.Signals | null): string | undefined {
  if (code === 0) return undefined
  return by === null ? `exited with ${String(code)}` : `was ended by ${by}`
}
