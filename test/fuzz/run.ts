import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

/** What is asked of the fuzzer. It ends with whichever of `inputs` and `seconds` comes first. */
export interface Task {
  readonly targets: readonly string[]
  readonly seed: number
  /** Of each target. */
  readonly inputs?: number
  /** Of each target. */
  readonly seconds?: number
  /** After how many milliseconds an input counts as hanging. */
  readonly hangMs?: number
  /** Replays this one input of the one target. */
  readonly path?: string
}

/** What came of one target. */
export interface Report {
  readonly target: string
  readonly seed: number
  readonly inputs: number
  readonly seconds: number
  /** Of the slowest input. */
  readonly slowestMs: number
  readonly slowestPath: string
  readonly failure: Failure | undefined
}

export interface Failure {
  readonly kind: 'crash' | 'leak' | 'slow' | 'hang' | 'memory'
  readonly what: string
  /** With the seed, it finds the input again. */
  readonly path: string
  /** The input as JSON, cut where it is long. */
  readonly input: string
}

/** The most memory that the process of a target may take, Node itself and the watch included. */
export const MEMORY_LIMIT_MB = 300

/** As deep as this folder is, for what reads files of the repository. */
const BUNDLE = resolve(import.meta.dirname, '../../build/fuzz')
let bundled: Promise<unknown> | undefined

/** Node would take more memory to read the types than the targets need. */
function bundle(): Promise<unknown> {
  return build({
    entryPoints: ['watch', 'worker'].map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: BUNDLE,
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', sourcemap: 'inline' },
  })
}

/** Runs targets one after the other in a process of their own, which is watched; and the most memory that it took. */
export async function runTargets(task: Task): Promise<{ reports: readonly Report[]; peakMb: number }> {
  await (bundled ??= bundle())
  const argv = [join(BUNDLE, 'watch.js'), JSON.stringify(task)]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const printed: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  const text = Buffer.concat(printed).toString()
  if (code !== 0)
    throw new Error(`the process of ${task.targets.join(', ')} ended with ${String(code)}: ${text}`)
  return JSON.parse(text) as { reports: readonly Report[]; peakMb: number }
}
