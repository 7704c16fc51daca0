import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from '../../support/wait-until.ts'
import { components, type Component, type ComponentName } from './components.ts'

/** A cold build of the control plane took five minutes on two cores. */
const BUILD_LIMIT_MS = 60 * 60_000

const building = new Map<ComponentName, Promise<string>>()

/** The folder with the component's `bin`, built now unless it is there already. */
export function builtComponent(name: ComponentName): Promise<string> {
  const started = building.get(name) ?? build(name, components[name])
  building.set(name, started)
  return started
}

async function build(name: ComponentName, component: Component): Promise<string> {
  const cache = cacheFolder()
  const target = join(cache, `${name}-${digest(component)}`)
  if (existsSync(target)) return target
  mkdirSync(cache, { recursive: true })
  await withLock(`${target}.lock`, async () => {
    if (existsSync(target)) return
    await buildInto(target, name, component)
  })
  return target
}

/** Nobody ever sees half a build: it is made elsewhere in the cache and then renamed. */
async function buildInto(target: string, name: ComponentName, component: Component): Promise<void> {
  const log = `${target}.log`
  const started = Date.now()
  process.stderr.write(`building ${name} for the real testbed; its log is ${log}\n`)
  rmSync(log, { force: true })
  const temporary = mkdtempSync(join(cacheFolder(), `.${name}-`))
  try {
    mkdirSync(join(temporary, 'bin'))
    await component.build(temporary, log)
    renameSync(temporary, target)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  process.stderr.write(`built ${name} in ${Math.round((Date.now() - started) / 1000)} s\n`)
}

/** Outside the checkout, so that it outlives it. */
export function cacheFolder(): string {
  const named = process.env['SECRETFERRY_TESTBED_CACHE']
  if (named !== undefined && named !== '') return named
  const xdg = process.env['XDG_CACHE_HOME']
  const base = xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache')
  return join(base, 'secretferry-testbed')
}

function digest({ inputs }: Component): string {
  const all = JSON.stringify([process.platform, process.arch, ...inputs])
  return createHash('sha256').update(all).digest('hex').slice(0, 16)
}

/** One process at a time; the lock of a process that is no more is taken over. */
async function withLock(file: string, work: () => Promise<void>): Promise<void> {
  await waitUntil(`another process's build (${file})`, BUILD_LIMIT_MS, () => Promise.resolve(acquire(file)))
  try {
    await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function acquire(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!holderLives(file)) rmSync(file, { force: true })
    return false
  }
}

function holderLives(file: string): boolean {
  try {
    const holder = Number(readFileSync(file, 'utf8'))
    // Between its creation and its first byte the file is empty: somebody is just taking it.
    return holder === 0 || process.kill(holder, 0)
  } catch {
    return false
  }
}
