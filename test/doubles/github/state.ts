import { createHash } from 'node:crypto'

/** A commit: its files by path, and what it stands on. */
export interface StoredCommit {
  readonly oid: string
  readonly parent: string | undefined
  readonly message: string
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Whether GitHub signed it. */
  readonly verified: boolean
}

export interface StoredPull {
  readonly number: number
  readonly title: string
  body: string
  readonly head: string
  readonly base: string
  state: 'open' | 'closed'
  /** `owner/name` that the head branch is of. */
  readonly from: string
}

/** What a repository holds. */
export interface State {
  readonly commits: Map<string, StoredCommit>
  readonly branches: Map<string, string>
  readonly pulls: StoredPull[]
  readonly protectedBranches: Set<string>
}

export function emptyState(): State {
  return { commits: new Map(), branches: new Map(), pulls: [], protectedBranches: new Set() }
}

/** A commit on top of `parent`, with its files changed: undefined takes one away. */
export function addCommit(
  state: State,
  parent: string | undefined,
  change: { message: string; files: Readonly<Record<string, Uint8Array | undefined>>; verified?: boolean },
): StoredCommit {
  const files = new Map(parent === undefined ? [] : (state.commits.get(parent)?.files ?? []))
  for (const [path, content] of Object.entries(change.files))
    if (content === undefined) files.delete(path)
    else files.set(path, content)
  const { message, verified = false } = change
  const oid = sha1(JSON.stringify([state.commits.size, parent, message, [...files].map(([path]) => path)]))
  const commit = { oid, parent, message, files, verified }
  state.commits.set(oid, commit)
  return commit
}

/** The commit and all that it stands on, newest first. */
export function ancestry(state: State, oid: string): readonly StoredCommit[] {
  const line: StoredCommit[] = []
  for (
    let commit = state.commits.get(oid);
    commit !== undefined;
    commit = state.commits.get(commit.parent ?? '')
  )
    line.push(commit)
  return line
}

/** GitHub closes a pull request whose branch has nothing that its base lacks. */
export function closeEmptyPulls(state: State): void {
  for (const pull of state.pulls) {
    const [head, base] = [state.branches.get(pull.head), state.branches.get(pull.base)]
    if (head === undefined || (base !== undefined && ancestry(state, base).some(({ oid }) => oid === head)))
      pull.state = 'closed'
  }
}

export function gitBlobId(content: Uint8Array): string {
  return sha1(Buffer.concat([Buffer.from(`blob ${content.byteLength}\0`), content]))
}

function sha1(content: string | Uint8Array): string {
  return createHash('sha1').update(content).digest('hex')
}
