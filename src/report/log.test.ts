import { describe, expect, it } from 'vitest'
import type { Log } from '../effects.ts'
import type { Place } from '../error.ts'
import { createLog, type Runner } from './log.ts'

function record(underActions: boolean, debugging: boolean, write: (log: Log) => void): unknown[] {
  const calls: unknown[] = []
  const call = (name: string) => (text?: string, properties?: unknown) => {
    calls.push([name, text, properties].filter((each) => each !== undefined))
  }
  const runner: Runner = {
    info: call('info'),
    debug: call('debug'),
    notice: call('notice'),
    warning: call('warning'),
    error: call('error'),
    startGroup: call('startGroup'),
    endGroup: call('endGroup'),
  }
  write(createLog(runner, underActions, debugging))
  return calls
}

const places: readonly [Place | undefined, object, string, string][] = [
  [undefined, {}, 'text', 'text'],
  [
    { file: 'f.yml', line: 3, column: 5 },
    { file: 'f.yml', startLine: 3, startColumn: 5 },
    'text',
    'f.yml:3:5: text',
  ],
  [{ file: 'f.yml' }, { file: 'f.yml' }, 'text', 'f.yml: text'],
  [{ label: 'input `data`, line 2' }, {}, 'input `data`, line 2: text', 'input `data`, line 2: text'],
]

describe('createLog', () => {
  it.each(places)(
    'tells the place %j: to the runner as an annotation, elsewhere in the line',
    (at, annotation, text, plain) => {
      for (const level of ['notice', 'warning', 'error'] as const) {
        expect(record(true, false, (log) => log[level]('text', at))).toEqual([[level, text, annotation]])
        expect(record(false, false, (log) => log[level]('text', at))).toEqual([
          ['info', `${level}: ${plain}`],
        ])
      }
    },
  )

  it('groups lines', () => {
    const write = (log: Log) => log.group('title', ['a', 'b'])
    expect(record(true, false, write)).toEqual([
      ['startGroup', 'title'],
      ['info', 'a'],
      ['info', 'b'],
      ['endGroup'],
    ])
    expect(record(false, false, write)).toEqual([
      ['info', 'title'],
      ['info', 'a'],
      ['info', 'b'],
    ])
  })

  it('debugs under a runner always, for it decides itself, and elsewhere where it is asked to', () => {
    const write = (log: Log) => log.debug('x')
    expect(record(true, false, write)).toEqual([['debug', 'x']])
    expect(record(false, true, write)).toEqual([['info', 'debug: x']])
    expect(record(false, false, write)).toEqual([])
  })

  it.each([
    '::add-mask::x',
    '  ::error::x',
    'x\n::set-output name=a::b',
    'x\r::error::',
    '##[error]x',
    'x ##[group]y',
  ])('gives the runner no command in a line of its own: %j', (text) => {
    for (const write of [(log: Log) => log.info(text), (log: Log) => log.group('t', [text])]) {
      const printed = record(true, false, write)
        .map((call) => String((call as unknown[])[1]))
        .join('\n')
      expect(printed).not.toMatch(/^\s*::|##\[/m)
    }
  })
})
