import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ActionError, type Problem } from './error.ts'
import { INPUTS, MODES } from './input-table.ts'
import { readInputs, type Inputs } from './inputs.ts'

type Given = Readonly<Record<string, string>>

/** Inputs by name, in the environment as the runner sets them. */
function env(given: Given): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  )
}

function problemsOf(given: Given): readonly Problem[] {
  try {
    readInputs(env(given))
    return []
  } catch (error) {
    if (error instanceof ActionError) return error.problems
    throw error
  }
}

/** What the runner gives where a step sets nothing: every default of action.yml, and empty texts for the others. */
const unset = Object.fromEntries(
  Object.entries(INPUTS).map(([name, input]) => [name, 'default' in input ? input.default : '']),
)

describe('readInputs', () => {
  it.each<[string, Given]>([
    ['nothing at all', {}],
    ['what action.yml declares', unset],
  ])('of %s is an apply of the default file', (_, given) => {
    expect(readInputs(env(given))).toEqual<Inputs>({
      mode: 'apply',
      source: { kind: 'file', path: '.github/secretferry.yml', explicit: false },
      environment: undefined,
      set: undefined,
      namespace: undefined,
      githubSecrets: undefined,
      kubeconfig: undefined,
      context: undefined,
      dryRun: false,
      createNamespace: false,
      timeoutMs: 300_000,
      journal: undefined,
      lockTimeoutMs: 120_000,
      history: undefined,
      prune: undefined,
      pruneLimit: undefined,
      allowOlder: false,
      takeOver: { adopt: undefined, adoptFrom: undefined, forceConflicts: undefined },
      execPlugins: [],
      auditLog: undefined,
      restart: undefined,
      restartWith: 'digest',
      rolloutTimeoutMs: 300_000,
      showLogs: false,
      onFailure: 'rollback',
    })
  })

  it.each([
    ['auto', 'auto'],
    ['none', 'none'],
    ['deployment/a, statefulset/b', ['Deployment/a', 'StatefulSet/b']],
    ['- deployment/a\n- daemonset/b\n', ['Deployment/a', 'DaemonSet/b']],
  ])('reads the restart %j', (given, expected) => {
    const { restart } = readInputs(env({ restart: given })) as { restart: unknown }
    const told = Array.isArray(restart) ? restart.map(({ kind, name }) => `${kind}/${name}`) : restart
    expect(told).toEqual(expected)
  })

  it('reads every input, without the white space around it', () => {
    const inputs = readInputs(
      env({
        config: ' a.yml\n',
        environment: 'dev',
        set: 's',
        namespace: 'ns',
        context: 'c',
        'dry-run': ' true ',
        'create-namespace': 'true',
        timeout: '90s',
        journal: 'off',
        'lock-timeout': '0s',
        history: '20',
        'exec-plugins': 'one, two\nthree',
        'audit-log': 'a.log',
      }),
    )
    expect(inputs).toMatchObject({
      source: { kind: 'file', path: 'a.yml', explicit: true },
      environment: 'dev',
      set: 's',
      namespace: 'ns',
      context: 'c',
      dryRun: true,
      createNamespace: true,
      timeoutMs: 90_000,
      journal: false,
      lockTimeoutMs: 0,
      history: 20,
      execPlugins: ['one', 'two', 'three'],
      auditLog: 'a.log',
    })
  })

  it('reads one Secret declared by inputs', () => {
    const { source } = readInputs(
      env({ ...unset, name: 'app', type: 'tls', 'from-env': 'A', immutable: 'true' }),
    )
    expect(source).toMatchObject({
      kind: 'inline',
      name: 'app',
      type: 'tls',
      fromEnv: 'A',
      immutable: true,
      data: undefined,
    })
  })

  it('keeps the white space of YAML, which counts there', () => {
    const data = '  A: x\n  B: |+\n    text\n\n'
    const { source } = readInputs(env({ name: 'app', data, labels: data, annotations: data }))
    expect(source.kind === 'inline' && [source.data?.reveal(), source.labels, source.annotations]).toEqual([
      data,
      data,
      data,
    ])
  })

  it('keeps what may hold values from being printed', () => {
    const canary = ['Zq7', 'hunter2'].join('-')
    const inputs = readInputs(
      env({ name: 'app', data: `A: ${canary}`, kubeconfig: canary, 'github-secrets': canary }),
    )
    expect(JSON.stringify(inputs)).not.toContain(canary)
    expect([inputs.kubeconfig?.reveal(), inputs.githubSecrets?.reveal()]).toEqual([canary, canary])
  })

  it('finds inputs whatever case the environment gives their names', () => {
    expect(readInputs({ 'input_dry-run': 'true', Input_Namespace: 'x' })).toMatchObject({
      dryRun: true,
      namespace: 'x',
    })
  })
})

describe('the journal’s inputs', () => {
  it.each<[Given, string]>([
    [{ journal: 'no' }, 'input `journal` is neither on nor off'],
    [{ journal: 'ON' }, 'input `journal` is neither on nor off'],
    [{ history: '-1' }, 'input `history` is not a number from 0 to 20'],
    [{ history: '21' }, 'input `history` is not a number from 0 to 20'],
    [{ history: '1e1' }, 'input `history` is not a number from 0 to 20'],
    [{ 'lock-timeout': '-1s' }, 'input `lock-timeout` is not a duration'],
  ])('are refused where they make no sense: %j', (given, message) => {
    expect(problemsOf(given)).toMatchObject([{ code: 'INPUT_INVALID', message }])
  })
})

