import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'

/** As large as any file that the run reads may be. */
const LIMIT = 4 * 1024 * 1024

/**
 * The content of a file in a commit of the local clone; undefined when the commit, the path or git is not there. Runs
 * no hook, filter or fetch: nothing that the checked-out change could have configured.
 */
export function blobReader(
  workspace: string,
  env: Readonly<Record<string, string | undefined>>,
): (commit: string, path: string) => Promise<Uint8Array | undefined> {
  const own = ['PATH', 'Path', 'SYSTEMROOT', 'SystemRoot', 'TMP', 'TEMP', 'TMPDIR']
  const quiet = Object.fromEntries(
    own.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  )
  return (commit, path) => {
    const read = new Promise<Uint8Array | undefined>((resolve) => {
      execFile(
        'git',
        [
          '-C',
          workspace,
          '-c',
          'safe.directory=*',
          '-c',
          'core.fsmonitor=false',
          '--no-replace-objects',
          'cat-file',
          'blob',
          `${commit}:${path}`,
        ],
        {
          // Windows looks for git in the working directory first: that must not be the workspace.
          cwd: tmpdir(),
          env: { ...quiet, GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1' },
          encoding: 'buffer',
          maxBuffer: LIMIT,
          windowsHide: true,
        },
        (error, stdout) => resolve(error === null ? new Uint8Array(stdout) : undefined),
      )
    })
    // Node throws where a path can't be an argument at all: with a NUL in it, or longer than the system takes.
    return read.catch(() => undefined)
  }
}
