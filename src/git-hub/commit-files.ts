import { ActionError } from '../error.ts'
import { blobId, type Commit, type FileChange, type Repository } from './repository.ts'

/** How often a commit is tried on a branch that keeps moving. */
const MOST_TRIES = 5

/** A file as it was in the checkout and as it is to be, both undefined where there is none; `path` is the repository's. */
export interface CommittedFile {
  readonly path: string
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
}

export interface CommitPlan {
  readonly branch: string
  readonly headline: string
  readonly body: string
  readonly files: readonly CommittedFile[]
  /** Files that the result was made of: where one is another on the branch, the result may be out of date. */
  readonly sources: readonly { readonly path: string; readonly content: Uint8Array }[]
}

export type CommitResult =
  | { readonly kind: 'committed'; readonly branch: string; readonly oid: string }
  /** The branch has all of it already. */
  | { readonly kind: 'unchanged'; readonly branch: string }

/**
 * One commit on the branch, on top of whatever it is now: tried again where it moves meanwhile, refused where it has
 * other contents in our files than the checkout had.
 */
export async function commitFiles(repository: Repository, plan: CommitPlan): Promise<CommitResult> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const head = await repository.head(plan.branch)
    if (head === undefined) throw noBranch(plan.branch)
    const files = await changesOn(repository, head.oid, plan)
    if (files.length === 0) return { kind: 'unchanged', branch: plan.branch }
    const made = await repository.commit(plan.branch, head.oid, { ...messageOf(plan), files })
    if (made !== 'moved') return { kind: 'committed', branch: plan.branch, oid: made.oid }
  }
  throw alwaysMoving(plan.branch)
}

/** What a commit has to change for the plan to be true there. Throws where somebody else changed our files meanwhile. */
export async function changesOn(
  repository: Repository,
  commit: string,
  { branch, files, sources }: Pick<CommitPlan, 'branch' | 'files' | 'sources'>,
): Promise<readonly FileChange[]> {
  const paths = [...files, ...sources].map(({ path }) => path)
  const blobs = await repository.blobs(commit, paths)
  const isThere = (path: string, content: Uint8Array | undefined): boolean =>
    blobs.get(path) === (content === undefined ? undefined : blobId(content))
  const touched = [
    ...files.filter(({ path, before, after }) => !isThere(path, before) && !isThere(path, after)),
    ...sources.filter(({ path, content }) => !isThere(path, content)),
  ]
  if (touched.length > 0)
    throw touchedError(
      branch,
      touched.map(({ path }) => path),
    )
  return files
    .filter(({ path, after }) => !isThere(path, after))
    .map(({ path, after }) => ({ path, content: after }))
}

export function messageOf({ headline, body }: CommitPlan): Pick<Commit, 'headline' | 'body'> {
  return { headline, body }
}

export function noBranch(branch: string): ActionError {
  return new ActionError({
    code: 'STALE',
    message: `the branch ${branch} does not exist on GitHub any more, or never did`,
    hint: 'run the workflow on a branch that exists; a tag or a deleted branch can’t take a commit',
  })
}

function touchedError(branch: string, paths: readonly string[]): ActionError {
  const shown = paths.slice(0, 3).join(', ')
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : ''
  return new ActionError({
    code: 'STALE',
    message: `on the branch ${branch}, ${shown}${more} changed after the checkout; nothing was committed`,
    hint: 'run the workflow again on the newest commit; `concurrency` keeps runs of one branch apart',
  })
}

export function alwaysMoving(branch: string): ActionError {
  return new ActionError({
    code: 'STALE',
    message: `the branch ${branch} moved on ${MOST_TRIES} times while it was to be committed to`,
    hint: 'run it again when fewer pushes come',
  })
}
