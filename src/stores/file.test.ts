import { describe, expect, test } from 'vitest'
import { memoryFiles } from '../../test/support/memory-files.ts'
import { storeContext } from '../../test/support/store-context.ts'
import { file } from './file.ts'

const open = (files: Record<string, string | Uint8Array>) =>
  file.open({}, storeContext({ files: memoryFiles(files) }))

describe('file', () => {
  test('keeps a byte order mark, CRLF and the last line end', async () => {
    const content = '\uFEFFone\r\ntwo\r\n'
    expect((await open({ 'a/b.pem': content }).read({ key: 'a/b.pem' }))?.value.reveal()).toBe(content)
  })

  test('reads what is just too large for a Secret, so that the Secret is named', async () => {
    const found = await open({ large: new Uint8Array(1_048_577) }).read({ key: 'large' })
    expect(found?.value.size).toBe(1_048_577)
  })

  test('has no settings', () => {
    expect(file.settings.safeParse({ root: '/' }).success).toBe(false)
  })
})
