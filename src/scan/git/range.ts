import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Git } from './git.ts'

/** What leads from one commit to another, complete in the clone. */
export interface Range {
  /** The tree that the net change is taken from: the merge base's, or the base's own where the two have no common past. */
  readonly from: string
  readonly head: string
  /** Those that the head has and the base has not, oldest first. */
  readonly commits: readonly string[]
}

/** How many commits more are fetched at a time; then all. */
const DEEPEN = [64, 1024] as const

/** Whether the clone has the commit, fetched from origin where it had not; `ref` is where it may be found. */
export async function obtain(
  git: Git,
  commit: string,
  { ref, depth }: { ref: string | undefined; depth: number },
): Promise<boolean> {
  if (await has(git, commit)) return true
  const limit = (await isShallow(git)) ? [`--depth=${depth}`] : []
  await git.fetch([...limit, 'origin', commit])
  if (await has(git, commit)) return true
  if (ref?.startsWith('refs/') === true) await git.fetch([...limit, 'origin', ref])
  return has(git, commit)
}

/** The tip of a branch of origin, fetched; undefined where that can't be done. */
export async function tipOf(git: Git, branch: string): Promise<string | undefined> {
  const place = 'refs/secretferry/base'
  const limit = (await isShallow(git)) ? ['--depth=1'] : []
  if (!(await git.fetch([...limit, 'origin', `+refs/heads/${branch}:${place}`]))) return undefined
  const tip = await git.line(['rev-parse', '--verify', '--quiet', `${place}^{commit}`])
  await git.line(['update-ref', '-d', place])
  return tip
}

/**
 * The range, after fetching from origin what a shallow clone lacks of it. Undefined where that can't be had: a commit at
 * the edge of a shallow clone looks as if it had added every file.
 */
export async function closeRange(git: Git, base: string, head: string): Promise<Range | undefined> {
  for (const step of [0, ...DEEPEN, Infinity]) {
    if (step > 0 && !(await deepen(git, step, [base, head]))) return undefined
    const range = await rangeNow(git, base, head)
    if (range !== undefined) return range
  }
  return undefined
}

/** Whether the whole history is there, fetched where it was not. */
export async function complete(git: Git): Promise<boolean> {
  return !(await isShallow(git)) || (await git.fetch(['--unshallow', 'origin'])) || !(await isShallow(git))
}

/** The commits that `selection` names, oldest first. */
export async function listCommits(git: Git, selection: readonly string[]): Promise<readonly string[]> {
  const listed = await git.read(['rev-list', '--reverse', '--topo-order', ...selection])
  return listed.toString().split('\n').filter(Boolean)
}

async function rangeNow(git: Git, base: string, head: string): Promise<Range | undefined> {
  const edges = await shallowEdges(git)
  const common = await git.line(['merge-base', base, head])
  if (common === undefined && edges.size > 0) return undefined
  const commits = await listCommits(git, [head, `^${base}`])
  return commits.some((commit) => edges.has(commit)) ? undefined : { from: common ?? base, head, commits }
}

async function deepen(git: Git, step: number, commits: readonly string[]): Promise<boolean> {
  if (!(await isShallow(git))) return false
  return git.fetch([step === Infinity ? '--unshallow' : `--deepen=${step}`, 'origin', ...commits])
}

async function has(git: Git, commit: string): Promise<boolean> {
  return (await git.line(['cat-file', '-e', `${commit}^{commit}`])) !== undefined
}

async function isShallow(git: Git): Promise<boolean> {
  return (await git.line(['rev-parse', '--is-shallow-repository'])) === 'true'
}

/** The commits whose parents the clone does not have. */
async function shallowEdges(git: Git): Promise<ReadonlySet<string>> {
  const path = await git.line(['rev-parse', '--git-path', 'shallow'])
  if (path === undefined) return new Set()
  const text = await readFile(resolve(git.workspace, path), 'utf8').catch(() => '')
  return new Set(text.split('\n').filter(Boolean))
}
