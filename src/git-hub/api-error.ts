import { ActionError } from '../error.ts'
import { child, text } from './answer.ts'

const LONGEST = 300

/** No answer came. */
export function unreachableError(doing: string, timedOut: boolean): ActionError {
  return new ActionError({
    code: timedOut ? 'TIMEOUT' : 'GITHUB_UNREACHABLE',
    message: `GitHub did not answer in time: ${doing}`,
    hint: timedOut
      ? 'give the run more time by the `timeout` input'
      : 'try again; behind a proxy, set HTTPS_PROXY for the step; on GitHub Enterprise, check GITHUB_API_URL',
  })
}

/** GitHub asked to wait for longer than the run may last, or over and over. */
export function throttledError(doing: string, cause?: unknown): ActionError {
  return new ActionError(
    {
      code: 'THROTTLED',
      message: `GitHub’s rate limit does not let the run go on: ${doing}`,
      hint: 'run it again later, less often, or with a GitHub App’s token, which has a limit of its own',
    },
    { cause },
  )
}

export interface Denial {
  readonly doing: string
  readonly status: number
  /** GitHub's own words; empty where there are none. */
  readonly words: string
  /** The header that names the permissions that would do. */
  readonly needed: string | undefined
  readonly scrub: (foreign: string) => string
}

/** GitHub's refusal, with what to do about it. */
export function deniedError({ doing, status, words, needed, scrub }: Denial): ActionError {
  const said = words === '' ? '' : `: ${scrub(words.slice(0, LONGEST))}`
  return new ActionError({
    code: 'GITHUB_DENIED',
    message: `GitHub refused to ${doing} (${status})${said}`,
    hint: hintFor(status, words, needed === undefined ? undefined : scrub(needed.slice(0, LONGEST))),
  })
}

/** GitHub's refusal of what it took for invalid (422), by the answer's body. */
export function invalidError(body: unknown, { doing, scrub }: Pick<Denial, 'doing' | 'scrub'>): ActionError {
  const words = text(child(body, 'message'))
  return deniedError({ doing, status: 422, words, needed: undefined, scrub })
}

const PERMISSIONS = '`contents: write`, and `pull-requests: write` for `commit: pull-request`'

function hintFor(status: number, words: string, needed: string | undefined): string {
  if (/not permitted to create or approve pull requests/i.test(words))
    return 'allow it in the settings of the repository or organisation (Actions, General, “Allow GitHub Actions to create and approve pull requests”), or give the `token` input a GitHub App’s token'
  if (/protected branch|through a pull request|rule violations|required status check|signed/i.test(words))
    return 'the branch is protected: use `commit: pull-request`, or a GitHub App’s token that may bypass the rule'
  if (status === 401) return 'the token is not valid, or not any more: check the `token` input'
  if (status === 403 || status === 404)
    return `give the job’s token ${PERMISSIONS} under \`permissions\`, or a token that has them as \`token\`${needed === undefined ? '' : ` (GitHub asks for ${needed})`}`
  if (status >= 500) return 'GitHub has a problem of its own: run it again later'
  return 'see what GitHub says; if it is not clear, report it'
}
