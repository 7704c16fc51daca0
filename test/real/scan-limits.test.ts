import { execFileSync, spawnSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { repositories, type Repository } from '../support/repository.ts'

const ENTRY = resolve(import.meta.dirname, '../../dist/index.js')
/** Prints the largest resident size in kibibytes when the process ends. */
const WATCH =
  'data:text/javascript,process.on("exit",()=>console.error("peak",process.resourceUsage().maxRSS))'
/** Megabytes, whatever the size of the repository. */
const MEMORY = 300
const SECRET = 'kind: Secret\nmetadata: {name: db}\nstringData:\n  password: Tr0ub4dor-3x\n'

const { create, discard } = repositories()
afterAll(discard)

interface Ran {
  readonly code: number | null
  readonly said: string
  readonly megabytes: number
}

function scan({ path }: Repository, ...args: readonly string[]): Ran {
  const { PATH, HOME } = process.env
  const argv = ['--import', WATCH, ENTRY, 'scan', ...args]
  const env = { PATH, HOME }
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: path, env, encoding: 'utf8' })
  const peak = Number(/^peak (\d+)$/m.exec(stderr)?.[1])
  return { code: status, said: stdout, megabytes: (peak * 1024) / 1_000_000 }
}

describe('a repository of uncommon size is scanned in memory that does not grow with it:', () => {
  test('a hundred thousand files', () => {
    const repository = create()
    repository.write({ 'a.txt': SECRET })
    const object = repository.git('hash-object', '-w', 'a.txt')
    const other = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: repository.path,
      input: 'nothing\n',
      encoding: 'utf8',
    }).trim()
    const entries = Array.from({ length: 100_000 }, (_, nth) => `100644 blob ${other}\tf${nth}.txt\n`)
    const tree = execFileSync('git', ['mktree'], {
      cwd: repository.path,
      input: `${entries.join('')}100644 blob ${object}\tz.yaml\n`,
      encoding: 'utf8',
    }).trim()
    repository.git('update-ref', 'refs/heads/main', repository.git('commit-tree', '-m', 'Many', tree))
    const { code, said, megabytes } = scan(repository, '--scan', 'tree')
    expect(said).toContain('z.yaml:4')
    expect(said).toMatch(/^Found: 1 secret in .*\(100001 files; /m)
    expect(code).toBe(1)
    expect(megabytes).toBeLessThan(MEMORY)
  })

  test('a file of 1 GB, and one line of 100 MB: both are named', () => {
    const repository = create()
    repository.commit({ 's.yaml': SECRET })
    for (const [name, size] of [
      ['large.bin', 1 << 30],
      ['line.txt', 100 << 20],
    ] as const) {
      writeFileSync(join(repository.path, name), 'x')
      truncateSync(join(repository.path, name), size)
    }
    const { code, said, megabytes } = scan(repository)
    expect(said).toContain('not scanned: large.bin: larger than 20 MiB')
    expect(said).toContain('not scanned: line.txt: larger than 20 MiB')
    expect(said).toContain('s.yaml:4')
    expect(code).toBe(1)
    expect(megabytes).toBeLessThan(MEMORY)
  })

  test.each([
    ['letters', 'x'],
    ['keywords', 'password=ghp_ '],
    ['JSON', '{"a":["b",1],"password":"${PASSWORD}"},'],
  ])('one line of 19 MiB, of %s: what is at its end is found', (_, piece) => {
    const repository = create()
    const line = piece.repeat(Math.floor((19 << 20) / piece.length))
    repository.commit({ 'line.json': `${line} postgres://app:Tr0ub4dor-3x@db.internal/app` })
    const { code, said, megabytes } = scan(repository)
    expect(said).toMatch(/line\.json:1:\d+ .*\[url-password\]/)
    expect(code).toBe(1)
    expect(megabytes).toBeLessThan(MEMORY)
  })
})
