import { describe, expect, test } from 'vitest'
import { droppedJobOutputs, parsePairs, readSummary } from './command-files.ts'
import { createRunnerMasker } from './runner-masking.ts'

describe('parsePairs', () => {
  test.each([
    ['', {}],
    ['a=b\n\nc=d=e<<f\n', { a: 'b', c: 'd=e<<f' }],
    ['a<<END\none\n\ntwo=2\nEND\nb=', { a: 'one\n\ntwo=2', b: '' }],
    ['a<<END\nEND\n', { a: '' }],
    ['a=1\na=2', { a: '2' }],
    ['a=b\r\n', { a: 'b\r' }],
  ])('%j', (text, pairs) => {
    expect(parsePairs(text)).toEqual(pairs)
  })

  test.each(['no pair', '=value', 'a<<END\nopen', 'a<<\n\n', '<<END\nEND'])('refuses %j', (text) => {
    expect(() => parsePairs(text)).toThrow('Invalid')
  })
})

test('an output that holds a mask is dropped', () => {
  const masker = createRunnerMasker()
  masker.addMask('1')
  expect(droppedJobOutputs({ changed: 'true', count: '10' }, masker)).toEqual(['count'])
})

test('a summary is masked by line, and dropped beyond 1 MiB', () => {
  const masker = createRunnerMasker()
  masker.addMask('hunter22')
  expect(readSummary('# a\nhunter22\n', masker)).toBe('# a\n***\n')
  expect(readSummary('é'.repeat(512 * 1024), masker)).toBeDefined()
  expect(readSummary(`${'é'.repeat(512 * 1024)}x`, masker)).toBeUndefined()
})
