import { describe, expect, it } from 'vitest'
import { ActionError } from '../error.ts'
import { allowEntries, parseScanSettings } from './settings.ts'

describe('the settings of scanning', () => {
  it('are read of the whole file, whatever else is in it', () => {
    const text = [
      'version: 1',
      'secrets: {web: {nonsense: true}}',
      'scan:',
      '  allow:',
      '    - paths: test/**',
      '      reason: fixtures',
      '    - paths: [docs/, README.md]',
      '      rules: dotenv',
      '      keys: [A, B]',
      '      reason: examples',
      '',
    ].join('\n')
    expect(allowEntries(parseScanSettings(text, 'f.yml'))).toEqual([
      { paths: ['test/**'], rules: undefined, keys: undefined, reason: 'fixtures' },
      { paths: ['docs/', 'README.md'], rules: ['dotenv'], keys: ['A', 'B'], reason: 'examples' },
    ])
  })

  it.each(['', 'version: 1\n', '- a list\n', 'scan: {}\n'])('are none in %j', (text) => {
    expect(allowEntries(parseScanSettings(text, 'f.yml'))).toEqual([])
  })

  it.each([
    ['no reason', 'scan:\n  allow:\n    - paths: a\n', 3],
    ['no paths', 'scan:\n  allow:\n    - reason: a\n', 3],
    ['an unknown key', 'scan:\n  alow: []\n', 2],
    ['no list', 'scan:\n  allow: canary-value\n', 2],
    ['bad YAML', 'scan: [\n', 1],
    ['an empty list of paths', 'scan:\n  allow:\n    - {paths: [], reason: a}\n', 3],
  ])('are an error on its line with %s', (_what, text, line) => {
    try {
      parseScanSettings(text, 'f.yml')
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(ActionError)
      const { problems } = error as ActionError
      expect(problems[0]).toMatchObject({ code: 'CONFIG_INVALID', at: { file: 'f.yml' } })
      expect(Math.abs((problems[0].at?.line ?? 0) - line)).toBeLessThanOrEqual(1)
      expect(JSON.stringify(problems)).not.toContain('canary-value')
    }
  })

  it('may switch rules, and have rules of their own', () => {
    const text = [
      'scan:',
      '  rules:',
      '    json-web-token: off',
      '    acme:',
      '      description: Acme token',
      "      pattern: 'acme_[a-z]{8}'",
      '      keywords: [ACME_]',
      '',
    ].join('\n')
    expect(parseScanSettings(text, 'f.yml').rules).toEqual({
      'json-web-token': 'off',
      acme: { description: 'Acme token', pattern: 'acme_[a-z]{8}', keywords: ['acme_'] },
    })
  })

  it.each([
    [
      "pattern: '(?=canary)'\n      keywords: [abc]",
      'is no pattern that is taken: it has a group that is not taken at 0',
    ],
    [
      "pattern: 'canary('\n      keywords: [abc]",
      'is no pattern that is taken: it has a "(" that is not closed at 6',
    ],
    ['pattern: a\n      keywords: [ab]', 'is no keyword'],
  ])('tell what is wrong with a rule: %s', (rule, message) => {
    const text = `scan:\n  rules:\n    acme:\n      description: x\n      ${rule}\n`
    expect(problemsOf(text)).toEqual([expect.stringContaining(message)])
    expect(problemsOf(text).join()).not.toContain('canary')
  })

  it('tell of a switch for a rule that there is not', () => {
    expect(problemsOf('scan:\n  rules:\n    nothing: off\n')).toEqual([
      '`scan.rules.nothing` names a rule that there is not',
    ])
  })
})

function problemsOf(text: string): readonly string[] {
  try {
    parseScanSettings(text, 'f.yml')
  } catch (error) {
    return error instanceof ActionError ? error.problems.map(({ message }) => message) : []
  }
  return []
}
