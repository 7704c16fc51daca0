import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeEffects, NOW } from '../../test/support/effects.ts'
import { changeOf, outcomeOf } from '../../test/support/outcome.ts'
import { ActionError, type Problem } from '../error.ts'
import type { Mode } from '../input-table.ts'
import { NO_RESTARTS } from '../kubernetes/consumers/plan-restarts.ts'
import type { Applied } from '../kubernetes/apply.ts'
import { readProvenance, type ApplyOutcome } from '../outcome.ts'
import { applyReport } from './apply-report.ts'
import { auditLines } from './audit.ts'
import { planFile } from './apply-outputs.ts'
import { outputsOf as outputsOfReport } from './outputs.ts'
import { describePlan } from './plan.ts'
import { describeResult } from './result.ts'
import { summaryOf as summaryOfReport } from './summary.ts'

const three = [
  changeOf('create', 'new', { A: '1', B: '2' }),
  changeOf('update', 'web', { A: '1' }),
  changeOf('unchanged', 'old'),
]
const problem: Problem = { code: 'CONFLICT', message: 'apply of app/web: refused', hint: 'do this' }
const failure = new ActionError(problem)
const failed = outcomeOf(three, {
  kind: 'failed',
  failure,
  applied: [
    { change: three[0] as Applied['change'], fate: 'removed' },
    { change: three[1] as Applied['change'], fate: 'stuck', reason: 'changed meanwhile' },
    { change: three[2] as Applied['change'], fate: 'unchanged' },
  ],
})

function logOf(write: (log: ReturnType<typeof fakeEffects>['log']) => void): string[] {
  const { log, said } = fakeEffects()
  write(log)
  return said.map(({ level, text }) => `${level}: ${text}`)
}

const reportOf = (outcome: ApplyOutcome | undefined) => outcome && applyReport(outcome)
const outputsOf = (outcome: ApplyOutcome | undefined, ending: Parameters<typeof outputsOfReport>[1]) =>
  outputsOfReport(reportOf(outcome), ending)
const summaryOf = (outcome: ApplyOutcome | undefined, of: ActionError | undefined, mode: Mode) =>
  summaryOfReport(reportOf(outcome), of, mode)
const planOf = ({ plan, set, cluster }: ApplyOutcome): string[] =>
  logOf((log) => describePlan(plan, { set, cluster, log }))
const resultOf = (outcome: ApplyOutcome): string[] => logOf((log) => describeResult(outcome, log))
const provenance = readProvenance({
  GITHUB_ACTOR: 'me',
  GITHUB_REPOSITORY: 'o/r',
  GITHUB_SERVER_URL: 'https://g',
  GITHUB_RUN_ID: '7',
  GITHUB_SHA: 'c0ffee',
})
const auditOf = (outcome: ApplyOutcome | undefined, of?: ActionError): Record<string, unknown>[] =>
  auditLines({ report: reportOf(outcome), failure: of, provenance }, { startedAt: NOW - 1500, now: NOW })
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('the plan in the log', () => {
  it('counts, names keys with their sources and ids, and gathers what is the same', () => {
    expect(planOf(outcomeOf(three))).toEqual([
      'info: Plan for the set owner/repository on 10.0.0.1:6443 (context test): 1 to create, 1 to update, 1 unchanged',
      'group: + app/new (Opaque): 2 of 2 keys to change\n  + A from env://A (revision 0123456789ab)\n  + B from env://B (revision 0123456789ab)',
      'group: ~ app/web (Opaque): 2 of 2 keys to change\n  + A from env://A (revision 0123456789ab)\n  - OLD',
      'group: = 1 unchanged\napp/old',
    ])
  })

  it('tells of namespaces to be made, and what the server warns of', () => {
    const plan = {
      changes: [],
      namespaces: ['app'],
      skipped: [],
      held: [],
      spared: [],
      warnings: [{ name: 'app/web', text: 'tls: failed' }],
      checks: [],
      restarts: NO_RESTARTS,
    }
    expect(planOf(outcomeOf([], { plan })).slice(1)).toEqual([
      'info: + namespace app',
      'warning: the API server warns of app/web: tls: failed',
    ])
  })
})

describe('the result in the log', () => {
  it.each<[string, ApplyOutcome, string[]]>([
    ['applied', outcomeOf(three), ['info: Done: 1 created, 1 updated, 1 unchanged']],
    [
      'nothing to do',
      outcomeOf([three[2] as Applied['change']]),
      ['info: Nothing to do: 1 Secret as declared'],
    ],
    [
      'a dry run',
      outcomeOf(three, { kind: 'dry-run', applied: [] }),
      ['info: Dry run: nothing was written; 1 would be created, 1 updated, 1 are unchanged'],
    ],
    [
      'failed',
      { ...failed, namespaces: ['app'] },
      [
        'group: What became of each Secret\n  app/new: created and deleted again\n  app/web: NOT put back (changed meanwhile)\n  app/old: unchanged',
        'info: created and kept: namespace app',
      ],
    ],
  ])('says how it ended: %s', (_, outcome, lines) => {
    expect(resultOf(outcome)).toEqual(lines)
  })
})

