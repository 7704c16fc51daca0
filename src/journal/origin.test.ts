import { describe, expect, it } from 'vitest'
import { compareOrigins, readOrigin, type Origin } from './origin.ts'

const commit = (digit: string): string => digit.repeat(40)
const of = (digit: string, run: string, repository = 'octo/app'): Origin => ({
  commit: commit(digit),
  run,
  repository,
})
const nothing = () => Promise.resolve(undefined)
/** A clone with these commits, the oldest first. */
const clone =
  (...digits: readonly string[]) =>
  (ancestor: string, descendant: string) => {
    const [a, b] = [ancestor, descendant].map((each) => digits.findIndex((digit) => commit(digit) === each))
    return Promise.resolve(a === -1 || b === -1 ? undefined : (a ?? 0) <= (b ?? 0))
  }

describe('compareOrigins', () => {
  it.each<[string, Origin, Origin, ReturnType<typeof clone>, string]>([
    ['the same commit, made again', of('a', '1'), of('a', '2'), nothing, 'not-older'],
    ['an earlier run, made again', of('a', '1'), of('b', '2'), nothing, 'older'],
    ['a later run', of('b', '2'), of('a', '1'), nothing, 'not-older'],
    [
      'a later run of an older commit, as the clone tells',
      of('a', '3'),
      of('b', '2'),
      clone('a', 'b'),
      'older',
    ],
    [
      'an earlier run of a newer commit, as the clone tells',
      of('b', '1'),
      of('a', '2'),
      clone('a', 'b'),
      'not-older',
    ],
    [
      'a later run, where the clone lacks one of the two',
      of('b', '2'),
      of('a', '1'),
      clone('b'),
      'not-older',
    ],
    [
      'commits of two branches, by their runs',
      of('a', '1'),
      of('b', '2'),
      () => Promise.resolve(false),
      'older',
    ],
    ['longer numbers', of('a', '9'), of('b', '10'), nothing, 'older'],
    ['another repository', of('a', '2'), of('b', '1', 'octo/other'), nothing, 'unknown'],
    ['a run by hand after one of a workflow', {}, of('b', '2'), nothing, 'unknown'],
    ['a run of a workflow after one by hand', of('b', '2'), {}, nothing, 'unknown'],
  ])('%s', async (_, own, last, ancestry, verdict) => {
    expect(await compareOrigins(own, last, ancestry)).toBe(verdict)
  })
})

describe('readOrigin', () => {
  it('takes what the runner tells, and leaves out what it does not', () => {
    const env = { GITHUB_REPOSITORY: 'octo/app', GITHUB_SHA: commit('a'), GITHUB_RUN_ID: '7' }
    expect(readOrigin(env)).toEqual(of('a', '7'))
    expect(readOrigin({ GITHUB_SHA: 'main', GITHUB_RUN_ID: 'x', GITHUB_REPOSITORY: '' })).toEqual({})
  })
})
