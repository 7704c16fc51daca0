import { describe, expect, it } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { ActionError, type Problem } from '../error.ts'
import { failureOf } from './bug.ts'
import { joinFailures, legible } from './failures.ts'

const conflict: Problem = { code: 'CONFLICT', message: 'refused', hint: 'do this' }
const unwritable: Problem = { code: 'CONFIG_NOT_FOUND', message: 'no folder', hint: 'make it' }

describe('joinFailures', () => {
  it('keeps the problems of both, the first one’s code, and none twice', () => {
    const joined = joinFailures(new ActionError(conflict), new ActionError([unwritable, conflict]))
    expect(joined?.problems).toEqual([conflict, unwritable])
    expect(joined?.code).toBe('CONFLICT')
  })

  it('is the only failure where there is one', () => {
    const one = new ActionError(conflict)
    expect([joinFailures(one, undefined), joinFailures(undefined, one)]).toEqual([one, one])
    expect(joinFailures(undefined, undefined)).toBeUndefined()
  })
})

describe('legible', () => {
  it('scrubs every text', () => {
    const at = { file: 'f.yml' }
    const shown = legible(new ActionError([{ ...conflict, at }, unwritable]), () => '***')
    expect(shown.problems).toEqual([
      { code: 'CONFLICT', message: '***', hint: '***', at },
      { code: 'CONFIG_NOT_FOUND', message: '***', hint: '***' },
    ])
  })
})

describe('failureOf', () => {
  it('hands on what is ours', () => {
    const ours = new ActionError(conflict)
    expect(failureOf(ours, fakeEffects())).toBe(ours)
  })

  it.each(['hunter2 canary', 'x\n    at hunter2 (canary:1:2)\ny'])(
    'tells the place of a fault only: %j',
    (text) => {
      const effects = fakeEffects()
      const failure = failureOf(new TypeError(text), effects)
      expect(failure.problems[0].message).toMatch(
        /^a fault in the action itself: TypeError at failures\.test\.ts:\d+:\d+$/,
      )
      expect(JSON.stringify([failure.problems, effects.said])).not.toMatch(/hunter2|canary/)
      expect(failureOf('hunter2', effects).problems[0].message).toMatch(/string at unknown place$/)
    },
  )
})
