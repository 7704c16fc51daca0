import { describe, expect, test } from 'vitest'
import { storeContext } from '../../test/support/store-context.ts'
import { parseGithubSecrets } from './github-secrets.ts'
import { github } from './github.ts'

function open(env: Record<string, string>, secrets?: Record<string, string>) {
  const context = storeContext({ env })
  const githubSecrets =
    secrets === undefined ? undefined : parseGithubSecrets(JSON.stringify(secrets), context.secret)
  return github.open({}, { ...context, githubSecrets })
}

const read = async (store: ReturnType<typeof open>, key: string) =>
  (await store.read({ key }))?.value.reveal()

describe('github', () => {
  test.each(['DB_PASSWORD', 'db_password', 'Db_Password'])('finds a secret as %s', async (key) => {
    expect(await read(open({}, { DB_PASSWORD: 'x' }), key)).toBe('x')
    expect(await read(open({ DB_PASSWORD: 'x' }), key)).toBe('x')
    expect(await read(open({ db_password: 'x' }), key)).toBe('x')
  })

  test('github-secrets goes before the environment, which is asked where it has none', async () => {
    const store = open({ A: 'environment', B: 'environment' }, { A: 'input' })
    expect(await read(store, 'A')).toBe('input')
    expect(await read(store, 'B')).toBe('environment')
  })

  test('a secret may have a name that is the runner’s in the environment', async () => {
    expect(await read(open({ RUNNER_TOKEN: 'runner' }, { RUNNER_TOKEN: 'mine' }), 'runner_token')).toBe(
      'mine',
    )
    await expect(read(open({ RUNNER_TOKEN: 'runner' }), 'runner_token')).rejects.toMatchObject({
      code: 'STORE_DENIED',
    })
  })

  test.each(['GITHUB_TOKEN', 'github_token', 'GITHUB_SHA', 'ACTIONS_STEP_DEBUG'])(
    'never reads %s',
    async (key) => {
      await expect(read(open({ [key]: 'x' }, { [key]: 'x' }), key)).rejects.toMatchObject({
        code: 'STORE_DENIED',
      })
    },
  )

  test('names two variables that differ in case only', async () => {
    const reading = read(open({ http_token: 'a', HTTP_TOKEN: 'b' }), 'Http_Token')
    await expect(reading).rejects.toMatchObject({
      code: 'VALUE_INVALID',
      message: 'github: "http_token" and "HTTP_TOKEN" differ in case only',
    })
  })

  test('other variables may differ in case only', async () => {
    expect(await read(open({ http_proxy: 'a', HTTP_PROXY: 'b', TOKEN: 'c' }), 'TOKEN')).toBe('c')
  })
})
