import { readFileSync, readlinkSync } from 'node:fs'

/** Where and what a process is, so that another one on the same machine can tell whether it still lives. */
export interface ProcessIdentity {
  /** The boot of the kernel and the process namespace: process ids mean the same only where both are equal. */
  readonly machine: string
  /** Process id and start time. A later process with the same id has another one. */
  readonly process: string
}

/** What somebody tells of a process. */
export type KnownProcess = { readonly [key in keyof ProcessIdentity]?: string | undefined }

/** This process's identity; undefined where the system does not tell (Linux does). */
export function identifySelf(): ProcessIdentity | undefined {
  const machine = identifyMachine()
  const startedAt = readProcess(process.pid)?.startedAt
  return machine === undefined || startedAt === undefined
    ? undefined
    : { machine, process: `${process.pid}:${startedAt}` }
}

/** Whether a process is surely gone: it ran on this very machine, and runs no more. False where nobody can tell. */
export function isGone(other: KnownProcess): boolean {
  const [pid = '', startedAt] = other.process?.split(':') ?? []
  if (!/^[1-9]\d{0,9}$/.test(pid) || other.machine === undefined || other.machine !== identifyMachine())
    return false
  if (!exists(Number(pid))) return true
  const found = readProcess(Number(pid))
  return found !== undefined && (found.startedAt !== startedAt || found.dead)
}

function identifyMachine(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}

/** What /proc tells of a process (proc(5)); undefined where it tells nothing, as it does of other users' with `hidepid`. */
function readProcess(pid: number): { readonly startedAt: string; readonly dead: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name stands in brackets and may hold anything; the state is field 3, the start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { startedAt: fields[19] ?? '', dead: fields[0] === 'Z' || fields[0] === 'X' }
  } catch {
    return undefined
  }
}

/** Whether there is a process with this id, of whichever user. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
