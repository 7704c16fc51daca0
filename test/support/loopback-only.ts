/**
 * Preloaded with --import into the action under test: stops the network at the socket, as if the machine had none but
 * the loopback, and writes each attempt to connect and each child process to the file SECRETFERRY_TEST_TRACE names.
 */
import childProcess, { ChildProcess } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { isIP, Socket } from 'node:net'

interface Target {
  readonly path?: string
  readonly host?: string
  readonly port?: number
}

/** Of `connect`; node:https sets `path` to null. */
interface Options {
  readonly path?: string | null
  readonly host?: string | null
  readonly port?: number | string
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

const trace = process.env.SECRETFERRY_TEST_TRACE
// The action is not to see it.
delete process.env.SECRETFERRY_TEST_TRACE

replace(Socket.prototype, 'connect', (connect) => {
  return function (this: unknown, ...args) {
    const target = targetOf(args)
    record({ connect: target })
    if (isLoopback(target)) return connect.apply(this, args)
    const error = new Error(`connect ENETUNREACH ${target.host ?? ''}:${target.port ?? ''} (loopback only)`)
    Object.assign(error, { code: 'ENETUNREACH', syscall: 'connect' })
    // node:tls still sets the socket up after this, as it does where the system refuses.
    process.nextTick(() => (this as Socket).destroy(error))
    return this
  }
})
replace(ChildProcess.prototype, 'spawn', (spawn) => {
  return function (this: unknown, ...args) {
    record({ spawn: (args[0] as { args: string[] }).args })
    return spawn.apply(this, args)
  }
})
for (const name of ['spawnSync', 'execFileSync', 'execSync'] as const) {
  replace(childProcess, name, (run) => {
    return function (...args) {
      record({ spawn: args.slice(0, 2).flat() })
      return run.apply(this, args)
    }
  })
}
syncBuiltinESMExports()

function replace(owner: object, name: string, wrap: (original: AnyFunction) => AnyFunction): void {
  const methods = owner as Record<string, AnyFunction>
  const original = methods[name]
  if (original === undefined) throw new Error(`this Node has no ${name}`)
  methods[name] = wrap(original)
}

function record(entry: object): void {
  if (trace !== undefined) appendFileSync(trace, `${JSON.stringify(entry)}\n`)
}

/** The arguments of `connect`: options, a path, or port and host; or all of them in an array, made by node:net. */
function targetOf(args: readonly unknown[]): Target {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args
  if (typeof first === 'object' && first !== null) {
    const { path, host, port } = first as Options
    return typeof path === 'string' ? { path } : { host: host ?? 'localhost', port: Number(port) }
  }
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { path: first }
  return { host: typeof second === 'string' ? second : 'localhost', port: Number(first) }
}

function isLoopback({ path, host = '' }: Target): boolean {
  if (path !== undefined) return true
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
