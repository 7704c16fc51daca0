import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'
import type { Pulls } from '../git-hub/repository.ts'

/** The branch that a run commits to: the one that it runs on, or that of its pull request where that is of this repository. */
export async function currentBranch(
  env: Effects['env'],
  repository: Pick<Pulls, 'pullHead'>,
): Promise<string> {
  const ref = env['GITHUB_REF'] ?? ''
  const number = /^refs\/pull\/(\d+)\//.exec(ref)?.[1]
  if (number === undefined) {
    const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1]
    if (branch !== undefined) return branch
    throw refused('the workflow runs on no branch', 'run it on a branch; a tag can’t be committed to')
  }
  const head = await repository.pullHead(Number(number))
  if (head.own) return head.branch
  throw refused(
    `the pull request #${number} comes from a fork, whose branch is not this repository’s`,
    'commit after it is merged',
  )
}

function refused(message: string, hint: string): ActionError {
  return new ActionError({ code: 'INPUT_INVALID', message: `nothing can be committed: ${message}`, hint })
}
