import { expect, test } from 'vitest'
import { checkBasicAuth } from './basic-auth.ts'

test('a user name or a password will do', () => {
  expect(checkBasicAuth(new Set(['username']))).toBeUndefined()
  expect(checkBasicAuth(new Set(['password', 'other']))).toBeUndefined()
  expect(checkBasicAuth(new Set(['user']))?.hint).toBeTruthy()
})
