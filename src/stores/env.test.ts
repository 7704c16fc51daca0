import { describe, expect, test } from 'vitest'
import { storeContext } from '../../test/support/store-context.ts'
import { env } from './env.ts'

const open = (variables: Record<string, string | undefined>, prefix = '') =>
  env.open({ prefix }, storeContext({ env: variables }))

describe('env', () => {
  test('puts the prefix before every key', async () => {
    const found = await open({ APP_TOKEN: 'with', TOKEN: 'without' }, 'APP_').read({ key: 'TOKEN' })
    expect(found?.value.reveal()).toBe('with')
  })

  test('refuses what prefix and key spell together', async () => {
    const reading = open({ ACTIONS_RUNTIME_TOKEN: 'x' }, 'ACTIONS_').read({ key: 'RUNTIME_TOKEN' })
    await expect(reading).rejects.toMatchObject({ code: 'STORE_DENIED' })
  })

  test.each(['actions_x', 'Input_x', 'RUNNER_X'])(
    'refuses %s in any case, as Windows has it',
    async (key) => {
      await expect(open({}).read({ key })).rejects.toMatchObject({ code: 'STORE_DENIED' })
    },
  )

  test.each(['ACTIONS', 'MY_ACTIONS_TOKEN', 'INPUTS', 'RUNNERX', 'GITHUB_TOKEN'])('reads %s', async (key) => {
    expect((await open({ [key]: 'value' }).read({ key }))?.value.reveal()).toBe('value')
  })

  test('a prefix is empty unless set, and no other setting exists', () => {
    expect(env.settings.parse({})).toEqual({ prefix: '' })
    expect(env.settings.safeParse({ Prefix: 'x' }).success).toBe(false)
  })

  test('prints a key with control characters harmlessly', async () => {
    const reading = open({}).read({ key: 'INPUT_\n::warning::x' })
    await expect(reading).rejects.toThrow(/^[^\n]*$/)
  })
})