describe('the outputs', () => {
  it('name what was created, updated and unchanged', () => {
    const outputs = outputsOf(outcomeOf(three), { planPath: '/t/plan.json', failure: undefined })
    expect(outputs).toMatchObject({
      changed: 'true',
      created: '["app/new"]',
      updated: '["app/web"]',
      unchanged: '["app/old"]',
      plan: '/t/plan.json',
      'error-code': '',
    })
    expect(JSON.parse(outputs.results)).toEqual([
      {
        namespace: 'app',
        name: 'new',
        keys: ['A', 'B'],
        action: 'create',
        fate: 'written',
        resourceVersion: null,
      },
      {
        namespace: 'app',
        name: 'web',
        keys: ['A', 'OLD'],
        action: 'update',
        fate: 'written',
        resourceVersion: '100',
      },
      {
        namespace: 'app',
        name: 'old',
        keys: ['KEY'],
        action: 'unchanged',
        fate: 'unchanged',
        resourceVersion: '100',
      },
    ])
  })

  it.each<[string, ApplyOutcome | undefined]>([
    ['after a failure that was undone', failed],
    ['where there was no plan', undefined],
  ])('claim no change %s', (_, outcome) => {
    const outputs = outputsOf(outcome, { planPath: undefined, failure })
    expect(outputs).toMatchObject({
      changed: 'false',
      created: '[]',
      updated: '[]',
      unchanged: '[]',
      plan: '',
      'error-code': 'CONFLICT',
    })
  })

  it('say that nothing has changed where nothing has', () => {
    expect(
      outputsOf(outcomeOf([three[2] as Applied['change']]), { planPath: undefined, failure: undefined })
        .changed,
    ).toBe('false')
  })
})

