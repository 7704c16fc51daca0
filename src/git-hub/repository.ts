import { createHash } from 'node:crypto'
import type { GitHubApi } from './api.ts'
import { openBranches } from './branches.ts'
import { openPulls } from './pulls.ts'

/** A file of a commit: `content` undefined where it is to be gone. `path` is the repository's. */
export interface FileChange {
  readonly path: string
  readonly content: Uint8Array | undefined
}

export interface BranchHead {
  readonly oid: string
}

/** The branches of a repository on GitHub, and commits on them. */
export interface Branches {
  /** Undefined where there is no such branch. */
  head(branch: string): Promise<BranchHead | undefined>
  /** The ids of the blobs at these paths in a commit; a path that is not there is not in the answer. */
  blobs(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** One commit on the branch, signed by GitHub; `moved` where the branch is not at `head` any more. */
  commit(branch: string, head: string, change: Commit): Promise<{ readonly oid: string } | 'moved'>
  createBranch(branch: string, oid: string): Promise<void>
  /** Moves the branch wherever it is. */
  resetBranch(branch: string, oid: string): Promise<void>
  deleteBranch(branch: string): Promise<void>
  /** Where two commits part, and the messages of those that `head` alone has. */
  compare(base: string, head: string): Promise<Comparison>
}

/** Its pull requests. */
export interface Pulls {
  openPulls(branch: string, base: string): Promise<readonly Pull[]>
  createPull(pull: { title: string; body: string; branch: string; base: string }): Promise<Pull>
  updatePull(number: number, body: string): Promise<void>
  /** The branch that a pull request is to be merged from, and whether it is of this repository. */
  pullHead(number: number): Promise<{ readonly branch: string; readonly own: boolean }>
}

export interface Commit {
  readonly headline: string
  readonly body: string
  readonly files: readonly FileChange[]
}

export interface Comparison {
  readonly mergeBase: string
  readonly messages: readonly string[]
}

export interface Pull {
  readonly number: number
  readonly url: string
  readonly body: string
}

export type Repository = Branches & Pulls

/** What a repository is reached by. */
export interface Place {
  readonly api: GitHubApi
  readonly owner: string
  readonly name: string
  /** `/repos/OWNER/NAME` */
  readonly path: string
  /** Foreign words are scrubbed before they are in an error. */
  readonly scrub: (foreign: string) => string
}

/** `fullName` is `owner/name`. */
export function openRepository(
  api: GitHubApi,
  fullName: string,
  scrub: (foreign: string) => string,
): Repository {
  const [owner = '', name = ''] = fullName.split('/')
  const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`
  const place = { api, owner, name, path, scrub }
  return { ...openBranches(place), ...openPulls(place) }
}

/** The id that Git gives a blob: SHA-1, of no plaintext of a secret, for what is committed is encrypted or holds none. */
export function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.byteLength}\0`).update(content).digest('hex')
}
