import { expect, test } from 'vitest'
import { plainSecret } from '../../test/support/plain-secret.ts'
import { checkAppearance } from './appearance.ts'

const messages = (value: Uint8Array | string, source = 'env://X') =>
  checkAppearance('KEY', { value: plainSecret(value), source }).map(({ message }) => message)

test.each<[string, string[]]>([
  ['token\n', ['the value of "KEY" is one line and ends in a line end']],
  ['token\r\n', ['the value of "KEY" is one line and ends in a line end']],
  ['tok\ren', ['the value of "KEY" holds a carriage return']],
  ['\uFEFFtoken', ['the value of "KEY" holds a byte order mark']],
  ['tok\u00A0en\u200B', ['the value of "KEY" holds a no-break space and a character of no width']],
  ['"token"', ['the value of "KEY" stands in quotes, which are part of it']],
  [
    "'token'\n",
    [
      'the value of "KEY" is one line and ends in a line end',
      'the value of "KEY" stands in quotes, which are part of it',
    ],
  ],
  ['`token`', ['the value of "KEY" stands in quotes, which are part of it']],
])('%j is warned about', (value, expected) => {
  expect(messages(value)).toEqual(expected)
})

test.each([
  '',
  '\n',
  'token',
  '"',
  '"a',
  'a"b"',
  '{"a":"b"}',
  'one\ntwo\n',
  'one\r\ntwo\r\n',
  'one\ntwo\u00A0',
  ' a ',
])('%j is not', (value) => {
  expect(messages(value)).toEqual([])
})

test('bytes that are no text are left alone, and a file’s last line end is the file’s', () => {
  expect(messages(Uint8Array.of(0xff, 0x0a))).toEqual([])
  expect(messages('token\n', 'file://token.txt')).toEqual([])
  expect(messages('"token"\n', 'file://token.txt')).toHaveLength(1)
})

test('nothing is said of a value that is absent', () => {
  expect(checkAppearance('KEY', { value: undefined, source: 'env://X' })).toEqual([])
})
