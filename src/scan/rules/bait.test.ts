import { describe, expect, test } from 'vitest'
import { ruleMatcher } from '../rule-matcher.ts'
import { scanText } from '../text.ts'
import { RULES } from './index.ts'

/** Bytes of each bait: what is quadratic in it would be felt, what is exponential would never end. */
const SIZE = 16 * 1024

/** Texts that all but hold a match of a rule, again and again. */
function baits(keyword: string): readonly string[] {
  return [
    keyword,
    `${keyword}A`,
    `${keyword}${'a1B'.repeat(400)}.`,
    `${keyword} = "${'7'.repeat(200)}`,
    `${keyword}${'-'.repeat(300)}`,
    `${keyword}${'.eyJ'.repeat(60)}`,
    `${keyword}${' '.repeat(100)}${keyword}:`,
    `${keyword}://a:b:c:${'@'.repeat(40)}`,
  ].map((piece) => piece.repeat(Math.ceil(SIZE / piece.length)))
}

describe('bait', () => {
  const byKeywords = [...new Set(RULES.flatMap(({ keywords }) => keywords))]

  test('whatever keyword is repeated, the search comes to its end', () => {
    for (const keyword of byKeywords) {
      const rules = RULES.filter(({ keywords }) => keywords.includes(keyword))
      const match = ruleMatcher(rules)
      for (const bait of baits(keyword))
        expect(match(scanText('file', Buffer.from(bait))).length).toBeGreaterThanOrEqual(0)
    }
  })

  test.each(RULES.map(({ id, pattern }) => [id, pattern.source] as const))(
    '%s repeats nothing that itself repeats',
    (_, source) => {
      expect(nestedRepeats(source)).toEqual([])
    },
  )
})

/** Groups that are repeated a variable number of times, and hold what is. */
function nestedRepeats(source: string): readonly string[] {
  const plain = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  const nested: string[] = []
  const open: number[] = []
  for (let at = 0; at < plain.length; at++) {
    if (plain[at] === '(') open.push(at)
    if (plain[at] !== ')') continue
    const inside = plain.slice(open.pop() ?? 0, at)
    const isRepeated = /^\)\{\d+,(?!1\})\d*\}/.test(plain.slice(at))
    if (isRepeated && /\{\d+,\d*\}|[*+]/.test(inside)) nested.push(inside)
  }
  return nested
}
