import { expect, test } from 'vitest'
import { isWordy } from './wordy.ts'

test.each([
  'configurationManager',
  'getServiceAccountToken',
  'my-very-long-secret-name',
  'kubernetes.io/service-account',
  'AuthenticationProvider2',
  'correct horse battery staple',
])('%s is made of words', (text) => {
  expect(isWordy(text)).toBe(true)
})

test.each([
  'zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ',
  'q7Xk3VbMw9gFpY2uDc5lHr0nIs1tOa8e',
  'xKqPzVwRbT',
  'abcd',
  '7390251846',
  '',
])('%s is not', (text) => {
  expect(isWordy(text)).toBe(false)
})
