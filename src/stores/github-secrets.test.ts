import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { ActionError } from '../error.ts'
import { parseGithubSecrets } from './github-secrets.ts'

function parse(value: unknown) {
  const effects = fakeEffects()
  const json = typeof value === 'string' ? value : JSON.stringify(value)
  const secrets = () => parseGithubSecrets(json, effects.secret)
  return { secrets, masked: () => effects.masked.map((each) => Buffer.from(each.value).toString()) }
}

function failure(run: () => unknown): ActionError {
  try {
    run()
  } catch (error) {
    if (error instanceof ActionError) return error
  }
  throw new Error('no ActionError')
}

describe('parseGithubSecrets', () => {
  test('answers the names as GitHub gave them', () => {
    const secrets = parse({ DB_PASSWORD: 'one', Token_2: 'two', EMPTY: '' }).secrets()
    expect([...secrets].map(([name, value]) => [name, value.reveal()])).toEqual([
      ['DB_PASSWORD', 'one'],
      ['Token_2', 'two'],
      ['EMPTY', ''],
    ])
  })

  test('leaves out the token of the job and the switches of the runner, and masks them', () => {
    const { secrets, masked } = parse({
      github_token: 'ghs_1',
      GITHUB_TOKEN: 'ghs_2',
      ACTIONS_STEP_DEBUG: 'true',
      actions_x: 'y',
      MINE: 'z',
    })
    expect([...secrets().keys()]).toEqual(['MINE'])
    expect(masked()).toEqual(['ghs_1', 'ghs_2', 'true', 'y', 'z'])
  })

  test('a context without secrets is an empty map', () => {
    expect(parse({}).secrets().size).toBe(0)
  })

  test.each([
    ['no JSON', '{"A": "zqzq'],
    ['nothing', ''],
    ['a list', '["zqzq"]'],
    ['a string', '"zqzq"'],
    ['null', 'null'],
    ['a number as value', '{"A": "zqzq", "B": 1}'],
    ['an object as value', '{"A": {"zqzq": "zqzq"}}'],
    ['a null as value', '{"A": null, "B": "zqzq"}'],
    ['a name that GitHub has not', '{"zq zq": "zqzq"}'],
  ])('refuses %s without quoting it', (_what, json) => {
    const error = failure(parse(json).secrets)
    expect(error.code).toBe('INPUT_INVALID')
    expect(error.problems[0].at).toEqual({ label: 'input "github-secrets"' })
    expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(/zq ?zq/)
  })

  test('refuses names that differ in case only, naming all, after masking', () => {
    const { secrets, masked } = parse({ Token: 'a', TOKEN: 'b', Key: 'c', KEY: 'd', key: 'e' })
    const error = failure(secrets)
    expect(error.problems.map(({ message }) => message)).toEqual([
      'github: "Token" and "TOKEN" differ in case only',
      'github: "Key" and "KEY" and "key" differ in case only',
    ])
    expect(masked()).toHaveLength(5)
  })

  test('masks what it can before it refuses the rest', () => {
    const { secrets, masked } = parse({ A: 'first', B: 2, C: 'third' })
    failure(secrets)
    expect(masked()).toEqual(['first', 'third'])
  })
})
