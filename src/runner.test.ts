import * as core from '@actions/core'
import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Annotation } from './report/log.ts'
import { createRunner } from './runner.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secretferry-runner-'))
  file = join(folder, 'file')
  writeFileSync(file, '')
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const text = fc.string({ unit: fc.constantFrom('a', '%', ':', ',', '\r', '\n', '=', ' ', 'é', '::x::') })
const annotation: fc.Arbitrary<Annotation> = fc.record(
  { title: text, file: text, startLine: fc.nat(9), startColumn: fc.nat(9) },
  { requiredKeys: [] },
)

describe('says what @actions/core says', () => {
  test.each(['debug', 'info', 'startGroup'] as const)('%s', (name) => {
    fc.assert(
      fc.property(text, (said) => {
        expect(ours()[name](said)).toBe(theirs(() => core[name](said)))
      }),
    )
  })

  test.each(['notice', 'warning', 'error'] as const)('%s', (name) => {
    fc.assert(
      fc.property(text, annotation, (said, at) => {
        expect(ours()[name](said, at)).toBe(theirs(() => core[name](said, at)))
      }),
    )
  })

  test('setSecrets', () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        expect(ours().setSecrets(texts)).toBe(theirs(() => texts.forEach((each) => core.setSecret(each))))
      }),
    )
  })

  test('endGroup', () => {
    expect(ours().endGroup()).toBe(theirs(() => core.endGroup()))
  })

  test('setOutput', () => {
    fc.assert(
      fc.property(text, (value) => {
        writeFileSync(file, '')
        createRunner(() => undefined).setOutput(file, 'name', value)
        const written = readFileSync(file, 'utf8')
        writeFileSync(file, '')
        vi.stubEnv('GITHUB_OUTPUT', file)
        core.setOutput('name', value)
        const anonymous = (content: string) => content.replaceAll(/ghadelimiter_[0-9a-f-]{36}/g, 'delimiter')
        expect(anonymous(written)).toBe(anonymous(readFileSync(file, 'utf8')))
      }),
    )
  })

  test('addSummary', () => {
    const runner = createRunner(() => undefined)
    runner.addSummary(file, '# one\n')
    runner.addSummary(file, 'two')
    expect(readFileSync(file, 'utf8')).toBe('# one\ntwo')
  })
})

test('a command file that is not there is not made', () => {
  const runner = createRunner(() => undefined)
  expect(() => runner.setOutput(join(folder, 'none'), 'name', 'value')).toThrow('ENOENT')
  expect(() => runner.addSummary(join(folder, 'none'), 'text')).toThrow('ENOENT')
})

/** The same functions, which answer what they write. */
function ours() {
  let written = ''
  const runner = createRunner((said) => (written += said))
  const answering =
    <A extends unknown[]>(say: (...args: A) => void) =>
    (...args: A): string => {
      say(...args)
      return written
    }
  return {
    debug: answering(runner.debug),
    info: answering(runner.info),
    startGroup: answering(runner.startGroup),
    endGroup: answering(runner.endGroup),
    setSecrets: answering(runner.setSecrets),
    notice: answering(runner.notice),
    warning: answering(runner.warning),
    error: answering(runner.error),
  }
}

function theirs(say: () => void): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  say()
  const written = write.mock.calls.map(([said]) => String(said)).join('')
  write.mockRestore()
  return written
}
