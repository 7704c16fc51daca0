/**
 * How much the runner slows down with masks: `node scripts/measure-masks.ts`. Each mask is what the action gives to the
 * runner; the runner's masker (test/support/runner-masking.ts) derives its encodings and searches all in every line.
 */
import { createHash } from 'node:crypto'
import { createMasks } from '../src/masking.ts'
import { createRunnerMasker, type RunnerMasker } from '../test/support/runner-masking.ts'

const LINES = 2000
const COUNTS = [0, 300, 1000, 3000, 10_000, 50_000]

const log = Array.from(
  { length: LINES },
  (_, n) => `2026-01-01T00:00:${n % 60}Z step ${n}: ${pseudoRandom(n, 60)} done`,
)

process.stdout.write('forms   searched   seconds for 2,000 lines   ms a line\n')
for (const count of COUNTS) {
  const masker = createRunnerMasker()
  for (let n = 0; n < count; n++) masker.addMask(pseudoRandom(n, 32))
  report(count, masker)
}

const values = 500
const masker = createRunnerMasker()
let forms = 0
const masks = createMasks({
  emit: (told) => {
    forms += told.length
    for (const form of told) masker.addMask(form)
  },
  warn: (text) => process.stdout.write(`${text}\n`),
})
for (let n = 0; n < values; n++) masks.register(Buffer.from(pseudoRandom(n, 32)), `value ${n}`)
process.stdout.write(`${values} values of 32 characters: ${forms / values} forms each\n`)
report(forms, masker)

function report(count: number, masked: RunnerMasker): void {
  const start = performance.now()
  for (const line of log) masked.mask(line)
  const seconds = (performance.now() - start) / 1000
  const columns = [
    String(count).padStart(6),
    String(masked.needles.size).padStart(10),
    seconds.toFixed(2).padStart(10),
  ]
  process.stdout.write(`${columns.join(' ')} ${((seconds * 1000) / LINES).toFixed(3).padStart(26)}\n`)
}

/** The same texts in each run: characters of base64, as passwords are. */
function pseudoRandom(seed: number, length: number): string {
  return createHash('sha512').update(String(seed)).digest('base64').slice(0, length)
}
