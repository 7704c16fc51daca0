import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'

/** As large as any file that the run reads may be. */
const LIMIT = 4 * 1024 * 1024

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The content of a file in a commit of the local clone; undefined when the commit, the path or git is not there. Runs
 * no hook, filter or fetch: nothing that the checked-out change could have configured.
 */
export function blobReader(
  workspace: string,
  env: Environment,
): (commit: string, path: string) => Promise<Uint8Array | undefined> {
  const git = gitIn(workspace, env)
  return async (commit, path) => {
    const { code, stdout } = await git(['cat-file', 'blob', `${commit}:${path}`])
    return code === 0 ? stdout : undefined
  }
}

/** Whether one commit is an ancestor of another in the local clone; undefined where it has not both. */
export function ancestryReader(
  workspace: string,
  env: Environment,
): (ancestor: string, descendant: string) => Promise<boolean | undefined> {
  const git = gitIn(workspace, env)
  return async (ancestor, descendant) => {
    const { code } = await git(['merge-base', '--is-ancestor', ancestor, descendant])
    return code === 0 ? true : code === 1 ? false : undefined
  }
}

interface Answer {
  /** Undefined where git could not be run. */
  readonly code: number | undefined
  readonly stdout: Uint8Array
}

function gitIn(workspace: string, env: Environment): (args: readonly string[]) => Promise<Answer> {
  const own = ['PATH', 'Path', 'SYSTEMROOT', 'SystemRoot', 'TMP', 'TEMP', 'TMPDIR']
  const quiet = Object.fromEntries(
    own.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  )
  const safe = ['-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', '--no-replace-objects']
  const options = {
    // Windows looks for git in the working directory first: that must not be the workspace.
    cwd: tmpdir(),
    // Older versions know no GIT_NO_LAZY_FETCH, and would fetch what a partial clone lacks.
    env: {
      ...quiet,
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: 'none',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
    },
    encoding: 'buffer' as const,
    maxBuffer: LIMIT,
    windowsHide: true,
  }
  return (args) => {
    const ran = new Promise<Answer>((resolve) => {
      execFile('git', ['-C', workspace, ...safe, ...args], options, (error, stdout) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined
        resolve({ code, stdout: new Uint8Array(stdout) })
      })
    })
    // Node throws where a path can't be an argument at all: with a NUL in it, or longer than the system takes.
    return ran.catch(() => ({ code: undefined, stdout: new Uint8Array() }))
  }
}
