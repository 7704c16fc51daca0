import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runAction, type ActionOptions, type ActionRun } from '../support/run-action.ts'
import { makeCanaries } from './canaries.ts'
import { environmentOf, textsOf } from './leak-arrangement.ts'
import { inspectRun } from './leak-check.ts'
import { pullRequest, type Tree } from './scan-repository.ts'

const VALUE = 'Tr0ub4dor-3x'
const secretOf = (value: string, comment = ''): string =>
  `kind: Secret\napiVersion: v1\nmetadata: {name: db, namespace: app}\nstringData:\n  password: ${value}${comment}\n`
const KEY = 'Secret/app/db stringData.password'
const CONFIG = '.github/secretferry.yml'
const BASELINE = '.github/secretferry-baseline'
const ENTRY = `kubernetes-secret k8s/s.yaml ${KEY}\n`
const MARK = ' # secretferry:allow kubernetes-secret a database of the tests'
const allowing = (paths: string): string =>
  `version: 1\nscan:\n  allow:\n    - paths: ${paths}\n      reason: made up\n`

function scan(base: Tree, commits: readonly Tree[], more: ActionOptions = {}): Promise<ActionRun> {
  return runAction({ ...pullRequest(base, ...commits), ...more, inputs: { mode: 'scan', ...more.inputs } })
}

const lastLine = ({ lines }: ActionRun): string =>
  lines
    .map(({ shown }) => shown)
    .filter((line) => /^(?:Clean|Allowed|Found|Could not look):/.test(line))
    .at(-1) ?? ''

