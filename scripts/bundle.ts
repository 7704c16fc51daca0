import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { transform } from 'esbuild'

const ROOT = path.resolve(import.meta.dirname, '..')
const NCC = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js')

/** Every user downloads dist/ before each run. */
export const SIZE_LIMIT = 10 * 1024 * 1024

export interface BundledFile {
  readonly name: string
  readonly bytes: number
}

/**
 * Bundles the compiled sources in build/ into `folder`: the entry, a minified chunk for each lazy import, and the
 * licences of what is inside. The same sources give the same bytes.
 */
export async function bundle(folder: string): Promise<readonly BundledFile[]> {
  const args = ['build', 'build/main.js', '-o', folder, '-m', '--no-cache', '--license', 'licenses.txt']
  await run([NCC, ...args])
  const names = (await readdir(folder)).sort()
  for (const name of names.filter((each) => each.endsWith('.index.js'))) await minify(path.join(folder, name))
  return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(path.join(folder, name))).size })))
}

/** `ncc -m` leaves lazy chunks as they are (facts: 18.9 MB instead of 4.5). Their licences are in licenses.txt. */
async function minify(file: string): Promise<void> {
  const { code } = await transform(await readFile(file, 'utf8'), {
    minify: true,
    format: 'esm',
    platform: 'node',
    legalComments: 'none',
  })
  await writeFile(file, code)
}

/** Runs a Node program in the checkout. Throws with what it printed where it fails. */
async function run(argv: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`ncc failed:\n${Buffer.concat(printed).toString()}`)
}
