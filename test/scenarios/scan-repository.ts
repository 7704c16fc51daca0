import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ActionOptions, Places } from '../support/run-action.ts'

/** Files of a commit, by path; undefined takes one away. */
export type Tree = Readonly<Record<string, string | Uint8Array | undefined>>

/**
 * A pull request from the same repository: a base commit and what is proposed on it, checked out as actions/checkout
 * leaves it. `given` gets every file that is there before the run.
 */
export function pullRequest(
  base: Tree,
  ...commits: readonly Tree[]
): Pick<ActionOptions, 'event' | 'arrange'> {
  return {
    event: { name: 'pull_request' },
    arrange(places) {
      const git = gitIn(places)
      git('init', '-q', '-b', 'main')
      const [first = '', ...others] = [base, ...commits].map((tree) => commit(git, places, tree))
      const payload = {
        number: 7,
        repository: { id: 1296269, full_name: 'octo/app', default_branch: 'main' },
        pull_request: {
          commits: others.length,
          base: { sha: first, ref: 'main', repo: { id: 1296269 } },
          head: { sha: others.at(-1) ?? first, ref: 'change', repo: { id: 1296269 } },
        },
      }
      writeFileSync(path.join(places.workspace, '..', 'event.json'), JSON.stringify(payload))
    },
  }
}

type Git = (...args: readonly string[]) => string

function gitIn({ workspace, home }: Places): Git {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  }
  return (...args) => execFileSync('git', ['-C', workspace, ...args], { env, encoding: 'utf8' }).trim()
}

function commit(git: Git, { workspace }: Places, tree: Tree): string {
  for (const [name, content] of Object.entries(tree)) {
    const file = path.join(workspace, name)
    if (content === undefined) rmSync(file)
    else {
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, content)
    }
  }
  git('add', '-A')
  git('commit', '-q', '--allow-empty', '-m', 'a commit')
  return git('rev-parse', 'HEAD')
}
