/**
 * Tests on the real components: `npm run test:real [-- VITEST-ARGUMENTS]`. Whatever is not in the cache is built before
 * the first test, so that no test waits for a compiler.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join, resolve } from 'node:path'
import { createRequire } from 'node:module'
import { buildAll } from './testbed/tools.ts'

const ROOT = resolve(import.meta.dirname, '../..')

process.stdout.write(`the real components are in ${await buildAll()}\n`)
process.exitCode = await runTests(process.argv.slice(2))

/** The exit code of vitest. */
async function runTests(args: readonly string[]): Promise<number> {
  const home = dirname(createRequire(import.meta.url).resolve('vitest/package.json'))
  const argv = [join(home, 'vitest.mjs'), 'run', '--config', 'vitest.real.config.ts', ...args]
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: 'inherit' })
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}
