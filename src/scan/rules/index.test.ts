import { describe, expect, test } from 'vitest'
import { RULES } from './index.ts'

test('no two rules share an id', () => {
  const ids = RULES.map(({ id }) => id)
  expect(ids.filter((id, nth) => ids.indexOf(id) !== nth)).toEqual([])
})

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('has an id, a description and a page to go to', () => {
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    expect(rule.description).toMatch(/^[A-Za-z0-9].{5,100}[^.]$/)
    expect(new URL(rule.remedy).protocol).toBe('https:')
  })

  test('has keywords that the prefilter knows', () => {
    expect(rule.keywords.length).toBeGreaterThan(0)
    for (const keyword of rule.keywords) expect(keyword).toMatch(/^[^A-Z]{3,40}$/)
  })

  test('repeats nothing without a bound, and looks back but one character', () => {
    expect(rule.pattern.source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'x')).not.toMatch(/[*+]|\{\d+,\}/)
    expect(rule.pattern.flags).toMatch(/^[ims]*$/)
  })
})
