import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repositories, type Repository } from '../support/repository.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const SECRET = 'kind: Secret\nmetadata: {name: db}\nstringData:\n  password: Tr0ub4dor-3x\n'
const ALLOWING = 'version: 1\nscan:\n  allow:\n    - paths: k8s/\n      reason: made up\n'
const OWN_RULE = `version: 1
scan:
  rules:
    acme-token:
      description: Acme deployment token
      pattern: '\\bacme_(?<secret>[a-z0-9]{32})\\b'
      keywords: [acme_]
`

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'secretferry-packed-')))
const installed = join(folder, 'installed')
const { create, discard } = repositories()
afterAll(() => {
  discard()
  rmSync(folder, { recursive: true, force: true })
})

beforeAll(() => {
  const copy = join(folder, 'copy')
  mkdirSync(copy)
  for (const each of ['package.json', 'README.md', 'LICENSE', 'dist'])
    cpSync(join(ROOT, each), join(copy, each), { recursive: true })
  npm(copy, 'pack', '--pack-destination', folder)
  // The bundle needs none of its dependencies: empty packages stand for them.
  const { version, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string
    dependencies: Record<string, string>
  }
  const none = Object.keys(dependencies).map((name) => [name, 'file:./none'])
  mkdirSync(join(installed, 'none'), { recursive: true })
  writeFileSync(join(installed, 'none/package.json'), '{"name":"none","version":"1.0.0"}')
  writeFileSync(
    join(installed, 'package.json'),
    JSON.stringify({ name: 'app', private: true, overrides: Object.fromEntries(none) as object }),
  )
  npm(installed, 'install', join(folder, `secretferry-${version}.tgz`))
})

interface Ran {
  readonly code: number | null
  readonly said: string
}

function npm(cwd: string, ...args: readonly string[]): void {
  const ran = run(cwd, 'npm', [...args, '--offline', '--no-audit', '--no-fund', '--silent'])
  if (ran.code !== 0) throw new Error(`npm ${args.join(' ')}: ${ran.said}`)
}

function run(cwd: string, program: string, args: readonly string[]): Ran {
  const { PATH, HOME } = process.env
  const env = { PATH: `${join(installed, 'node_modules/.bin')}:${String(PATH)}`, HOME }
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  return { code: status, said: `${stdout}${stderr}${error?.message ?? ''}` }
}

const scan = ({ path }: Repository, ...args: readonly string[]): Ran =>
  run(path, 'secretferry', ['scan', ...args])

describe('the package, as npm packs it, installed into an empty folder', () => {
  test('has a code for every result, where it is asked for it', () => {
    const repository = create()
    const codes = (...args: readonly string[]): (number | null)[] => {
      repository.write({ 'k8s/s.yaml': undefined })
      const clean = scan(repository, ...args).code
      repository.write({ 'k8s/s.yaml': SECRET })
      const found = scan(repository, ...args).code
      repository.write({ '.github/secretferry.yml': ALLOWING })
      const allowed = scan(repository, ...args).code
      repository.write({ '.github/secretferry.yml': undefined })
      return [clean, found, allowed, run(folder, 'secretferry', ['scan', ...args]).code]
    }
    repository.commit({ 'README.md': 'a\n', 'k8s/s.yaml': 'a: b\n' })
    expect(codes()).toEqual([0, 1, 0, 2])
    expect(codes('--exit-by-result')).toEqual([0, 1, 3, 2])
  })

  test('finds by a rule of the configuration’s own', () => {
    const repository = create()
    repository.commit({
      '.github/secretferry.yml': OWN_RULE,
      'deploy.sh': `TOKEN_FILE=acme_${'0a1b2c3d'.repeat(4)}\n`,
    })
    const { code, said } = scan(repository, '--scan', 'tree')
    expect([code, said]).toEqual([
      1,
      expect.stringContaining('deploy.sh:1:17 Acme deployment token [acme-token]'),
    ])
  })

  test('holds a commit back from a hook, and no other', () => {
    const repository = create()
    repository.commit({ 'README.md': 'a\n' })
    writeFileSync(
      join(repository.path, '.git/hooks/pre-commit'),
      '#!/bin/sh\nexec secretferry scan --staged\n',
      { mode: 0o755 },
    )
    const commit = (): Ran =>
      run(repository.path, 'git', [
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@example.com',
        'commit',
        '-qm',
        'A change',
      ])
    repository.write({ 'k8s/s.yaml': SECRET, 'b.txt': 'b\n' })
    repository.git('add', 'b.txt')
    expect(commit()).toMatchObject({ code: 0, said: expect.stringContaining('Clean: ') })
    repository.git('add', 'k8s/s.yaml')
    expect(commit()).toMatchObject({ code: 1, said: expect.stringContaining('k8s/s.yaml:4') })
    expect(repository.git('status', '--porcelain')).toBe('A  k8s/s.yaml')
  })
})
