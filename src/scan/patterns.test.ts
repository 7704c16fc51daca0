import { expect, test } from 'vitest'
import { scanRulesSchema } from '../config/schema/scan-rules.ts'
import { configuredPatterns, patternLayer } from './patterns.ts'
import { RULES } from './rules/index.ts'
import { scanText } from './text.ts'
import { NO_WATCH } from './watch.ts'

const layer = patternLayer(RULES)

function found(content: string): readonly (readonly [string, string])[] {
  const text = scanText('file', Buffer.from(content))
  return layer
    .match(text, NO_WATCH)
    .map(({ rule, start, end }) => [rule, text.latin1.slice(start, end)] as const)
}

test('a token in the midst of text', () => {
  const token = ['gh', 'p_', 'zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17'].join('')
  for (const text of [`x = "${token}"`, `\\n${token}\\n`, `https://${token}@host/`, `é${token}é`])
    expect(found(text)).toEqual([['github-personal-access-token', token]])
})

test('what is written in place of a token is none', () => {
  expect(found(['AI', 'za', 'x'.repeat(35)].join(''))).toEqual([])
  expect(found(['gl', 'pat-', 'your_token_goes_here'].join(''))).toEqual([])
})

const TOKEN = ['gh', 'p_', 'zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17'].join('')
const OWN = 'acme_q7ej3axk'

function configured(settings: unknown, content: string): readonly (readonly [string, string])[] {
  const text = scanText('file', Buffer.from(content))
  return configuredPatterns(scanRulesSchema.parse(settings))
    .match(text, NO_WATCH)
    .map(({ rule, start, end }) => [rule, text.latin1.slice(start, end)] as const)
}

test('a rule that is off finds nothing, the others do', () => {
  const text = `${TOKEN} ${['gl', 'pat-', 'q7Ej3AxOkTz9SvIb0NmR'].join('')}`
  expect(configured({}, text)).toHaveLength(2)
  expect(configured({ 'github-personal-access-token': 'on' }, text)).toHaveLength(2)
  expect(configured({ 'github-personal-access-token': 'off' }, text).map(([rule]) => rule)).toEqual([
    'gitlab-personal-access-token',
  ])
})

test('a rule of one’s own finds what it tells, encoded too', () => {
  const rules = {
    acme: { description: 'Acme token', pattern: '\\bacme_[a-z0-9]{8}\\b', keywords: ['ACME_'] },
  }
  const encoded = Buffer.from(`the thing: ${OWN} it is`).toString('base64')
  expect(configured(rules, `x ${OWN} y`)).toEqual([['acme', OWN]])
  expect(configured(rules, `x ${encoded} y`)).toHaveLength(1)
  expect(
    configuredPatterns(scanRulesSchema.parse(rules)).rules.find(({ id }) => id === 'acme'),
  ).toMatchObject({
    severity: 'high',
    description: 'Acme token',
  })
})

test.each([
  [{ nothing: 'off' }, 'names a rule that there is not'],
  [
    { 'npm-access-token': { description: 'x', pattern: 'abc', keywords: ['abc'] } },
    'has the id of a rule that there is already',
  ],
  [{ Acme: { description: 'x', pattern: 'abc', keywords: ['abc'] } }, 'words in lower case'],
  [{ acme: { description: 'x', pattern: '(?=a)', keywords: ['abc'] } }, 'it has a group that is not taken'],
  [{ acme: { description: 'x', pattern: '(a', keywords: ['abc'] } }, 'it has a "(" that is not closed'],
  [{ acme: { description: 'x', pattern: 'abc', keywords: [] } }, 'keywords'],
  [{ acme: { description: 'x', pattern: 'abc', keywords: ['ab'] } }, 'is no keyword'],
  [{ acme: { description: 'x', pattern: 'abc', keywords: ['größe'] } }, 'is no keyword'],
  [{ acme: { pattern: 'abc', keywords: ['abc'] } }, 'description'],
])('%j is refused', (rules, message) => {
  const { error } = scanRulesSchema.safeParse(rules)
  expect(JSON.stringify(error?.issues)).toContain(JSON.stringify(message).slice(1, -1))
})
