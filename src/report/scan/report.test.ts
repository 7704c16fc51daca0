import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import Ajv from 'ajv'
import { describe, expect, it } from 'vitest'
import { fakeEffects } from '../../../test/support/effects.ts'
import { memoryFiles } from '../../../test/support/memory-files.ts'
import { ActionError } from '../../error.ts'
import { writeScanFiles } from '../../modes/scan-files.ts'
import type { ScanOutcome } from '../../outcome.ts'
import type { Finding } from '../../scan/finding.ts'
import { MANIFEST_RULE_LIST } from '../../scan/manifests/rules.ts'
import { scanJson } from './json.ts'
import { scanReport } from './report.ts'
import { sarifOf } from './sarif.ts'

const require = createRequire(import.meta.url)
const read = (name: string): object => JSON.parse(readFileSync(require.resolve(name), 'utf8')) as object
const ajv = new Ajv({ schemaId: 'id', meta: false, unknownFormats: 'ignore' })
ajv.addMetaSchema(read('ajv/lib/refs/json-schema-draft-04.json'))
const validate = ajv.compile(read('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'))

const finding = (given: Partial<Finding> = {}): Finding => ({
  rule: 'kubernetes-secret',
  layer: 'kubernetes',
  severity: 'high',
  path: 'k8s/s.yaml',
  line: 7,
  column: 13,
  key: 'Secret/app/db data.password',
  secret: undefined,
  commit: undefined,
  lineHash: 'abc123:1',
  ...given,
})

const KNOWN = {
  id: 'known-value',
  description: 'Value of a secret of yours',
  severity: 'critical',
  remedy: 'https://example.com/rotate',
} as const

function outcome(found: readonly Finding[], given: Partial<ScanOutcome> = {}): ScanOutcome {
  return {
    mode: 'scan',
    kind: found.length === 0 ? 'clean' : 'found',
    about: 'the pull request, 1234567...89abcde',
    result: { found, allowed: [], unscanned: [], files: 12, size: 4711 },
    layers: [
      { name: 'known-value', on: true, why: undefined },
      { name: 'kubernetes', on: true, why: undefined },
      { name: 'pattern', on: true, why: undefined },
    ],
    rules: [KNOWN, ...MANIFEST_RULE_LIST],
    skipped: [],
    notes: [],
    failOn: 'low',
    written: { sarif: undefined, report: undefined, baseline: undefined },
    failure: undefined,
    ...given,
  }
}

interface Sarif {
  runs: [
    {
      tool: {
        driver: {
          rules: { id: string; shortDescription: { text: string }; properties: { tags: string[] } }[]
        }
      }
      results: {
        ruleId: string
        ruleIndex: number
        message: { text: string }
        locations: [{ physicalLocation: { artifactLocation: { uri: string }; region: object } }]
        partialFingerprints: object
      }[]
      invocations: [{ toolExecutionNotifications: { message: { text: string } }[] }]
    },
  ]
}

const sarif = (given: ScanOutcome): Sarif['runs'][0] => {
  const log = JSON.parse(sarifOf(given)) as Sarif
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true)
  return log.runs[0]
}

const said = (given: ScanOutcome) => {
  const effects = fakeEffects()
  scanReport(given).describe(effects.log)
  return effects.said
}

const HOSTILE = 'a\n::error::x\u202e`|<img>#[.yaml'

