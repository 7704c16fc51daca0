import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { contentOf } from './content.ts'

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`

test.each([
  ['text', Buffer.from('Grüße\n'), 'Grüße\n'],
  ['nothing', Buffer.from(''), ''],
  ['UTF-16 with its mark', Buffer.from('\ufeffpässword', 'utf16le'), 'pässword'],
  ['UTF-16 without', Buffer.from('password = hunter2', 'utf16le'), 'password = hunter2'],
  ['UTF-16 the other way round', Buffer.from('\ufeffpassword', 'utf16le').swap16(), 'password'],
  ['what begins as bzip2 does', Buffer.from('BZhang\n'), 'BZhang\n'],
])('%s is text', (_, bytes, expected) => {
  const content = contentOf(bytes)
  expect(content.kind === 'text' && content.bytes.toString()).toBe(expected)
})

test('text that is not valid UTF-8 stays as it is', () => {
  const bytes = Buffer.from([0x61, 0xff, 0xfe, 0x0a])
  expect(contentOf(bytes)).toEqual({ kind: 'text', bytes })
})

test('a NUL makes it binary, UTF-32 too', () => {
  expect(contentOf(Buffer.from('MZ\0\u0001\u0002abcdefgh')).kind).toBe('binary')
  expect(contentOf(Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])).kind).toBe('binary')
})

test.each([
  ['an archive', gzipSync('password')],
  ['an archive', Buffer.from('PK\u0003\u0004....')],
  ['an archive', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\0')])],
  ['a pointer of Git LFS', Buffer.from(POINTER)],
])('%s is not looked into, and says why', (_, bytes) => {
  expect(contentOf(bytes)).toEqual({ kind: 'closed', why: expect.stringMatching(/\w/) })
})
