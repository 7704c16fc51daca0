import { expect, test } from 'vitest'
import { isPlaceholder } from './placeholder.ts'

test.each([
  'ghp_EXAMPLEtoken',
  'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'sk-your_key',
  'key-PLACEHOLDER',
  'changeme',
  'change_me',
  'replace_me',
  'REDACTED-redacted',
  'dummy',
  'sample',
  'my-secret_key',
  '<token>',
  '******',
  'abc...def',
  'tok_12345678',
  'tok_abcdefgh',
  'tok_87654321',
  '0a1b2c3d4e5f',
  'deadbeef',
  'do-not-use',
  '0000000',
  'abababababababab',
])('%s is written in place of a token', (text) => {
  expect(isPlaceholder(text)).toBe(true)
})

test('a random token is not', () => {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const random = randomNumbers(7)
  const tokens = Array.from({ length: 5000 }, () =>
    Array.from({ length: 36 }, () => alphabet[random() % alphabet.length]).join(''),
  )
  expect(tokens.filter(isPlaceholder)).toEqual([])
})

/** Marsaglia’s xorshift. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
