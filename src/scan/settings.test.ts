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
})
