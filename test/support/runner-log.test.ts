import { describe, expect, test } from 'vitest'
import { parseCommand, readLog, type LogOptions } from './runner-log.ts'

function shown(stdout: string, options?: LogOptions): string[] {
  return readLog(stdout, options).lines.map((line) => line.shown)
}

describe('parseCommand', () => {
  test.each([
    ['::error::text', 'error', {}, 'text'],
    ['  ::ERROR::text ', 'error', {}, 'text '],
    ['::error file=a%2Cb%3Ac.yml,line=3::x%0Ay%250A', 'error', { file: 'a,b:c.yml', line: '3' }, 'x\ny%0A'],
    ['::error title=a=b,,col=::x', 'error', { title: 'a=b' }, 'x'],
    ['text ##[warning file=a;line=2]x%5D%3B%0Dy', 'warning', { file: 'a', line: '2' }, 'x];\ry'],
    ['::endgroup::', 'endgroup', {}, ''],
    ['::nonsense ##[group]x', 'group', {}, 'x'],
  ])('%j', (line, name, properties, data) => {
    expect(parseCommand(line)).toEqual({ name, properties, data })
  })

  test.each([
    'plain',
    'a ::error::x',
    '::error:x',
    '::unknown::x',
    '##[unknown]x',
    '##[error',
    '# #[error]x',
    '',
  ])('%j is none', (line) => {
    expect(parseCommand(line)).toBeUndefined()
  })
})

describe('the log', () => {
  test('masks what follows a mask, and not what went before', () => {
    expect(shown('hunter22\n::add-mask::hunter22\nhunter22\n')).toEqual(['hunter22', '***'])
  })

  test('undoes %0D and %0A before %25', () => {
    expect(shown('::add-mask::100%25\n100%')).toEqual(['***'])
    expect(shown('::add-mask::first-line%0Asecond-line\nsecond-line')).toEqual(['***'])
    expect(shown('::add-mask::a%250Ab\na%0Ab')).toEqual(['***'])
  })

  test('does not split at other line separators', () => {
    expect(shown('a\u2028b\u0085c\vd\fe')).toHaveLength(1)
  })

  test('complains of an empty mask', () => {
    expect(readLog('::add-mask::\n::add-mask:: ').complaints).toHaveLength(2)
  })

  test('masks the job’s secrets from the first line', () => {
    expect(shown('hunter22', { secrets: [' hunter22\n'] })).toEqual(['***'])
  })

  test('shows debug lines when they are asked for', () => {
    expect(shown('::debug::x')).toEqual([])
    expect(shown('::debug::x', { debug: true })).toEqual(['##[debug]x'])
  })

  test('prints masks in plain text while commands are stopped', () => {
    const lines = shown(
      '::stop-commands::token\n::add-mask::hunter22\n::token::\n::add-mask::hunter23\nhunter23',
    )
    expect(lines).toEqual(['::stop-commands::token', '::add-mask::hunter22', '::token::', '***'])
  })

  test('obeys an old command anywhere in a line', () => {
    expect(shown('from afar ##[add-mask]hunter22\nhunter22')).toEqual(['***'])
  })

  test('shows groups, annotations and refused commands', () => {
    const log = readLog(
      '::add-mask::hunter22\n::group::one\n::endgroup::\n::error file=a.yml,line=2,col=3::no hunter22%0Amore\n::set-env name=A::b',
    )
    expect(log.lines.map((line) => line.shown)).toEqual([
      '##[group]one',
      '##[endgroup]',
      '##[error]no ***',
      'more',
      '##[error]The `set-env` command is disabled.',
    ])
    expect(log.annotations).toEqual([
      { level: 'error', message: 'no ***\nmore', file: 'a.yml', line: 2, column: 3 },
    ])
  })

  test('masks an annotation before it cuts it, and keeps ten of a level', () => {
    const long = 'x'.repeat(4090)
    const log = readLog(`::add-mask::hunter22\n${`::notice::${long}hunter22-and-more\n`.repeat(12)}`)
    expect(log.annotations).toHaveLength(10)
    expect(log.annotations[0]?.message).toBe(`${long}***-an`)
  })
})
