import { ActionError } from './error.ts'
import type { Demand } from './files.ts'

/** Whose change the run works on. */
export type Trust =
  | { readonly kind: 'own' }
  | {
      readonly kind: 'foreign'
      readonly event: string
      /** Whether the change comes from another repository, by its id; a deleted one counts. */
      readonly fork: boolean
      /** The commit that decides: the one whose workflow runs, on the default branch. */
      readonly base: string
    }

/** Events that run with this repository's credentials on a change that anybody may have made. */
const FOREIGN_EVENTS = ['pull_request_target', 'workflow_run', 'issue_comment']

/**
 * Decides from the event alone; that there are no secrets is never taken for a sign of a fork. A payload that can't be
 * read makes it one.
 */
export function judgeTrust(
  env: Readonly<Record<string, string | undefined>>,
  payload: () => Promise<unknown>,
): Promise<Trust> | Trust {
  const event = env['GITHUB_EVENT_NAME'] ?? ''
  if (!FOREIGN_EVENTS.includes(event)) return { kind: 'own' }
  const base = env['GITHUB_SHA'] ?? ''
  if (!/^[0-9a-f]{40,64}$/.test(base))
    throw new ActionError({
      code: 'UNTRUSTED_CHANGE',
      message: `the event ${event} demands that files equal the base commit, but GITHUB_SHA is not set`,
      hint: 'run inside a GitHub workflow',
    })
  // What does not say that it is the repository's own change is a fork's.
  const content = payload().catch(() => undefined)
  return content.then((said) => ({ kind: 'foreign', event, base, fork: isFork(event, said) }))
}

function isFork(event: string, payload: unknown): boolean {
  const { repository, pull_request: pull, workflow_run: run } = record(payload)
  const here = record(repository)['id']
  if (here === undefined) return true
  if (event === 'workflow_run') return record(record(run)['head_repository'])['id'] !== here
  if (event === 'pull_request_target') return record(record(record(pull)['head'])['repo'])['id'] !== here
  // A comment's payload does not say where the pull request comes from.
  return true
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/**
 * Demands that a file of the workspace equals the base commit's, and answers the committed bytes: those on disk may have
 * other line ends. One that is missing in both is missing; throws with the remedy where they differ.
 */
export function demandBase(
  { event, base, fork }: Trust & { kind: 'foreign' },
  readBlob: (commit: string, path: string) => Promise<Uint8Array | undefined>,
): Demand {
  return async (relative, bytes) => {
    const committed = await readBlob(base, relative)
    if (committed === undefined && bytes === undefined) return undefined
    if (committed !== undefined && bytes !== undefined && sameText(committed, bytes)) return committed
    const why =
      committed === undefined
        ? 'is not in the base commit, or that commit is not in the clone'
        : bytes === undefined
          ? 'was removed, while the base commit has it'
          : 'differs from the base commit'
    throw new ActionError({
      code: 'UNTRUSTED_CHANGE',
      message: `${event} runs with this repository’s credentials on somebody else’s change${fork ? ' (from a fork)' : ''}, and the file ${relative} ${why}`,
      hint: 'check out the base (actions/checkout without `ref`) before this step, or deploy on `push` instead',
    })
  }
}

/** Git may have turned line ends into CRLF on Windows. */
function sameText(a: Uint8Array, b: Uint8Array): boolean {
  if (Buffer.compare(a, b) === 0) return true
  const normal = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n')
  return normal(a) === normal(b)
}
