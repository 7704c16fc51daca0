import { describe, expect, it, test } from 'vitest'
import { ActionError, type Code } from './error.ts'
import { exitCodeOf, type ScanEnd } from './exit-code.ts'

const failing = (code: Code): ActionError => new ActionError({ code, message: 'no', hint: 'none' })
const RESULTS = ['clean', 'allowed', 'found', 'could-not-look'] as const
const FAILURES = { found: failing('SECRET_FOUND'), 'could-not-look': failing('NOT_SCANNED') } as const

test.each([
  [undefined, 0],
  [failing('SECRET_FOUND'), 1],
  [failing('BUG'), 1],
] as const)('where nothing is scanned %o is %i', (failure, code) => {
  expect(exitCodeOf(failure, undefined)).toBe(code)
})

describe('the results of a scan', () => {
  const codesOf = (byResult: boolean): number[] =>
    RESULTS.map((result) =>
      exitCodeOf(result in FAILURES ? FAILURES[result as keyof typeof FAILURES] : undefined, {
        result,
        byResult,
      }),
    )

  it('share no code where that is asked for', () => {
    expect(new Set(codesOf(true)).size).toBe(RESULTS.length)
  })

  it('share none otherwise but those that are to pass: a runner and a hook know only 0 for that', () => {
    expect(codesOf(false)).toEqual([0, 0, 1, 2])
  })
})

describe('a scan', () => {
  test.each<[string, ActionError | undefined, ScanEnd, number]>([
    ['that found less than it fails for passes', undefined, { result: 'found', byResult: false }, 0],
    ['that found less tells so where it is asked', undefined, { result: 'found', byResult: true }, 1],
    [
      'that came to no end did not look',
      failing('CONFIG_INVALID'),
      { result: undefined, byResult: false },
      2,
    ],
    [
      'whose report can’t be written is not clean',
      failing('CONFIG_NOT_FOUND'),
      { result: 'clean', byResult: false },
      4,
    ],
    ['that was cancelled did not look', failing('CANCELLED'), { result: undefined, byResult: true }, 2],
  ])('%s', (_what, failure, end, code) => {
    expect(exitCodeOf(failure, end)).toBe(code)
  })
})
