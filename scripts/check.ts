/** Everything that must hold of the sources besides their tests: `npm run check`. Each part that fails names its remedy. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bundle } from './bundle.ts'
import { generatedFiles, ROOT } from './generate.ts'

interface Part {
  readonly name: string
  readonly remedy: string
  /** What is wrong; empty where all is well. */
  readonly run: () => Promise<string>
}

const PARTS: readonly Part[] = [
  { name: 'types', remedy: 'correct what tsc names', run: () => tool('typescript/bin/tsc', '--noEmit') },
  {
    name: 'lint',
    remedy: 'correct what eslint names',
    run: () => tool('eslint/bin/eslint.js', '--max-warnings=0', '.'),
  },
  {
    name: 'format',
    remedy: 'npm run format',
    run: () => tool('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
  },
  { name: 'generated files', remedy: 'npm run generate', run: compareGenerated },
  { name: 'dist', remedy: 'npm run build', run: compareDist },
  {
    name: 'secrets',
    remedy: 'take out what it found, or allow what is made up in .github/secretferry.yml',
    run: () => program('dist/index.js', 'scan'),
  },
]

const outcomes = await Promise.all(PARTS.map(judge))
const failed = outcomes.filter((passed) => !passed).length
process.stdout.write(`${outcomes.length - failed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1

async function judge({ name, remedy, run }: Part): Promise<boolean> {
  const start = performance.now()
  const wrong = await run().catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  )
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  if (wrong === '') process.stdout.write(`ok      ${name} (${seconds} s)\n`)
  else process.stdout.write(`FAILED  ${name} (${seconds} s)\n${indent(wrong)}\n        remedy: ${remedy}\n`)
  return wrong === ''
}

async function compareGenerated(): Promise<string> {
  const wrong: string[] = []
  for (const [file, content] of await generatedFiles()) {
    const now = await readFile(path.join(ROOT, file), 'utf8').catch(() => undefined)
    if (now?.replaceAll('\r\n', '\n') !== content) wrong.push(`${file} is not what the sources make`)
  }
  return wrong.join('\n')
}

/** Builds dist/ again beside the checkout and compares every byte. */
async function compareDist(): Promise<string> {
  const broken = await tool('typescript/bin/tsc', '-p', 'tsconfig.build.json')
  if (broken !== '') return broken
  const folder = await mkdtemp(path.join(tmpdir(), 'secretferry-check-'))
  try {
    await bundle(folder)
    const [wanted, found] = await Promise.all([readAll(folder), readAll(path.join(ROOT, 'dist'))])
    const names = [...new Set([...wanted.keys(), ...found.keys()])].sort()
    return names
      .filter((name) => !(wanted.get(name)?.equals(found.get(name) ?? Buffer.of(0)) ?? false))
      .map((name) => `dist/${name} is not what the sources build`)
      .join('\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readAll(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = await readdir(folder).catch(() => [])
  const read = names.map(async (name) => [name, await readFile(path.join(folder, name))] as const)
  return new Map(await Promise.all(read))
}

/** Runs a tool of node_modules; what it printed where it fails, or why it could not be run. */
async function tool(script: string, ...args: readonly string[]): Promise<string> {
  const [name = ''] = script.split('/')
  const folder = path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  return program(path.join(folder, script.slice(name.length + 1)), ...args)
}

/** Runs a Node program in the checkout; what it printed where it fails. */
async function program(...argv: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 0) return ''
  return Buffer.concat(printed).toString().trim() || `it ended with ${String(code)}`
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `        ${line}`)
    .join('\n')
}
