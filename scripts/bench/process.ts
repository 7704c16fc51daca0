import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Milliseconds between two looks at how large a process has been. */
const INTERVAL_MS = 10
/** Milliseconds after which a process is given up. */
const PATIENCE_MS = 900_000

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

export interface Measured {
  readonly exitCode: number | null
  /** From before the process is made until its streams have ended. */
  readonly seconds: number
  /**
   * The largest resident size of it or of one that it started itself, from Linux' /proc while the process runs (VmHWM; growth of the last 10 ms may be missing);
   * undefined elsewhere.
   */
  readonly megabytes: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs a process and reads what it prints, as a runner does. */
export async function measure({ program, args, cwd, env }: Command): Promise<Measured> {
  const ended = Promise.withResolvers<number | null>()
  const start = performance.now()
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.on('error', ended.reject)
  child.on('close', ended.resolve)
  let megabytes: number | undefined
  const watch = setInterval(() => (megabytes = peakOf(child.pid) ?? megabytes), INTERVAL_MS)
  const exitCode = await ended.promise.finally(() => clearInterval(watch))
  return {
    exitCode,
    seconds: (performance.now() - start) / 1000,
    megabytes,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  }
}

function peakOf(pid: number | undefined): number | undefined {
  const sizes = [String(pid), ...childrenOf(pid)].flatMap((each) => sizeOf(each) ?? [])
  return sizes.length === 0 ? undefined : Math.max(...sizes)
}

function childrenOf(pid: number | undefined): readonly string[] {
  try {
    return readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
  } catch {
    return []
  }
}

function sizeOf(pid: string): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1_000_000
  } catch {
    return undefined
  }
}
