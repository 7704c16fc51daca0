import { describe, expect, test } from 'vitest'
import { ruleMatcher } from './rule-matcher.ts'
import type { Rule } from './rules/rule.ts'
import { scanText } from './text.ts'
import { startWatch } from './watch.ts'

const about = { description: 'a token', severity: 'high', remedy: 'https://example.com/rotate' } as const
const token: Rule = { ...about, id: 'token', pattern: /\btok_[a-z0-9]{8}\b/, keywords: ['tok_'] }
const assigned: Rule = {
  ...about,
  id: 'assigned',
  pattern: /(?<key>\w{0,20}password)\s{0,5}=\s{0,5}(?<secret>\S{1,200})/i,
  keywords: ['password'],
}

describe('what is found', () => {
  test('the secret is a named group, the first group, or the whole', () => {
    const text = 'a tok_12345678 b\nDB_PASSWORD = hunter2hunter2\n'
    expect(found([token, assigned], text)).toEqual([
      ['token', 'tok_12345678', undefined],
      ['assigned', 'hunter2hunter2', 'DB_PASSWORD'],
    ])
    const first = { ...token, pattern: /tok_([a-z0-9]{8})/ }
    expect(found([first], text)).toEqual([['token', '12345678', undefined]])
  })

  test('what the check refuses is not', () => {
    const even = { ...token, check: (secret: string) => secret.endsWith('8') }
    expect(found([even], 'tok_12345678 tok_12345679')).toEqual([['token', 'tok_12345678', undefined]])
  })

  test('bytes that are no ASCII leave the offsets right', () => {
    expect(found([token], 'Grüße 😀 tok_12345678')).toEqual([['token', 'tok_12345678', undefined]])
  })
})

describe('the neighbourhood of a keyword', () => {
  const near: Rule = { ...about, id: 'near', pattern: /\b[0-9a-f]{32}\b/, keywords: ['acme'] }

  test('a match beyond its reach is none', () => {
    const secret = '0123456789abcdef0123456789abcdef'
    expect(found([near], `acme ${' '.repeat(300)}${secret} `)).toHaveLength(1)
    expect(found([near], `acme ${' '.repeat(600)}${secret} `)).toHaveLength(0)
  })

  test('a neighbourhood that ends in the middle of something longer finds no part of it', () => {
    for (let size = 450; size < 520; size++) {
      expect(found([near], `acme ${' '.repeat(size)}${'0123456789abcdef'.repeat(4)} `), String(size)).toEqual(
        [],
      )
      expect(found([near], ` ${'0123456789abcdef'.repeat(4)}${' '.repeat(size - 400)} acme`)).toEqual([])
    }
  })

  test('many keywords side by side are one search, and each match is found once', () => {
    const text = 'tok_12345678 '.repeat(20_000)
    expect(found([token], text)).toHaveLength(20_000)
  })
})

test('time grows with the text, and where it has run out the rest is left', () => {
  let clock = 0
  const watch = startWatch(3, () => clock++)
  const text = scanText('a', Buffer.from('tok_12345678 '.repeat(100_000)))
  expect(ruleMatcher([token])(text, watch).length).toBeLessThan(100_000)
  expect(watch.stopped).toBe(true)
})

function found(
  rules: readonly Rule[],
  content: string,
): readonly (readonly [string, string, string | undefined])[] {
  const text = scanText('file', Buffer.from(content))
  return ruleMatcher(rules)(text).map(({ rule, start, end, key }) => [
    rule,
    text.latin1.slice(start, end),
    key,
  ])
}
