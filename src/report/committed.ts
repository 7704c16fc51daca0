import type { OutputName } from '../output-table.ts'
import type { Committed } from '../render/commit.ts'

/** How the files got into Git, in a sentence. */
export function describeCommitted(committed: Committed): string {
  const { branch } = committed
  switch (committed.kind) {
    case 'committed':
      return `Committed to ${branch}: ${committed.oid}`
    case 'unchanged':
      return `Nothing to commit: ${branch} has all of it`
    case 'opened':
      return `Opened ${committed.pull} from ${branch}`
    case 'updated':
      return `Brought ${committed.pull} up to date`
    case 'same':
      return `Nothing new for ${committed.pull}`
    case 'nothing':
      return committed.pull === undefined
        ? 'No pull request: its base has all of it'
        : `${committed.pull} is open, but its base has all of it: close it`
    default:
      throw new Error(`unreachable: ${String(committed satisfies never)}`)
  }
}

export function committedOutputs(committed: Committed): Readonly<Partial<Record<OutputName, string>>> {
  return {
    ...('oid' in committed ? { 'commit-sha': committed.oid } : {}),
    ...('pull' in committed && committed.pull !== undefined ? { 'pull-request': committed.pull } : {}),
  }
}