describe('the summary', () => {
  it('has a row for each Secret that changes and each of its keys', () => {
    expect(summaryOf(outcomeOf(three, { namespaces: ['app'] }), undefined, 'apply')).toBe(
      [
        '### Secrets applied: 1 created, 1 updated, 1 unchanged',
        '',
        'Set `owner/repository` on `10.0.0.1:6443 (context test)`, environment `production`',
        'Created the namespace `app`.',
        '',
        '| Secret | Key | Action | Source |',
        '| --- | --- | --- | --- |',
        '| `app/new` | | create | |',
        '| | `A` | added | `env://A` |',
        '| | `B` | added | `env://B` |',
        '| `app/web` | | update | |',
        '| | `A` | added | `env://A` |',
        '| | `OLD` | removed |  |',
        '| `app/old` | | unchanged | |',
        '',
      ].join('\n'),
    )
  })

  it('says why the run failed and what became of each Secret', () => {
    const summary = summaryOf(failed, failure, 'apply')
    for (const part of [
      '### Secrets were not applied: `CONFLICT`',
      '- apply of app/web: refused — do this',
      '| `app/new` | | create: created and deleted again | |',
      '| `app/web` | | update: NOT put back | |',
    ])
      expect(summary).toContain(part)
    expect(summaryOf(undefined, failure, 'apply')).toContain('- apply of app/web: refused — do this')
  })

  it('has no HTML and no cell that breaks out, whatever the names', () => {
    const hostile = ['a|b', '`x`', '<img src=x>', '||`', '| --- |']
    fc.assert(
      fc.property(fc.constantFrom(...hostile), fc.constantFrom(...hostile), (name, key) => {
        const outcome = outcomeOf([changeOf('create', name, { [key]: 'v' })])
        const summary = summaryOf(outcome, new ActionError({ ...problem, message: name, hint: key }), 'apply')
        const rows = summary.split('\n').filter((line) => line.startsWith('| '))
        expect(rows).toHaveLength(4)
        for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6)
        for (const line of summary.split('\n').filter((each) => each.startsWith('- ')))
          expect(line.replaceAll(/`[^`]*`/g, '')).not.toMatch(/[<>]/)
      }),
    )
  })

  it('is never larger than the runner takes, and says what it leaves out', () => {
    const wide = fc.constantFrom('x'.repeat(250), 'ü'.repeat(250), '😀'.repeat(120))
    fc.assert(
      fc.property(wide, fc.nat(9000), fc.nat(300), fc.nat(30_000), (name, rows, problems, length) => {
        const change = changeOf('create', name)
        const outcome = outcomeOf(Array.from({ length: rows }, () => change))
        const many = Array.from({ length: problems + 1 }, () => ({
          ...problem,
          message: '界<'.repeat(length / 2),
        }))
        const summary = summaryOf(outcome, new ActionError(many as [Problem, ...Problem[]]), 'apply')
        expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024)
        const shown = summary.split('\n').filter((line) => line.startsWith('| ')).length - 2
        const left = /(\d+) more rows are in the log/.exec(summary)?.[1] ?? 0
        expect(shown + Number(left)).toBe(rows * 2)
        const leftProblems = /- (\d+) more problems are in the log/.exec(summary)?.[1] ?? 0
        expect(Math.min(many.length, 100) + Number(leftProblems)).toBe(many.length)
      }),
      { numRuns: 25 },
    )
  })
})

describe('a Secret that is not made, because all its values are optional and absent,', () => {
  const skipped = [{ namespace: 'app', name: 'redis' }]
  const outcome = outcomeOf(three)
  const some = { ...outcome, plan: { ...outcome.plan, skipped } }

  it('is told in every report', () => {
    expect(planOf(some)[0]).toMatch(/1 unchanged, 1 skipped$/)
    expect(planOf(some).at(-1)).toBe('info: = app/redis: all its values are optional and absent: not made')
    expect(resultOf(some)).toEqual(['info: Done: 1 created, 1 updated, 1 unchanged, 1 skipped'])
    expect(summaryOf(some, undefined, 'apply')).toContain(
      '### Secrets applied: 1 created, 1 updated, 1 unchanged, 1 skipped\n',
    )
    expect(summaryOf(some, undefined, 'apply')).toContain('| `app/redis` | | skipped | |')
    const { results, changed } = outputsOf(some, { planPath: undefined, failure: undefined })
    expect(changed).toBe('true')
    expect((JSON.parse(results) as unknown[]).at(-1)).toEqual({
      namespace: 'app',
      name: 'redis',
      keys: [],
      action: 'skipped',
      resourceVersion: null,
    })
    expect(JSON.parse(planFile(some))).toMatchObject({ skipped })
  })

  it('is not all is well where it is the only one', () => {
    const only = outcomeOf([])
    const alone = { ...only, plan: { ...only.plan, skipped } }
    expect(resultOf(alone)).toEqual(['info: Nothing to do: 0 Secrets as declared, 1 skipped'])
    expect(outputsOf(alone, { planPath: undefined, failure: undefined }).changed).toBe('false')
  })
})

describe('the audit log', () => {
  it('has a line for each Secret that was touched and one for the run', () => {
    const [change] = three
    const applied = [
      { change: change as Applied['change'], fate: 'written' as const, auditId: 'id-1', durationMs: 12 },
    ]
    const lines = auditOf(outcomeOf(three, { applied }))
    const who = {
      logger: 'secretferry',
      ts: '2026-01-05T12:00:00.000Z',
      actor: 'me',
      repository: 'o/r',
      run: 'https://g/o/r/actions/runs/7',
      commit: 'c0ffee',
      set: 'owner/repository',
    }
    expect(lines).toEqual([
      {
        ...who,
        level: 'info',
        message: 'secret written',
        request_id: 'id-1',
        duration_ms: 12,
        namespace: 'app',
        name: 'new',
        keys: [
          { key: 'A', action: 'added' },
          { key: 'B', action: 'added' },
        ],
        action: 'create',
      },
      {
        ...who,
        level: 'info',
        message: 'run applied',
        request_id: null,
        duration_ms: 1500,
        error_code: null,
      },
    ])
  })

  it('tells what was undone, and what could not be', () => {
    expect(
      auditOf(failed, failure).map(({ level, message, reason, error_code: code }) => [
        level,
        message,
        reason ?? code,
      ]),
    ).toEqual([
      ['warning', 'secret removed', undefined],
      ['error', 'secret stuck', 'changed meanwhile'],
      ['error', 'run failed', 'CONFLICT'],
    ])
  })

  it('has its line also where there was nothing to do, or no plan', () => {
    expect(auditOf(outcomeOf([three[2] as Applied['change']])).map(({ message }) => message)).toEqual([
      'run applied',
    ])
    expect(auditOf(undefined, failure)).toMatchObject([
      { message: 'run failed', set: null, error_code: 'CONFLICT' },
    ])
  })
})

describe('no report', () => {
  it('holds a value, whatever it is', () => {
    const canary = ['Zq7', 'hunter2', 'canary'].join('-')
    const value = fc.constantFrom(canary, `a\n${canary}`, JSON.stringify({ a: canary }))
    const action = fc.constantFrom('create', 'update', 'unchanged')
    const kind = fc.constantFrom<ApplyOutcome['kind']>('applied', 'dry-run', 'failed')
    fc.assert(
      fc.property(value, action, kind, (given, act, how) => {
        const outcome = outcomeOf([changeOf(act, 'web', { A: given })], { kind: how })
        const all = [
          planOf(outcome),
          resultOf(outcome),
          outputsOf(outcome, { planPath: 'p', failure }),
          planFile(outcome),
          summaryOf(outcome, failure, 'apply'),
          auditOf(outcome, failure),
        ]
        for (const form of [
          canary,
          Buffer.from(given).toString('base64'),
          Buffer.from(given).toString('hex'),
        ])
          expect(JSON.stringify(all)).not.toContain(form)
      }),
    )
  })
})

describe('readProvenance', () => {
  it('knows no run where the runner does not say all of it', () => {
    expect(readProvenance({ GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '7' })).toEqual({
      actor: undefined,
      repository: 'o/r',
      run: undefined,
      commit: undefined,
    })
  })
})
