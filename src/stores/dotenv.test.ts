import { describe, expect, test } from 'vitest'
import { memoryFiles } from '../../test/support/memory-files.ts'
import { storeContext } from '../../test/support/store-context.ts'
import { ActionError } from '../error.ts'
import { dotenv } from './dotenv.ts'

function open(content: string, path = '.env') {
  const files = memoryFiles({ [path]: content })
  return { files, store: dotenv.open({}, storeContext({ files })) }
}

async function failure(reading: Promise<unknown>): Promise<ActionError> {
  const error: unknown = await reading.catch((thrown: unknown) => thrown)
  if (error instanceof ActionError) return error
  throw new Error('no ActionError')
}

describe('dotenv', () => {
  test('reads the file once, however many read from it at once and again', async () => {
    const { files, store } = open('A=1\nB=2')
    await Promise.all(['A', 'B', 'A', 'C'].map((property) => store.read({ key: '.env', property })))
    await store.read({ key: '.env', property: 'B' })
    expect(files.reads).toEqual(['.env'])
  })

  test('a file that is not there is no absent variable', async () => {
    const { store } = open('A=1')
    expect(await store.read({ key: '.env', property: 'B' })).toBeUndefined()
    const error = await failure(store.read({ key: '.evn', property: 'A' }))
    expect(error).toMatchObject({ code: 'STORE_UNREACHABLE', message: 'dotenv: there is no file ".evn"' })
  })

  test('tells every problem of the file, each with its line, and the same one again', async () => {
    const { store } = open('A=1\nB\nA=2\n', 'deploy/.env')
    const first = await failure(store.read({ key: 'deploy/.env', property: 'A' }))
    expect(first.problems.map(({ message, at }) => [message, at])).toEqual([
      ['dotenv: deploy/.env, line 2: not `NAME=value`', { file: 'deploy/.env', line: 2 }],
      [
        'dotenv: deploy/.env, line 3: sets a variable that line 1 has set already',
        { file: 'deploy/.env', line: 3 },
      ],
    ])
    expect(await failure(store.read({ key: 'deploy/.env', property: 'B' }))).toBe(first)
  })

  test('tells how to name a variable', async () => {
    const error = await failure(open('A=1').store.read({ key: '.env' }))
    expect(error.problems[0].hint).toBe('name the variable: dotenv://.env#NAME')
  })

  test('a file larger than 1 MiB is not read', async () => {
    const error = await failure(open('#'.repeat(1_048_577)).store.read({ key: '.env', property: 'A' }))
    expect(error.code).toBe('STORE_DENIED')
    const { store } = open(`A=${'x'.repeat(1_048_574)}`)
    expect((await store.read({ key: '.env', property: 'A' }))?.value.size).toBe(1_048_574)
  })

  test('masks only what is asked for', async () => {
    const context = storeContext({ files: memoryFiles({ '.env': 'A=1\nB=2' }) })
    await dotenv.open({}, context).read({ key: '.env', property: 'A' })
    expect(context.masked.map(({ name }) => name)).toEqual(['dotenv://.env#A'])
  })
})
