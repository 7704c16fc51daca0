import { expect, test } from 'vitest'
import { patternLayer } from './patterns.ts'
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
