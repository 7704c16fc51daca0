import { expect, test } from 'vitest'
import { scanText } from '../text.ts'
import { startWatch } from '../watch.ts'
import { customMatcher, type CustomRule } from './custom.ts'

const about = { description: 'a token', severity: 'high', remedy: 'https://example.com' } as const
const acme: CustomRule = { ...about, id: 'acme', pattern: '\\bacme_[a-z0-9]{8}\\b', keywords: ['acme_'] }

function found(rules: readonly CustomRule[], content: string): readonly (readonly [string, string])[] {
  const text = scanText('file', Buffer.from(content))
  return customMatcher(rules)(text).map(({ rule, start, end }) => [rule, text.latin1.slice(start, end)])
}

test('the secret is a named group, the first group, or the whole', () => {
  const named: CustomRule = { ...acme, id: 'named', pattern: '(acme_)(?<secret>\\w+)' }
  const first: CustomRule = { ...acme, id: 'first', pattern: 'acme_(\\w+)' }
  expect(found([acme, named, first], 'x = acme_12345678;')).toEqual([
    ['acme', 'acme_12345678'],
    ['named', '12345678'],
    ['first', '12345678'],
  ])
})

test('the keyword is found in any case, and each match once', () => {
  const rule: CustomRule = { ...acme, pattern: '(?i)ACME_[a-z0-9]{8}', keywords: ['acme_', 'acme'] }
  expect(found([rule], 'ACME_12345678 acme_12345678\n'.repeat(500))).toHaveLength(1000)
})

test('where no keyword is, nothing is looked at', () => {
  expect(found([{ ...acme, keywords: ['other'] }], 'acme_12345678')).toEqual([])
  const far = `${'.'.repeat(20_000)}\n`
  expect(found([{ ...acme, keywords: ['key'] }], `key${far}${far}acme_12345678`)).toEqual([])
})

test('a line is looked at to its end', () => {
  expect(found([acme], `acme_${' '.repeat(4200)}acme_12345678`)).toHaveLength(1)
})

test('what is left when time has run out is left', () => {
  const watch = startWatch(0, () => 1)
  const text = scanText('file', Buffer.from('acme_12345678'))
  expect(customMatcher([acme])(text, watch)).toEqual([])
})
