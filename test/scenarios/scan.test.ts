import { cpSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { repositories, type Repository } from '../support/repository.ts'
import { runAction, type ActionOptions, type ActionRun } from '../support/run-action.ts'

const { create, discard } = repositories()
afterAll(discard)

const VALUE = 'Zq4-77c1-x9Vb-Lm'
const TOKEN = 'ghs_ThisIsTheTokenOfTheStep00000000000'
const SECRETS = JSON.stringify({ DB_PASSWORD: VALUE, SHORT: 'abc', github_token: TOKEN })
const MANIFEST = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  password: b7Kq2xT9wZ4m\n`
const ENCODED = Buffer.from(`app:${VALUE}`).toString('base64')

describe('a pull request', () => {
  const repository = create()
  const base = repository.commit({ 'README.md': 'hello\n' })
  repository.git('checkout', '-q', '-b', 'topic')
  const head = repository.commit({
    'deploy/secret.yaml': MANIFEST,
    'src/login.ts': `// x\nsend('${ENCODED}')\n`,
  })

  test('of the repository itself: what leaked is named, and no value is printed', async () => {
    const run = await scan(repository, { event: pull(base, head), inputs: { 'github-secrets': SECRETS } })
    expect(run.outputs['error-code']).toBe('SECRET_FOUND')
    expect(run.exitCode).toBe(1)
    expect(run.log).toContain('DB_PASSWORD')
    const places = run.annotations.map(({ file, line }) => `${file ?? ''}:${line ?? ''}`)
    expect(places).toEqual(expect.arrayContaining(['src/login.ts:2', 'deploy/secret.yaml:6']))
    expect(run.log).toMatch(/SHORT.*fewer than 8/)
    leaksNothing(run)
  })

  test('of a fork: the layer of known values is off, and says so; the others look', async () => {
    const run = await scan(repository, { event: pull(base, head, { fork: true }) })
    expect(run.exitCode).toBe(1)
    expect(run.log).toMatch(/known-value.*fork/i)
    expect(run.log).toContain('deploy/secret.yaml')
    leaksNothing(run)
  })

  test('under pull_request_target a search for values is refused, and nothing else', async () => {
    const event = { ...pull(base, head), name: 'pull_request_target' }
    const env = { GITHUB_SHA: base }
    const refused = await scan(repository, { event, env, inputs: { 'github-secrets': SECRETS } })
    expect(refused.outputs['error-code']).toBe('UNTRUSTED_CHANGE')
    expect(refused.exitCode).toBe(2)
    leaksNothing(refused)
    const run = await scan(repository, { event, env })
    expect(run.outputs['error-code']).toBe('SECRET_FOUND')
    expect(run.log).toMatch(/known-value.*guess/i)
  })

  test('below `fail-on` nothing fails', async () => {
    const run = await scan(repository, { event: pull(base, head), inputs: { 'fail-on': 'never' } })
    expect(run.exitCode).toBe(0)
    expect(run.log).toContain('deploy/secret.yaml')
  })

  test('the configuration of the base decides', async () => {
    const own = create()
    const before = own.commit({ '.github/secretferry.yml': config('env://DB_PASSWORD') })
    own.git('checkout', '-q', '-b', 'topic')
    const after = own.commit({ '.github/secretferry.yml': config('env://OTHER'), 'a.txt': `x ${VALUE}\n` })
    const run = await scan(own, {
      event: pull(before, after),
      env: { DB_PASSWORD: VALUE, OTHER: 'something else' },
    })
    expect(run.log).toContain('db-password')
    expect(run.outputs['error-code']).toBe('SECRET_FOUND')
    leaksNothing(run)
  })

  test('a shallow clone is deepened, with the token in no command line', async () => {
    repository.git('checkout', '-q', 'topic')
    const clone = repository.clone('--depth=1', '--branch=topic')
    const run = await scan(clone, { event: pull(base, head), inputs: { token: TOKEN } })
    expect(run.outputs['error-code']).toBe('SECRET_FOUND')
    expect(run.children.some((argv) => argv.includes('fetch'))).toBe(true)
    expect(JSON.stringify(run.children)).not.toContain(TOKEN)
    leaksNothing(run)
  })
})

describe('results are told apart', () => {
  test('clean', async () => {
    const repository = create()
    const base = repository.commit({ 'a.txt': 'x\n' })
    const head = repository.commit({ 'b.txt': 'y\n' })
    const run = await scan(repository, { event: pull(base, head), inputs: { 'github-secrets': SECRETS } })
    expect([run.exitCode, run.outputs['error-code']]).toEqual([0, ''])
    expect(run.log).toMatch(/clean/i)
  })

  test('could not look', async () => {
    const repository = create()
    const base = repository.commit({ 'a.txt': 'x\n' })
    repository.git('remote', 'add', 'origin', 'file:///nowhere')
    const run = await scan(repository, { event: pull(base, '1'.repeat(40)) })
    expect([run.exitCode, run.outputs['error-code']]).toEqual([2, 'NOT_SCANNED'])
    expect(run.log).not.toMatch(/clean/i)
  })

  test('no repository at all', async () => {
    const run = await runAction({ inputs: { mode: 'scan' } })
    expect([run.exitCode, run.outputs['error-code']]).toEqual([2, 'NOT_SCANNED'])
  })
})

function config(from: string): string {
  return `version: 1\nvalues:\n  db-password:\n    from: ${from}\nsecrets:\n  app:\n    data:\n      PASSWORD: \${db-password}\n`
}

function pull(base: string, head: string, { fork = false } = {}): NonNullable<ActionOptions['event']> {
  const here = { id: 1, full_name: 'octo/app', default_branch: 'main' }
  const repo = fork ? { id: 2, full_name: 'other/app' } : here
  const change = { base: { sha: base, repo: here }, head: { sha: head, repo }, commits: 1 }
  return { name: 'pull_request', payload: { number: 7, repository: here, pull_request: change } }
}

function scan({ path }: Repository, options: ActionOptions): Promise<ActionRun> {
  return runAction({
    ...options,
    inputs: { mode: 'scan', ...options.inputs },
    arrange: ({ workspace }) => {
      cpSync(path, workspace, { recursive: true })
    },
  })
}

/** No value in anything that a run leaves: log, annotations, summary, outputs, files of its own. */
function leaksNothing(run: ActionRun): void {
  const own = [...run.files]
    .filter(([path]) => path.startsWith('runner-temp/'))
    .map(([, bytes]) => bytes.toString())
  const said = [
    run.log,
    run.stderr,
    run.summary,
    JSON.stringify(run.outputs),
    JSON.stringify(run.annotations),
    ...own,
  ]
  for (const value of [VALUE, ENCODED, TOKEN, 'b7Kq2xT9wZ4m']) expect(said.join('\n')).not.toContain(value)
}
