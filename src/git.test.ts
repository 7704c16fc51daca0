import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blobReader } from './git.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'secretferry-git-'))
const workspace = path.join(folder, 'workspace')
const binary = Uint8Array.from({ length: 256 }, (_, index) => index)

function git(...args: string[]): string {
  const own = [
    'user.name=test',
    'user.email=test@example.invalid',
    'commit.gpgsign=false',
    'init.defaultBranch=main',
  ]
  const settings = own.flatMap((setting) => ['-c', setting])
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
  return execFileSync('git', [...settings, ...args], { cwd: workspace, env, encoding: 'utf8' }).trim()
}

function write(name: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true })
  writeFileSync(path.join(workspace, name), content)
}

function read(commit: string, name: string): Promise<string | undefined> {
  return blobReader(workspace, process.env)(commit, name).then(
    (bytes) => bytes && Buffer.from(bytes).toString('utf8'),
  )
}

let base = ''
let change = ''

beforeAll(() => {
  mkdirSync(workspace)
  git('init', '--quiet')
  write('.github/secretferry.yml', 'base\n')
  write('with space & ünïcode: x.txt', 'odd\n')
  write('binary', binary)
  write('large', Buffer.alloc(5 * 1024 * 1024))
  git('add', '.')
  git('commit', '--quiet', '-m', 'base')
  base = git('rev-parse', 'HEAD')
  write('.github/secretferry.yml', 'change\n')
  write('new.txt', 'new\n')
  git('add', '.')
  git('commit', '--quiet', '-m', 'change')
  change = git('rev-parse', 'HEAD')
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('blobReader', () => {
  it('reads a file as it is in a commit, whatever is checked out', async () => {
    expect(await read(base, '.github/secretferry.yml')).toBe('base\n')
    expect(await read(change, '.github/secretferry.yml')).toBe('change\n')
    expect(await read(base, 'with space & ünïcode: x.txt')).toBe('odd\n')
  })

  it('keeps bytes', async () => {
    expect(await blobReader(workspace, process.env)(base, 'binary')).toEqual(binary)
  })

  it.each<[string, () => [string, string]]>([
    ['a file that the commit does not have', () => [base, 'new.txt']],
    ['a folder', () => [base, '.github']],
    ['a commit that is not in the clone', () => ['0'.repeat(40), 'new.txt']],
    ['a path that leaves the repository', () => [base, '../outside']],
    ['a file larger than any that is read', () => [base, 'large']],
    ['no path', () => [base, '']],
  ])('answers undefined for %s', async (_, at) => {
    expect(await read(...at())).toBeUndefined()
  })

  it('answers undefined where there is no clone, or no git', async () => {
    expect(await blobReader(folder, process.env)(base, 'workspace/new.txt')).toBeUndefined()
    expect(await blobReader(workspace, { PATH: folder })(base, 'binary')).toBeUndefined()
  })

  it('takes no replacement of an object for it', async () => {
    git(
      'replace',
      git('rev-parse', `${base}:.github/secretferry.yml`),
      git('rev-parse', `${change}:.github/secretferry.yml`),
    )
    expect(git('show', `${base}:.github/secretferry.yml`)).toBe('change')
    expect(await read(base, '.github/secretferry.yml')).toBe('base\n')
  })

  it.skipIf(process.platform === 'win32')('runs no filter or monitor that the clone configures', async () => {
    const ran = path.join(folder, 'ran')
    const script = path.join(folder, 'script.sh')
    writeFileSync(script, `#!/bin/sh\necho ran > '${ran}'\ncat\n`)
    chmodSync(script, 0o755)
    write('.gitattributes', '* filter=evil diff=evil\n')
    for (const name of ['core.fsmonitor', 'filter.evil.smudge', 'filter.evil.clean', 'diff.evil.textconv'])
      git('config', name, script)
    expect(await read(base, '.github/secretferry.yml')).toBe('base\n')
    expect(existsSync(ran)).toBe(false)
  })

  it('fetches nothing that a partial clone lacks', async () => {
    git('config', 'uploadpack.allowFilter', 'true')
    const partial = path.join(folder, 'partial')
    git('clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${workspace}`, partial)
    expect(await blobReader(partial, process.env)(base, 'binary')).toBeUndefined()
    const missing = git('-C', partial, 'rev-list', '--objects', '--missing=print', base)
    expect(missing).toContain(`?${git('rev-parse', `${base}:binary`)}`)
  })

  it('looks only at the workspace’s own clone, whatever GIT_DIR says', async () => {
    const env = {
      ...process.env,
      GIT_DIR: path.join(folder, 'none'),
      GIT_WORK_TREE: folder,
      GIT_INDEX_FILE: 'x',
    }
    expect(Buffer.from((await blobReader(workspace, env)(base, 'binary')) ?? [])).toEqual(Buffer.from(binary))
  })
})
