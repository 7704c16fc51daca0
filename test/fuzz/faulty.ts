import fc from 'fast-check'
import { CANARY, type Target } from './target.ts'

/** The input that each of them fails at. */
const BAD = 7

/** What the fuzzer itself is tried with: each does something wrong at the input 7, and nothing wrong at others. */
export const FAULTY: ReadonlyMap<string, Target> = new Map(
  Object.entries({
    crash: () => {
      throw new RangeError('too many')
    },
    leak: () => [`not a number: ${CANARY}`],
    hang: () => {
      for (;;);
    },
    memory: () => {
      const taken: number[][] = []
      for (;;) taken.push(new Array<number>(1_000_000).fill(taken.length))
    },
  }).map(([name, fail]) => {
    const run: Target['run'] = (input) => (input === BAD ? fail() : [])
    return [name, { name, inputs: fc.nat(20), run }]
  }),
)
