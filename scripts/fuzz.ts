/**
 * Gives hostile inputs to everything that reads what others write: `npm run fuzz -- [--seconds N | --inputs N]
 * [--target NAME] [--seed S [--path P]]`. `--inputs` is of each target, `--seconds` of all together. Exits 1 on a failure.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { MEMORY_LIMIT_MB, runTargets, type Task } from '../test/fuzz/run.ts'
import { TARGETS } from '../test/fuzz/targets.ts'

/** Targets that run at once. */
const AT_ONCE = 2
const COLUMNS = [15, 9, 9, 12, 14, 9]

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    inputs: { type: 'string' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
})
const names = values.target ?? [...TARGETS.keys()]
const seed = Number(values.seed ?? randomInt(2 ** 31))
const task: Omit<Task, 'targets'> = {
  seed,
  ...(values.inputs === undefined ? {} : { inputs: Number(values.inputs) }),
  ...(values.path === undefined ? {} : { path: values.path }),
  ...(values.inputs !== undefined && values.seconds === undefined
    ? {}
    : { seconds: (Number(values.seconds ?? 60) * Math.min(AT_ONCE, names.length)) / names.length }),
}

process.stdout.write(`seed ${seed}\n`)
row(['target', 'inputs', 'seconds', 'slowest ms', 'at', 'peak MB'])
const waiting = [...names]
let [total, failures] = [0, 0]
await Promise.all(Array.from({ length: AT_ONCE }, work))
process.stdout.write(`${total} inputs, ${failures} failures\n`)
process.exitCode = failures === 0 ? 0 : 1

async function work(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await runOne(name)
}

async function runOne(name: string): Promise<void> {
  const { reports, peakMb } = await runTargets({ targets: [name], ...task })
  for (const { inputs, seconds, slowestMs, slowestPath, failure } of reports) {
    row([name, String(inputs), seconds.toFixed(0), slowestMs.toFixed(0), slowestPath, peakMb.toFixed(0)])
    total += inputs
    if (failure !== undefined) {
      failures++
      const again = `npm run fuzz -- --target ${name} --seed ${seed} --path ${failure.path}`
      process.stdout.write(`  ${failure.kind}: ${failure.what}\n  ${failure.input}\n  again: ${again}\n`)
    }
    if (peakMb > MEMORY_LIMIT_MB) {
      failures++
      process.stdout.write(`  memory: more than ${MEMORY_LIMIT_MB} MB\n`)
    }
  }
}

function row(cells: readonly string[]): void {
  process.stdout.write(
    `${cells
      .map((cell, n) => cell.padEnd(COLUMNS[n] ?? 0))
      .join(' ')
      .trimEnd()}\n`,
  )
}