describe('SARIF', () => {
  it('is valid, with the worst first, one line each, and no length', () => {
    const run = sarif(
      outcome([
        finding(),
        finding({
          rule: 'known-value',
          layer: 'known-value',
          severity: 'critical',
          secret: 'DB_PASSWORD',
          key: undefined,
        }),
      ]),
    )
    expect(run.results.map(({ ruleId, ruleIndex }) => [ruleId, ruleIndex])).toEqual([
      ['known-value', 0],
      ['kubernetes-secret', 1],
    ])
    expect(run.results[0]?.message.text).toBe(
      'the value of DB_PASSWORD. Rotate DB_PASSWORD: taking the line out leaves it in the history (https://example.com/rotate).',
    )
    expect(run.results[1]?.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'k8s/s.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 7, startColumn: 13 },
    })
    expect(run.results[1]?.partialFingerprints).toEqual({ primaryLocationLineHash: 'abc123:1' })
    expect(run.tool.driver.rules.map(({ properties }) => properties)).toEqual([
      { tags: ['security', 'secret', 'known-value'], precision: 'very-high', 'security-severity': '9.5' },
      { tags: ['security', 'secret', 'kubernetes'], precision: 'high', 'security-severity': '8.0' },
    ])
    expect(JSON.stringify(run)).not.toMatch(/snippet|endColumn|author|email/)
  })

  it('is valid with nothing in it, and where nothing could be looked at', () => {
    expect(sarif(outcome([])).results).toEqual([])
    sarif(outcome([], { kind: 'could-not-look', about: '' }))
  })

  it.each([HOSTILE, 'a b/ü/%41:c', '😀/\ud800', ':a/b'])('has a reference for a path like %j', (path) => {
    const uri =
      sarif(outcome([finding({ path })])).results[0]?.locations[0].physicalLocation.artifactLocation.uri ?? ''
    expect(uri).toMatch(/^[\w.~!*'()%/-]+$/)
    expect(decodeURIComponent(uri)).toBe(path.toWellFormed())
  })

  it('keeps to GitHub’s limits with thirty thousand findings, and says how many are left out', () => {
    const long = 'x'.repeat(3000)
    const found = Array.from({ length: 30_000 }, (_, n) =>
      finding({ line: n + 1, path: `${long}/${n}`, key: long, severity: n === 29_999 ? 'critical' : 'low' }),
    )
    const given = outcome(found, { notes: Array.from({ length: 500 }, () => long) })
    const text = sarifOf(given)
    const run = sarif(given)
    expect(gzipSync(text).byteLength).toBeLessThan(10 * 1024 * 1024)
    expect(text.length).toBeLessThan(16 * 1024 * 1024)
    expect(run.results.length).toBeLessThanOrEqual(5000)
    expect(run.results.length).toBeGreaterThan(500)
    expect(run.results[0]?.locations[0].physicalLocation.artifactLocation.uri).toContain('29999')
    for (const { message } of run.results) expect(message.text.length).toBeLessThanOrEqual(1000)
    expect(run.invocations[0].toolExecutionNotifications[0]?.message.text).toContain(
      `${30_000 - run.results.length} more results are left out`,
    )
    expect(run.invocations[0].toolExecutionNotifications).toHaveLength(102)
    expect(
      sarif(outcome(found.map((each) => ({ ...each, path: 'a', key: undefined })))).results,
    ).toHaveLength(5000)
  })
})

describe('the log', () => {
  it('annotates nine findings worst first, the failure being the tenth, and lists all', () => {
    const found = Array.from({ length: 25 }, (_, n) =>
      finding({ line: n + 1, severity: n === 20 ? 'critical' : 'high' }),
    )
    const lines = said(outcome(found))
    const errors = lines.filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(9)
    expect(errors[0]).toMatchObject({ at: { file: 'k8s/s.yaml', line: 21, column: 13 } })
    expect(errors[0]?.text).toBe(
      'Value of a Kubernetes Secret that is not encrypted: Secret/app/db data.password. Rotate it: taking the line out leaves it in the history (https://kubernetes.io/docs/concepts/security/secrets-good-practices/) [kubernetes-secret, critical]',
    )
    const [group] = lines.filter(({ level }) => level === 'group')
    expect(group?.text.split('\n')).toHaveLength(26)
    expect(lines.at(-1)?.text).toBe(
      'Found: 25 secrets in the pull request, 1234567...89abcde (12 files; 1 critical, 24 high)',
    )
  })

  it('warns of what is less severe than the run fails for, in ten warnings', () => {
    const found = Array.from({ length: 25 }, (_, n) => finding({ line: n + 1, severity: 'low' }))
    const lines = said(outcome(found, { failOn: 'high' }))
    const warnings = lines.filter(({ level }) => level === 'warning')
    expect(lines.some(({ level }) => level === 'error')).toBe(false)
    expect(warnings).toHaveLength(10)
    expect(warnings[9]?.text).toBe(
      '16 more findings: see the log, the summary and the SARIF file for all of them',
    )
    const ten = said(outcome(found.slice(0, 9), { failOn: 'never' }))
    expect(ten.filter(({ level }) => level === 'warning')).toHaveLength(9)
  })

  it('says what a former commit has, on no line of the head', () => {
    const [first] = said(outcome([finding({ commit: '0123456789abcdef0123456789abcdef01234567' })]))
    expect(first?.text).toContain('(added by commit 0123456789ab, and in the history since)')
    expect(first?.at).toEqual({ label: 'k8s/s.yaml:7' })
  })

  it('is bounded with thirty thousand findings', () => {
    const lines = said(outcome(Array.from({ length: 30_000 }, (_, n) => finding({ line: n + 1 }))))
    expect(lines.length).toBeLessThan(20)
    expect(lines.find(({ level }) => level === 'group')?.text).toMatch(/\n {2}29000 more$/)
  })
})

describe('each result has its own words', () => {
  const allowed = [
    { by: 'baseline' as const, reason: undefined, finding: finding() },
    { by: 'inline' as const, reason: 'fixture', finding: finding() },
    { by: 'baseline' as const, reason: undefined, finding: finding() },
  ]
  const with_ = (found: readonly Finding[], given: Partial<ScanOutcome>, more = {}): ScanOutcome => {
    const base = outcome(found, given)
    return { ...base, result: { ...base.result, ...more } }
  }
  it.each([
    [
      'clean',
      with_([], {}),
      'Clean: no secret in the pull request, 1234567...89abcde (12 files)',
      'Scan: clean',
    ],
    [
      'allowed',
      with_([], { kind: 'allowed' }, { allowed }),
      'Allowed: nothing but what is allowed in the pull request, 1234567...89abcde (12 files; 3 allowed: 1 by comments, 2 by the baseline)',
      'Scan: nothing but what is allowed',
    ],
    [
      'found',
      with_([finding()], {}, { allowed, files: 1 }),
      'Found: 1 secret in the pull request, 1234567...89abcde (1 file; 1 high; 3 allowed: 1 by comments, 2 by the baseline)',
      'Scan: 1 secret found',
    ],
    [
      'could-not-look',
      with_([], { kind: 'could-not-look' }, { files: 0 }),
      'Could not look: nothing of the pull request, 1234567...89abcde was scanned',
      undefined,
    ],
    [
      'could-not-look',
      with_([finding()], { kind: 'could-not-look' }, { files: 3 }),
      'Could not look: not all of the pull request, 1234567...89abcde was scanned (3 files; 1 high)',
      undefined,
    ],
  ])('%s', (kind, given, words, title) => {
    const report = scanReport(given)
    expect(said(given).at(-1)).toEqual({ level: 'info', text: words })
    expect(report.title).toBe(title)
    expect(report.outputs['scan-result']).toBe(kind)
    expect(JSON.parse(scanJson(given))).toMatchObject({ result: kind })
  })

  it('and a layer that was off is said everywhere', () => {
    const given = outcome([], { layers: [{ name: 'known-value', on: false, why: 'a fork gets no secrets' }] })
    expect(said(given)[0]?.text).toContain('layer known-value is OFF: a fork gets no secrets')
    expect(scanReport(given).outputs['degraded']).toBe('true')
    expect(scanReport(given).summary.head.join('\n')).toContain(
      'layer known-value is OFF: a fork gets no secrets',
    )
    expect(JSON.parse(scanJson(given))).toMatchObject({ degraded: true })
    expect(sarif(given).invocations[0].toolExecutionNotifications[0]?.message.text).toContain('is OFF')
  })

  it('and what was skipped, too', () => {
    const base = outcome([], {
      skipped: [{ secret: 'PORT', why: 'too short' }],
      notes: ['1 finding is marked'],
    })
    const given = {
      ...base,
      result: { ...base.result, unscanned: [{ path: HOSTILE, why: 'an archive', lost: false }] },
    }
    const text = said(given)[0]?.text ?? ''
    expect(text).toContain('PORT was not searched: too short')
    expect(text).toContain('not scanned: a ⏎ ::error::x\\u{202e}')
    expect(text).toContain('1 finding is marked')
  })
})

describe('the summary', () => {
  it('has a row for each finding, in which nothing comes alive', () => {
    const { head, rows } = scanReport(
      outcome([finding(), finding({ path: HOSTILE, secret: 'DB_PASSWORD', key: undefined })]),
    ).summary
    expect(head[0]).toContain('Found: 2 secrets')
    expect(rows[1]).toBe(
      '| high | `k8s/s.yaml:7` | Value of a Kubernetes Secret that is not encrypted | `Secret/app/db data.password` | [`kubernetes-secret`](https://kubernetes.io/docs/concepts/security/secrets-good-practices/) |',
    )
    expect(rows[0]).not.toMatch(/\n|\u202e/)
    expect(rows[0]).toContain('the value of `DB_PASSWORD`')
  })
})

describe('the files', () => {
  const wanted = {
    sarif: 'out.sarif',
    report: 'out.json',
    baseline: '.github/secretferry-baseline',
    writeBaseline: true,
  }

  it('are written, and named in outputs', async () => {
    const files = memoryFiles()
    const done = await writeScanFiles(outcome([finding()]), wanted, fakeEffects({ files }))
    expect(done.failure).toBeUndefined()
    expect([...files.written.keys()]).toEqual(['out.sarif', 'out.json', '.github/secretferry-baseline'])
    expect(files.written.get('.github/secretferry-baseline')).toContain(
      'kubernetes-secret k8s/s.yaml Secret/app/db data.password\n',
    )
    expect(scanReport(done).outputs).toMatchObject({ sarif: 'out.sarif', report: 'out.json', findings: '1' })
  })

  it('that can’t be written are failures, which lose no other file and no finding', async () => {
    const files = memoryFiles()
    const found: ActionError = new ActionError({ code: 'CONFIG_NOT_FOUND', message: 'found', hint: 'rotate' })
    const done = await writeScanFiles(
      outcome([finding()], { failure: found }),
      { ...wanted, sarif: '../out.sarif' },
      fakeEffects({ files }),
    )
    expect(done.failure?.problems.map(({ message }) => message)).toEqual([
      'found',
      expect.stringContaining('out.sarif'),
    ])
    expect(done.written).toEqual({
      sarif: undefined,
      report: 'out.json',
      baseline: '.github/secretferry-baseline',
    })
    expect(done.result.found).toHaveLength(1)
  })

  it('hold no value, where a path or key does', async () => {
    const files = memoryFiles()
    const effects = fakeEffects({ files })
    effects.secret('hunter2-canary', 'X')
    const leaky = finding({ path: 'a/hunter2-canary.yaml', key: 'Secret/hunter2-canary data.x' })
    const done = await writeScanFiles(outcome([leaky]), wanted, effects)
    const report = scanReport(done)
    const all = JSON.stringify([[...files.written], report.summary, report.outputs, said(done)])
    expect(all).not.toContain('canary')
    expect(all).toContain('a/***.yaml')
  })
})
