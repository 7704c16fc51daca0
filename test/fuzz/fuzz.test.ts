import { describe, expect, test } from 'vitest'
import { FOUND } from './found.ts'
import { judge } from './judge.ts'
import { leakIn } from './leak.ts'
import { MEMORY_LIMIT_MB, runTargets } from './run.ts'
import { CANARY, type Target } from './target.ts'
import { TARGETS } from './targets.ts'

describe('what was found once', () => {
  test.each(FOUND)('$target: $what', async ({ target, input }) => {
    const { fault } = await judge(TARGETS.get(target) as Target, input)
    expect(fault).toBeUndefined()
  })
})

test('every target takes some hundred inputs, the same in each run', async () => {
  const { reports, peakMb } = await runTargets({ targets: [...TARGETS.keys()], seed: 4, inputs: 300 })
  expect(
    reports.flatMap(({ target, failure }) => (failure === undefined ? [] : [{ target, ...failure }])),
  ).toEqual([])
  expect(reports.map(({ inputs }) => inputs)).toEqual([...TARGETS.keys()].map(() => 300))
  expect(peakMb).toBeLessThan(MEMORY_LIMIT_MB)
})

test('what goes wrong is found, whatever it is, and told with the input that it can be repeated with', async () => {
  const kinds = ['crash', 'leak', 'hang', 'memory']
  const { reports } = await runTargets({ targets: kinds, seed: 1, inputs: 1000, hangMs: 1500 })
  expect(reports.map(({ failure }) => failure?.kind)).toEqual(kinds)
  expect(reports.slice(0, 2).map(({ failure }) => failure?.input)).toEqual(['7', '7'])
  const path = reports[2]?.failure?.path ?? ''
  const again = await runTargets({ targets: ['hang'], seed: 1, path, hangMs: 1500 })
  expect(again.reports[0]?.failure?.kind).toBe('hang')
})

describe('the judge', () => {
  const target = (run: Target['run']): Target => ({ ...(TARGETS.get('dotenv') as Target), run })

  test('takes any error that is none of ours for a crash', async () => {
    const thrower = target(() => {
      throw new TypeError('x')
    })
    expect((await judge(thrower, '')).fault).toMatchObject({ kind: 'crash' })
  })

  test.each([
    ['as it is', `a ${CANARY} b`],
    ['in base64', Buffer.from(CANARY).toString('base64')],
    ['inside of base64', Buffer.from(`x${CANARY}yz`).toString('base64')],
    ['in hex', Buffer.from(CANARY).toString('hex')],
    ['cut', CANARY.slice(-24, -10)],
  ])('finds a value %s', async (_, text) => {
    expect(leakIn(text)).toBeDefined()
    expect(
      (
        await judge(
          target(() => [text]),
          '',
        )
      ).fault,
    ).toMatchObject({ kind: 'leak' })
  })

  test('finds an input that takes longer than it may', async () => {
    const busy = target(() => {
      // By the thread's own clock: another process may have the core meanwhile.
      const before = process.threadCpuUsage()
      while (process.threadCpuUsage(before).user < 40_000);
      return []
    })
    expect((await judge(busy, '', 20)).fault).toMatchObject({ kind: 'slow' })
  })
})
