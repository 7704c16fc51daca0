import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A Git repository to try things in. */
export interface Repository {
  readonly path: string
  /** What Git prints, without its last line end. */
  git(...args: readonly string[]): string
  /** Puts files into the checkout; undefined removes one. */
  write(files: Readonly<Record<string, string | Buffer | undefined>>): void
  /** Writes, and commits everything. Answers the commit. */
  commit(files?: Readonly<Record<string, string | Buffer | undefined>>): string
  /** A clone of it, made with these arguments. */
  clone(...args: readonly string[]): Repository
}

/** A new repository; `discard` removes every one that was made, and their clones. */
export function repositories(): { readonly create: () => Repository; readonly discard: () => void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'secretferry-git-')))
  let count = 0
  const place = (): string => join(root, String(++count))
  const at = (path: string): Repository => {
    const repository: Repository = {
      path,
      git: (...args) => run(path, args),
      write(files) {
        for (const [name, content] of Object.entries(files)) {
          const file = join(path, name)
          mkdirSync(dirname(file), { recursive: true })
          if (content === undefined) rmSync(file)
          else writeFileSync(file, content)
        }
      },
      commit(files = {}) {
        repository.write(files)
        repository.git('add', '-A')
        repository.git('commit', '-q', '--allow-empty', '--no-verify', '-m', 'A commit')
        return repository.git('rev-parse', 'HEAD')
      },
      clone(...args) {
        const copy = place()
        run(root, ['clone', '-q', ...args, `file://${path}`, copy])
        return at(copy)
      },
    }
    return repository
  }
  return {
    create() {
      const path = place()
      mkdirSync(path)
      run(path, ['init', '-q', '-b', 'main'])
      return at(path)
    },
    discard: () => rmSync(root, { recursive: true, force: true }),
  }
}

function run(cwd: string, args: readonly string[]): string {
  const name = { GIT_AUTHOR_NAME: 'test', GIT_COMMITTER_NAME: 'test' }
  const mail = { GIT_AUTHOR_EMAIL: 'test@example.com', GIT_COMMITTER_EMAIL: 'test@example.com' }
  const env = { ...process.env, ...name, ...mail, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1' }
  const settings = ['-c', 'protocol.file.allow=always', '-c', 'gc.auto=0']
  return execFileSync('git', [...settings, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).replace(/\n$/, '')
}
