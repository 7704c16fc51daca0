import { describe, expect, it } from 'vitest'
import { ActionError } from '../error.ts'
import { baselineLine, parseBaseline, renderBaseline } from './baseline.ts'
import type { Finding } from './finding.ts'

const finding = (path: string, key?: string, line = 1): Finding => ({
  rule: 'dotenv',
  layer: 'kubernetes',
  severity: 'high',
  path,
  line,
  column: 1,
  key,
  secret: undefined,
  commit: undefined,
  lineHash: 'a:1',
})

describe('the baseline', () => {
  it('has a line for each finding, sorted, that says nothing of values, lines or times', () => {
    const found = [
      finding('b/.env', 'TOKEN', 9),
      finding('a/.env', 'PASSWORD', 3),
      finding('a/.env', undefined, 7),
      finding('b/.env', 'TOKEN', 12),
    ]
    const text = renderBaseline({ found, allowed: [] })
    expect(text.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
      'dotenv a/.env -',
      'dotenv a/.env PASSWORD',
      'dotenv b/.env TOKEN',
      'dotenv b/.env TOKEN',
      '',
    ])
    const moved = found.map((each) => ({ ...each, line: each.line + 100, lineHash: 'b:2' })).reverse()
    expect(renderBaseline({ found: moved, allowed: [] })).toBe(text)
    expect([...parseBaseline(text, 'b').entries]).toEqual([
      ['dotenv a/.env -', 1],
      ['dotenv a/.env PASSWORD', 1],
      ['dotenv b/.env TOKEN', 2],
    ])
  })

  it('keeps what it allowed, and nothing that something else did', () => {
    const allowed = [
      { by: 'baseline' as const, reason: undefined, finding: finding('old', 'A') },
      { by: 'path' as const, reason: 'fixtures', finding: finding('test', 'B') },
    ]
    const text = renderBaseline({ found: [finding('new', 'C')], allowed })
    expect([...parseBaseline(text, 'b').entries.keys()]).toEqual(['dotenv new C', 'dotenv old A'])
  })

  it.each(['a b', 'a\nb', 'a%20b', '#a', 'a\u202eb', '::error::x'])(
    'has a line for a path like %j, and reads it',
    (path) => {
      const line = baselineLine(finding(path, 'Secret/app/db data.password'))
      expect(line).toMatch(/^dotenv [^\s#]+ Secret\/app\/db data\.password$/)
      expect([...parseBaseline(`${line}\r\n`, 'b').entries.keys()]).toEqual([line])
    },
  )

  it('is an error in a conflict, with every mark', () => {
    const text =
      '# known\ndotenv a K\n<<<<<<< HEAD\ndotenv b K\n=======\ndotenv c K\n>>>>>>> other\nnonsense\n'
    const parse = (): unknown => parseBaseline(text, '.github/secretferry-baseline')
    expect(parse).toThrow(ActionError)
    try {
      parse()
    } catch (error) {
      const { problems } = error as ActionError
      expect(problems.map(({ code, at }) => [code, at?.file, at?.line])).toEqual(
        [3, 5, 7, 8].map((line) => ['CONFIG_INVALID', '.github/secretferry-baseline', line]),
      )
      expect(JSON.stringify(problems)).not.toContain('nonsense')
    }
  })

  it('is empty where it is', () => {
    expect([...parseBaseline('', 'b').entries]).toEqual([])
    expect(renderBaseline({ found: [], allowed: [] })).toMatch(/^#[^\n]*\n#[^\n]*\n$/)
  })
})
