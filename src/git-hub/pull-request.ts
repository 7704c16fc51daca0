import { alwaysMoving, changesOn, messageOf, noBranch, type CommitPlan } from './commit-files.ts'
import { blobId, type FileChange, type Pull, type Repository } from './repository.ts'

const MOST_TRIES = 5

export interface PullPlan extends CommitPlan {
  /** The branch that the pull request is to be merged into. `branch` is the one that it is merged from. */
  readonly base: string
  readonly title: string
  readonly pullBody: string
  /** A line that every commit of ours has: one without it is somebody else's, and stays. */
  readonly trailer: string
}

export type PullResult =
  | { readonly kind: 'opened' | 'updated' | 'unchanged'; readonly pull: Pull; readonly branch: string }
  /** The base has all of it already. `pull` is one that is open all the same. */
  | { readonly kind: 'nothing'; readonly pull: Pull | undefined; readonly branch: string }

/** One pull request with the files: opened, or brought up to date where it is open. Its branch never goes through an empty state. */
export async function pullRequest(repository: Repository, plan: PullPlan): Promise<PullResult> {
  const { branch, base } = plan
  const baseHead = await repository.head(base)
  if (baseHead === undefined) throw noBranch(base)
  const files = await changesOn(repository, baseHead.oid, { ...plan, branch: base })
  const [open] = await repository.openPulls(branch, base)
  if (files.length === 0) return { kind: 'nothing', pull: open, branch }
  const pushed = await push(repository, plan, { base: baseHead.oid, files })
  if (open === undefined) {
    const { title, pullBody: body } = plan
    return { kind: 'opened', pull: await repository.createPull({ title, body, branch, base }), branch }
  }
  if (sameText(open.body, plan.pullBody))
    return { kind: pushed ? 'updated' : 'unchanged', pull: open, branch }
  await repository.updatePull(open.number, plan.pullBody)
  return { kind: 'updated', pull: open, branch }
}

interface Onto {
  readonly base: string
  readonly files: readonly FileChange[]
}

/** Brings the branch to the base plus one commit; answers whether it had to. */
async function push(repository: Repository, plan: PullPlan, onto: Onto): Promise<boolean> {
  const head = await repository.head(plan.branch)
  if (head === undefined) {
    await repository.createBranch(plan.branch, onto.base)
    return commitTo(repository, plan, { ...onto, branch: plan.branch }).then(() => true)
  }
  const { mergeBase, messages } = await repository.compare(onto.base, head.oid)
  if (messages.some((message) => !message.includes(plan.trailer))) return onTop(repository, plan)
  const left = await missing(repository, head.oid, plan)
  if (left.length === 0 && mergeBase === onto.base) return false
  await rebuild(repository, plan, onto)
  return true
}

/** Somebody else committed to the branch: their commits stay, and ours comes on top of them. */
async function onTop(repository: Repository, plan: PullPlan): Promise<boolean> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const head = await repository.head(plan.branch)
    if (head === undefined) throw noBranch(plan.branch)
    const files = await missing(repository, head.oid, plan)
    if (files.length === 0) return false
    if ((await repository.commit(plan.branch, head.oid, { ...messageOf(plan), files })) !== 'moved')
      return true
  }
  throw alwaysMoving(plan.branch)
}

/**
 * The commit is made on a branch beside it, and the branch then moved there: a branch that is moved to its base first
 * has its pull request closed by GitHub.
 */
async function rebuild(repository: Repository, plan: PullPlan, onto: Onto): Promise<void> {
  const beside = `${plan.branch}-next`
  await repository.deleteBranch(beside)
  await repository.createBranch(beside, onto.base)
  const oid = await commitTo(repository, plan, { ...onto, branch: beside })
  await repository.resetBranch(plan.branch, oid)
  await repository.deleteBranch(beside)
}

/** The commit on a branch that was just made at the base. */
async function commitTo(
  repository: Repository,
  plan: PullPlan,
  { branch, base, files }: Onto & { branch: string },
): Promise<string> {
  const made = await repository.commit(branch, base, { ...messageOf(plan), files })
  if (made !== 'moved') return made.oid
  // By an earlier try whose answer was lost, where all of it is there.
  const head = await repository.head(branch)
  if (head === undefined || (await missing(repository, head.oid, plan)).length > 0) throw alwaysMoving(branch)
  return head.oid
}

/** What the commit lacks of the plan. */
async function missing(
  repository: Repository,
  commit: string,
  { files }: PullPlan,
): Promise<readonly FileChange[]> {
  const paths = files.map(({ path }) => path)
  const blobs = await repository.blobs(commit, paths)
  return files
    .filter(({ path, after }) => blobs.get(path) !== (after === undefined ? undefined : blobId(after)))
    .map(({ path, after }) => ({ path, content: after }))
}

/** GitHub gives line ends back as they were sent through a form. */
function sameText(one: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll('\r\n', '\n').trim()
  return plain(one) === plain(other)
}