describe('a duration', () => {
  it.each([
    ['1s', 1_000],
    ['90s', 90_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
  ])('of %s', (timeout, ms) => {
    expect(readInputs(env({ timeout })).timeoutMs).toBe(ms)
  })

  it.each(['0s', '5', 'm', '5 m', '-5m', '1.5h', '5M', '1d', '25h', '9999999s', '1e3s'])(
    'is not %s',
    (timeout) => {
      expect(problemsOf({ timeout })).toMatchObject([
        { code: 'INPUT_INVALID', message: 'input `timeout` is not a duration' },
      ])
    },
  )
})

describe('an input is refused:', () => {
  it.each<[string, Given, string, RegExp]>([
    ['unknown', { dryrun: 'true' }, 'INPUT_INVALID', /unknown input `dryrun`\n.*`dry-run`/],
    ['unknown, with an underscore', { from_env: 'A' }, 'INPUT_INVALID', /`from_env`\n.*`from-env`/],
    ['unknown, though empty', { dryrun: '' }, 'INPUT_INVALID', /`dryrun`/],
    ['like nothing known', { zzz: 'x' }, 'INPUT_INVALID', /`zzz`\nknown are: mode, /],
    ['no boolean', { 'dry-run': 'yes' }, 'INPUT_INVALID', /`dry-run` is neither true nor false/],
    [
      'a boolean in capitals',
      { 'create-namespace': 'True' },
      'INPUT_INVALID',
      /`create-namespace` is neither/,
    ],
    [
      'name with config',
      { name: 'a', data: 'A: x', config: 'f' },
      'INPUT_INVALID',
      /`name` and `config` together/,
    ],
    ['name without data', { name: 'a' }, 'INPUT_INVALID', /`name` without `data` or `from-env`/],
    [
      'data without name',
      { data: 'A: x' },
      'INPUT_INVALID',
      /`data` declares a Secret, but `name` is not set/,
    ],
    ['from-env without name', { 'from-env': 'A' }, 'INPUT_INVALID', /`from-env` declares/],
    ['labels without name', { labels: 'a: b' }, 'INPUT_INVALID', /`labels` declares/],
    ['immutable without name', { immutable: 'true' }, 'INPUT_INVALID', /`immutable` declares/],
    ['an unknown mode', { mode: 'aply' }, 'INPUT_INVALID', /an unknown `mode`\n.*`apply`/],
    ['mode: rotate', { mode: 'rotate' }, 'NOT_AVAILABLE', /`mode: rotate`/],
    ['adopt in a rollback', { mode: 'rollback', adopt: 'true' }, 'INPUT_INVALID', /`adopt` means nothing/],
    ['mode: check', { mode: 'check' }, 'NOT_AVAILABLE', /`mode: check`/],
    ['restart of a word', { restart: 'always' }, 'INPUT_INVALID', /`restart` is neither auto nor none/],
    ['restart of a kind that is none', { restart: 'pod/x' }, 'INPUT_INVALID', /`restart` is neither auto/],
    ['adopt', { adopt: 'yes' }, 'INPUT_INVALID', /`adopt` is neither true nor false/],
    ['force-conflicts', { 'force-conflicts': '1' }, 'INPUT_INVALID', /neither true nor false/],
  ])('%s', (_, given, code, says) => {
    const problems = problemsOf(given)
    expect(problems).toMatchObject([{ code }])
    expect(`${problems[0]?.message ?? ''}\n${problems[0]?.hint ?? ''}`).toMatch(says)
  })

  it.each(['config', 'environment', 'set', 'namespace', 'context', 'audit-log'])(
    'a control character in %s',
    (name) => {
      for (const value of ['a\n::error::x', 'a\u001b[2J', 'a\u202eb']) {
        const problems = problemsOf({ [name]: value })
        expect(problems).toMatchObject([{ code: 'INPUT_INVALID' }])
        expect(problems[0]?.message).toContain(`input \`${name}\` has a line break`)
      }
      expect(problemsOf({ name: 'a\nb', 'from-env': 'A' })).toHaveLength(1)
    },
  )

  it.each(Object.entries(INPUTS))('%s is described, and belongs to modes that there are', (_, input) => {
    expect(input.description).not.toBe('')
    expect(MODES).toEqual(expect.arrayContaining('modes' in input ? [...input.modes] : []))
  })

  it('all that are wrong, at once', () => {
    const given = {
      dryrun: 'x',
      'dry-run': 'x',
      timeout: 'x',
      name: 'x',
      adopt: 'x',
      restart: 'x',
      mode: 'x',
    }
    expect(problemsOf(given)).toHaveLength(7)
  })

  it('without a quote of what was given', () => {
    const canary = ['zq7', 'hunter2'].join('-')
    fc.assert(
      fc.property(fc.subarray(Object.keys(INPUTS), { minLength: 1 }), (names) => {
        const problems = problemsOf(Object.fromEntries(names.map((name) => [name, canary])))
        expect(JSON.stringify(problems)).not.toContain(canary)
      }),
    )
  })
})
