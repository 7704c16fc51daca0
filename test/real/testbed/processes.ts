import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { waitUntil } from '../../support/wait-until.ts'
import { tail } from './run.ts'

/**
 * Reads one process id a line. Once its input ends, which is when this process ends, however that happens,
 * it ends those processes and removes the folder.
 */
const GUARDIAN = 'ids=; while read -r id; do ids="$ids $id"; done; kill -9 $ids 2>/dev/null; rm -rf -- "$1"'

export interface Component {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  /** On top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Resolves to true once it does its work. */
  ready(): Promise<boolean>
}

/** Processes that end together, at the latest with this one, and the folder that goes with them. */
export interface ProcessGroup {
  /** Starts a component and resolves when it is ready; throws with the tail of its log where it ends or hangs. */
  start(component: Component, limitMs: number): Promise<void>
  stop(): Promise<void>
}

export function openProcessGroup(folder: string): ProcessGroup {
  const guardian = spawn('sh', ['-c', GUARDIAN, 'guardian', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guardian.unref()
  const children: ChildProcess[] = []
  return {
    async start(component, limitMs) {
      const log = join(folder, `${component.name}.log`)
      const child = spawnLogged(component, log)
      if (child.pid !== undefined) {
        children.push(child)
        guardian.stdin.write(`${child.pid}\n`)
      }
      await waitUntilReady(component, child, limitMs).catch((cause: unknown) => {
        throw new Error(`${component.name} did not start:\n${tail(log)}`, { cause })
      })
    },
    async stop() {
      const ends = [guardian, ...children].map(ended)
      guardian.stdin.end()
      await Promise.all(ends)
    },
  }
}

function spawnLogged({ program, args, env }: Component, log: string): ChildProcess {
  const output = openSync(log, 'a')
  const child = spawn(program, args, { stdio: ['ignore', output, output], env: { ...process.env, ...env } })
  child.unref()
  closeSync(output)
  return child
}

async function waitUntilReady(component: Component, child: ChildProcess, limitMs: number): Promise<void> {
  if (child.pid === undefined) await once(child, 'spawn') // throws the reason why it could not be started
  const state = await waitUntil(`${component.name} to be ready`, limitMs, async () => {
    if (hasEnded(child)) return 'ended'
    return (await component.ready()) && 'ready'
  })
  if (state === 'ended') throw new Error(`${component.name} ended with code ${String(child.exitCode)}`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  child.ref()
  await once(child, 'exit')
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
