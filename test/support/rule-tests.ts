import { describe, expect, test } from 'vitest'
import { ruleMatcher } from '../../src/scan/rule-matcher.ts'
import { RULES } from '../../src/scan/rules/index.ts'
import type { Rule } from '../../src/scan/rules/rule.ts'
import { scanText } from '../../src/scan/text.ts'
import { mutantsOf } from './pattern-mutants.ts'
import { hitsOf, missesOf, type Example, type Form } from './token-forms.ts'

/** What a rule finds and what it does not: forms that texts are made from, and texts. */
export interface RuleCases {
  readonly forms: readonly Form[]
  /** Texts, each with the secret in it. */
  readonly hits?: readonly (readonly [text: string, secret: string])[]
  readonly misses?: readonly string[]
  /** Mutants that find the same, each with the reason; told by the beginning of what they are called. */
  readonly equivalent?: Readonly<Record<string, string>>
}

/** Fewest hits and misses of a rule. */
const FEWEST = 2

/** Holds each rule to its cases, and the cases to the rule: whatever is broken in its pattern has to break one of them. */
export function testRules(rules: readonly Rule[], cases: Readonly<Record<string, RuleCases>>): void {
  test('every rule has its cases', () => {
    expect(Object.keys(cases).sort()).toEqual(rules.map(({ id }) => id).sort())
  })
  describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
    const own = cases[id] ?? { forms: [] }
    // The keywords are there even where the token is broken, so that it is the pattern that tells.
    const examples = examplesOf(own).map((each) =>
      each.secret === undefined ? { ...each, text: withKeywords(each.text, rule) } : each,
    )

    test('finds what it has to, and nothing else', () => {
      const find = finder(rule)
      expect(examples.filter(({ secret }) => secret !== undefined).length).toBeGreaterThanOrEqual(FEWEST)
      expect(examples.filter(({ secret }) => secret === undefined).length).toBeGreaterThanOrEqual(FEWEST)
      expect(examples.filter((example) => !isRight(find, example))).toEqual([])
    })

    test('is found among all rules, in its own name', () => {
      for (const { text, secret } of examples)
        if (secret !== undefined) expect(idsAt(text, secret), text).toContain(id)
    })

    test('whatever is broken in it, a case tells', () => {
      const mutants = [
        ...mutantsOf(rule.pattern).map(({ what, pattern }) => ({ what, rule: { ...rule, pattern } })),
        ...rule.keywords.map((keyword) => ({
          what: `keyword ${keyword} dropped`,
          rule: { ...rule, keywords: rule.keywords.filter((each) => each !== keyword) },
        })),
        ...(rule.check === undefined ? [] : [{ what: 'check dropped', rule: withoutCheck(rule) }]),
      ]
      const survivors = mutants.filter((mutant) => survives(mutant.rule, examples)).map(({ what }) => what)
      const known = Object.keys(own.equivalent ?? {})
      expect(survivors.filter((what) => !known.some((each) => what.startsWith(each)))).toEqual([])
      expect(known.filter((each) => !survivors.some((what) => what.startsWith(each)))).toEqual([])
    })
  })
}

/** Every example of the cases. */
export function examplesOf({ forms, hits = [], misses = [] }: RuleCases): readonly Example[] {
  return [
    ...forms.flatMap(hitsOf),
    ...forms.flatMap(missesOf),
    ...hits.map(([text, secret]) => ({ text, secret, why: 'written out' })),
    ...misses.map((text) => ({ text, secret: undefined, why: 'written out' })),
  ]
}

function withKeywords(text: string, { keywords }: Rule): string {
  const words = keywords.join(' ')
  return `${words}\n-\n${text}\n-\n${words}\n`
}

function withoutCheck(rule: Rule): Rule {
  return { ...rule, check: () => true }
}

function survives(mutant: Rule, examples: readonly Example[]): boolean {
  const find = finder(mutant)
  return examples.every((example) => isRight(find, example))
}

const matchAll = ruleMatcher(RULES)

/** The rules that find the very secret in a text. */
function idsAt(content: string, secret: string): readonly string[] {
  const text = scanText('file', Buffer.from(content))
  return matchAll(text)
    .filter(({ start, end }) => text.latin1.slice(start, end) === secret)
    .map(({ rule }) => rule)
}

type Find = (text: string) => readonly string[]

/** As the scanner does it: round its keywords. */
function finder(rule: Rule): Find {
  const match = ruleMatcher([rule])
  return (content) => {
    const text = scanText('file', Buffer.from(content))
    return match(text).map(({ start, end }) => text.latin1.slice(start, end))
  }
}

function isRight(find: Find, { text, secret }: Example): boolean {
  const found = find(text)
  return secret === undefined ? found.length === 0 : found.length === 1 && found[0] === secret
}
