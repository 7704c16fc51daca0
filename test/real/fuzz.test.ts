import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { MEMORY_LIMIT_MB, runTargets } from '../fuzz/run.ts'
import { TARGETS } from '../fuzz/targets.ts'

const SECONDS = 60

test('nothing crashes, hangs, leaks or takes much memory in a minute of inputs that nobody has tried', async () => {
  const targets = [...TARGETS.keys()]
  const seed = randomInt(2 ** 31)
  process.stdout.write(`fuzz: seed ${seed}\n`)
  const { reports, peakMb } = await runTargets({ targets, seed, seconds: SECONDS / targets.length })
  const failed = reports.flatMap(({ target, failure }) =>
    failure === undefined ? [] : [{ target, ...failure }],
  )
  expect(failed, `npm run fuzz -- --target TARGET --seed ${seed} --path PATH`).toEqual([])
  expect(peakMb).toBeLessThan(MEMORY_LIMIT_MB)
  expect(Math.min(...reports.map(({ inputs }) => inputs))).toBeGreaterThan(1000)
}, 180_000)
