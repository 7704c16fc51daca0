import { describe, expect, test } from 'vitest'
import { asksForResultCodes, inputsOfArguments } from './command-line.ts'

test('a runner gives none', () => {
  expect(inputsOfArguments([])).toEqual({})
})

test('switches, and values in either way', () => {
  expect(inputsOfArguments(['scan', '--staged', '--fail-on', 'high', '--config=a=b.yml'])).toEqual({
    INPUT_MODE: 'scan',
    INPUT_STAGED: 'true',
    'INPUT_FAIL-ON': 'high',
    INPUT_CONFIG: 'a=b.yml',
  })
})

test('a render', () => {
  expect(inputsOfArguments(['render', '--environment', 'staging', '--output-directory', '-'])).toEqual({
    INPUT_MODE: 'render',
    INPUT_ENVIRONMENT: 'staging',
    'INPUT_OUTPUT-DIRECTORY': '-',
  })
})

test('a switch that is no input', () => {
  expect(inputsOfArguments(['scan', '--exit-by-result'])).toEqual({ INPUT_MODE: 'scan' })
  expect(asksForResultCodes(['scan', '--exit-by-result'])).toBe(true)
  expect(asksForResultCodes(['scan'])).toBe(false)
})

describe('refused, without a word of what was given:', () => {
  test.each([
    ['another command', ['apply']],
    ['the key of fingerprints', ['render', '--fingerprint-key', 'hunter2hunter2']],
    ['a token of the job', ['render', '--github-token=hunter2hunter2']],
    ['an unknown argument', ['scan', '--stagged']],
    ['a word that is no argument', ['scan', 'hunter2hunter2']],
    ['a value that is missing', ['scan', '--fail-on']],
    ['a secret', ['scan', '--token', 'hunter2hunter2']],
    ['its switch for another command', ['render', '--exit-by-result']],
    ['the mode', ['scan', '--mode', 'apply']],
  ])('%s', (_, argv) => {
    expect(() => inputsOfArguments(argv)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
    expect(() => inputsOfArguments(argv)).not.toThrow(/hunter2/)
  })
})