describe('a scan of a pull request', () => {
  const rows: readonly [
    string,
    Tree,
    Tree,
    ActionOptions['inputs'],
    { exit: number; code: string; words: RegExp; title: string },
  ][] = [
    [
      'clean',
      { 'README.md': 'a' },
      { 'README.md': 'b' },
      {},
      { exit: 0, code: '', words: /^Clean: no secret in pull request #7/, title: '### Scan: clean' },
    ],
    [
      'found',
      {},
      { 'k8s/s.yaml': secretOf(VALUE) },
      {},
      {
        exit: 1,
        code: 'SECRET_FOUND',
        words: /^Found: 1 secret in pull request #7.*\(1 file; 1 high\)$/,
        title: '### Scan: 1 secret found',
      },
    ],
    [
      'found',
      {},
      { 'k8s/s.yaml': secretOf(VALUE) },
      { 'fail-on': 'critical' },
      { exit: 0, code: '', words: /^Found: 1 secret/, title: '### Scan: 1 secret found' },
    ],
    [
      'allowed',
      { [CONFIG]: allowing('k8s/**') },
      { 'k8s/s.yaml': secretOf(VALUE) },
      {},
      {
        exit: 0,
        code: '',
        words: /^Allowed: nothing but what is allowed in .*1 allowed: 1 by the configuration/,
        title: '### Scan: nothing but what is allowed',
      },
    ],
  ]
  it.each(rows)(
    'says %s in words of its own',
    async (result, base, head, inputs, { exit, code, words, title }) => {
      const run = await scan(base, [head], { ...(inputs === undefined ? {} : { inputs }) })
      expect(run.exitCode, run.log).toBe(exit)
      expect(run.outputs).toMatchObject({ 'scan-result': result, 'error-code': code, degraded: 'true' })
      expect(lastLine(run)).toMatch(words)
      expect(run.summary.split('\n')[0]).toBe(title)
      const sarif = JSON.parse(run.file(run.outputs['sarif'] ?? '') ?? '') as {
        runs: [{ results: unknown[] }]
      }
      expect(sarif.runs[0].results).toHaveLength(result === 'found' ? 1 : 0)
    },
  )

  it('says could not look, where the commits are not there', async () => {
    const run = await runAction({ inputs: { mode: 'scan' }, files: { 'k8s/s.yaml': secretOf(VALUE) } })
    expect(run.exitCode).toBe(2)
    expect(run.outputs['scan-result']).toBe('could-not-look')
    expect(run.outputs['error-code']).toBe('NOT_SCANNED')
  })

  it('annotates the line, and tells how to mend it', async () => {
    const run = await scan({}, [{ 'k8s/s.yaml': secretOf(VALUE) }])
    expect(run.annotations[0]).toMatchObject({ file: 'k8s/s.yaml', line: 5 })
    expect(run.annotations[0]?.message).toBe(
      `Value of a Kubernetes Secret that is not encrypted: ${KEY}. Rotate it: taking the line out leaves it in the history (https://kubernetes.io/docs/concepts/security/secrets-good-practices/) [kubernetes-secret, high]`,
    )
    expect(run.annotations).toHaveLength(2)
  })
})

describe('only the base decides', () => {
  it('a pull request can’t allow its own findings in any way', async () => {
    const run = await scan({ 'README.md': 'a' }, [
      {
        [CONFIG]: `${allowing('k8s/path.yaml')}  rules:\n    dotenv: off\n`,
        [BASELINE]: ENTRY,
        'k8s/path.yaml': secretOf(VALUE),
        'k8s/s.yaml': secretOf(VALUE),
        'k8s/marked.yaml': secretOf(VALUE, MARK),
        'k8s/other.yaml': secretOf(VALUE, ' # gitleaks:allow'),
        '.env': `DB_PASSWORD=${VALUE}\n`,
      },
    ])
    expect(run.outputs, run.log).toMatchObject({ 'scan-result': 'found', findings: '5', allowed: '0' })
    expect(run.exitCode).toBe(1)
    expect(run.log).toContain('2 findings are marked as allowed by the change itself')
  })

  it.each<[string, Tree, Tree]>([
    ['the configuration', { [CONFIG]: allowing('k8s/**') }, { 'k8s/s.yaml': secretOf(VALUE) }],
    [
      'the baseline, and the secret in the base',
      { [BASELINE]: ENTRY, 'k8s/s.yaml': secretOf(VALUE) },
      { 'k8s/s.yaml': `# moved\n${secretOf(VALUE, ' # x')}` },
    ],
    [
      'a comment of the base',
      { 'k8s/s.yaml': secretOf(VALUE, MARK) },
      { 'k8s/s.yaml': secretOf(VALUE, MARK).replace('  password', '    password') },
    ],
  ])(
    'what the base allows is allowed, even where the change takes it away: %s',
    async (_what, base, head) => {
      const run = await scan(base, [
        {
          ...head,
          ...(CONFIG in base ? { [CONFIG]: 'version: 1\n' } : {}),
          ...(BASELINE in base ? { [BASELINE]: '' } : {}),
        },
      ])
      expect(run.outputs, run.log).toMatchObject({ 'scan-result': 'allowed', allowed: '1', findings: '0' })
    },
  )

  it('a new value in an old place is found', async () => {
    const base = { [BASELINE]: ENTRY, 'k8s/s.yaml': secretOf(VALUE) }
    const run = await scan(base, [{ 'k8s/s.yaml': secretOf('k9Fz2LwQ7bX1') }])
    expect(run.outputs).toMatchObject({ 'scan-result': 'found', findings: '1' })
  })

  it('a broken baseline of the base is an error on its line, a broken one of the change is nothing yet', async () => {
    const broken = `${ENTRY}<<<<<<< HEAD\n`
    const run = await scan({ [BASELINE]: broken }, [{ 'README.md': 'a' }])
    expect(run.outputs['error-code']).toBe('CONFIG_INVALID')
    expect(run.annotations[0]).toMatchObject({ file: BASELINE, line: 2 })
    expect((await scan({}, [{ [BASELINE]: broken }])).outputs['scan-result']).toBe('clean')
  })
})

describe('files and names', () => {
  it('a SARIF file that can’t be written is a failure, and the findings are told all the same', async () => {
    const run = await scan({}, [{ 'k8s/s.yaml': secretOf(VALUE) }], {
      inputs: { sarif: 'no/folder/x.sarif', report: 'r.json' },
    })
    expect(run.exitCode).toBe(1)
    expect(run.log).toContain('SECRET_FOUND')
    expect(run.log).toContain('no/folder/x.sarif is not used: its folder does not exist')
    expect(run.outputs).toMatchObject({ findings: '1', sarif: '', report: 'r.json' })
    expect(JSON.parse(run.file('workspace/r.json') ?? '')).toMatchObject({
      result: 'found',
      findings: [{ path: 'k8s/s.yaml', key: KEY }],
    })
  })

  it('nothing to find and no SARIF is a failure too, with a code of its own', async () => {
    const run = await scan({}, [{ 'README.md': 'b' }], { inputs: { sarif: '.git/x' } })
    expect([run.exitCode, run.outputs['error-code'], run.outputs['scan-result']]).toEqual([
      4,
      'CONFIG_NOT_FOUND',
      'clean',
    ])
  })

  it.skipIf(process.platform === 'win32')('names that are commands to the runner are none', async () => {
    const names = [
      'a\n::error file=x::injected.yaml',
      '::add-mask::x.yaml',
      '##[error]y.yaml',
      'a\r\nb\u202e.yaml',
      '%0A::error::z.yaml',
    ]
    const run = await scan({}, [Object.fromEntries(names.map((name) => [name, secretOf(VALUE)]))])
    expect(run.outputs['findings']).toBe(String(names.length))
    expect(run.masks).toEqual([])
    expect(run.annotations).toHaveLength(names.length + 1)
    for (const { message } of run.annotations.slice(0, -1))
      expect(message).toMatch(/^Value of a Kubernetes Secret/)
    expect(run.complaints).toEqual([])
  })

  it('thirty thousand findings stay within the runner’s limits', async () => {
    const lines = Array.from({ length: 30_000 }, (_, n) => `  password${n}: k9Fz2LwQ7bX${n}\n`)
    const text = `kind: Secret\napiVersion: v1\nmetadata: {name: many}\nstringData:\n${lines.join('')}`
    const run = await scan({}, [{ 'k8s/many.yaml': text }])
    expect(run.outputs['findings']).toBe('30000')
    expect(run.annotations).toHaveLength(10)
    expect(run.annotations.at(-1)?.message).toContain('29991 of them without an annotation')
    expect(run.shownSummary).toBeDefined()
    const sarif = run.file(run.outputs['sarif'] ?? '') ?? ''
    expect(
      (JSON.parse(sarif) as { runs: [{ results: unknown[] }] }).runs[0].results.length,
    ).toBeLessThanOrEqual(5000)
  })
})

describe('nothing leaks', () => {
  const canaries = makeCanaries()
  const texts = textsOf(canaries)
  const words = texts.filter(({ value }) => !/[\s"']/.test(value.toString()))
  const planted: Tree = {
    'raw.txt': texts.map(({ value }) => value.toString()).join('\n'),
    'src/code.ts': texts
      .map(({ name, value }) => `const password_${name} = ${JSON.stringify(value.toString())}`)
      .join('\n'),
    'k8s/secret.yaml': `kind: Secret\napiVersion: v1\nmetadata: {name: s}\ndata:\n${canaries.map(({ name, value }) => `  ${name}-password: ${value.toString('base64')}\n`).join('')}`,
    'k8s/pod.json': JSON.stringify(
      {
        kind: 'Pod',
        metadata: { name: 'p' },
        spec: {
          containers: [
            { env: texts.map(({ name, value }) => ({ name: `${name}_PASSWORD`, value: value.toString() })) },
          ],
        },
      },
      null,
      1,
    ),
    '.env': words.map(({ name, value }) => `${name}_password=${value.toString()}`).join('\n'),
    'hex.txt': canaries.map(({ value }) => value.toString('hex')).join('\n'),
  }

  async function leaksOf(options: ActionOptions): Promise<{ run: ActionRun; leaks: readonly string[] }> {
    const given = new Map<string, Uint8Array>()
    const run = await runAction({
      debug: true,
      ...options,
      async arrange(places) {
        await options.arrange?.(places)
        for (const place of Object.values(places)) readTree(place, given)
      },
    })
    return { run, leaks: inspectRun({ run, canaries, given }) }
  }

  const inputs = { mode: 'scan', report: 'report.json', sarif: 'out.sarif' }

  it('of known values, wherever they stand and in whatever form', async () => {
    const { run, leaks } = await leaksOf({
      ...pullRequest({ 'README.md': 'a' }, planted),
      inputs: { ...inputs, 'github-secrets': JSON.stringify(environmentOf(canaries)) },
    })
    expect(leaks).toEqual([])
    expect(run.outputs['scan-result'], run.log).toBe('found')
    const { 'known-value': known = 0 } = JSON.parse(run.outputs['findings-by-layer'] ?? '{}') as Record<
      string,
      number
    >
    expect(known).toBeGreaterThan(10)
  })

  it('of secrets that nobody knew, on any layer, with the baseline written and in two commits', async () => {
    const { run, leaks } = await leaksOf({
      ...pullRequest(
        { '.github/CODEOWNERS': '* @octo' },
        planted,
        Object.fromEntries(Object.keys(planted).map((name) => [name, undefined])),
      ),
      inputs: { ...inputs, 'write-baseline': 'true' },
    })
    expect(leaks).toEqual([])
    expect(Number(run.outputs['findings'])).toBeGreaterThan(10)
    expect(run.file('workspace/.github/secretferry-baseline')).toContain('kubernetes-secret k8s/secret.yaml')
  })

  it('of values in the names of files and objects, and in comments that allow', async () => {
    const [canary] = words
    const value = canary?.value.toString() ?? ''
    const name = value.replaceAll('/', '_')
    const manifest = `kind: Secret\nmetadata: {name: ${JSON.stringify(value)}}\nstringData:\n  ${JSON.stringify(`${value}_password`)}: ${value} # secretferry:allow known-value ${value}\n`
    const { run, leaks } = await leaksOf({
      ...pullRequest(
        { 'README.md': 'a', [`base-${name}.yaml`]: manifest },
        { [`${name}.yaml`]: manifest, [`base-${name}.yaml`]: `x: ${value}\n${manifest}` },
      ),
      inputs: { ...inputs, 'github-secrets': JSON.stringify(environmentOf(canaries)) },
    })
    expect(run.outputs['scan-result'], run.log).toBe('found')
    expect(leaks.filter((leak) => !leak.startsWith('name of a file'))).toEqual([])
  })

  it('in errors about a broken configuration, baseline or event', async () => {
    const value = words[0]?.value.toString() ?? ''
    for (const base of [
      { [CONFIG]: `version: 1\nscan: ${value}\n` },
      { [CONFIG]: `scan: {allow: [{paths: ${JSON.stringify(value)}, ${JSON.stringify(value)}: 1}]}\n` },
      { [CONFIG]: `${value}: [` },
      { [BASELINE]: `${value}\n<<<<<<< ${value}\n` },
    ]) {
      const { run, leaks } = await leaksOf({ ...pullRequest(base, { a: 'b' }), inputs })
      expect(leaks).toEqual([])
      expect(run.exitCode, run.log).toBe(2)
    }
  })
})

function readTree(folder: string, into: Map<string, Uint8Array>): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const file = path.join(entry.parentPath, entry.name)
      into.set(path.relative(path.dirname(folder), file).split(path.sep).join('/'), readFileSync(file))
    }
}
