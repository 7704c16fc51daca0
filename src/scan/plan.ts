import { ActionError } from '../error.ts'
import type { Scope } from '../inputs/scan.ts'
import type { Event } from './event.ts'
import { changesBetween, changesOf, changesStaged, filesOf, type Listing } from './git/changes.ts'
import type { Git } from './git/git.ts'
import type { Objects } from './git/objects.ts'
import { listWanted } from './git/missing.ts'
import { closeRange, complete, listCommits, obtain, tipOf, type Range } from './git/range.ts'
import { readWanted } from './git/sources.ts'
import { workingTree } from './git/working-tree.ts'
import type { Source } from './scan.ts'

/** What is to be looked at. */
export interface ScanPlan {
  /** For the report: `pull request #7: 3 commits, 1234567...89abcde`. */
  readonly about: string
  /** The commit whose configuration, baseline and allowances count; undefined: what lies in the checkout. */
  readonly decides: string | undefined
  /** Whether that commit is another one than the one looked at: a change can't allow its own findings then. */
  readonly proposed: boolean
  /** Whether there has to be a file: a change may well add none. */
  readonly whole: boolean
  /** What the reader should know: where less or other than was asked for is looked at. */
  readonly notes: readonly string[]
  readonly sources: (objects: Objects) => AsyncIterable<Source>
}

export interface Asked {
  readonly event: Event
  readonly scope: Scope | undefined
  readonly staged: boolean
}

/** Finds out what is to be looked at, and fetches what the clone lacks of it. Throws where that can't be had. */
export async function planScan(git: Git, { event, scope, staged }: Asked): Promise<ScanPlan> {
  if ((await git.line(['rev-parse', '--git-dir'])) === undefined) throw noRepository()
  if (staged) return planStaged(git)
  if (event.kind === 'local' && scope === undefined) return planWorkingTree(git)
  if (scope === 'history') return planHistory(git, event)
  if (scope === 'tree' || (scope === undefined && event.kind === 'state')) return planTree(git, event)
  return planChange(git, event, scope !== 'diff')
}

function headOf(event: Event): string {
  return event.kind === 'local' ? 'HEAD' : event.head
}

async function planStaged(git: Git): Promise<ScanPlan> {
  const head =
    (await commitAt(git, 'HEAD')) ?? (await git.line(['hash-object', '-t', 'tree', '--stdin'])) ?? ''
  return {
    about: 'what is staged for the next commit',
    decides: undefined,
    proposed: false,
    whole: false,
    notes: [],
    sources: (objects) => readWanted(listWanted(git, [changesStaged(git, head)]), objects),
  }
}

function planWorkingTree(git: Git): ScanPlan {
  const about = 'the files of the checkout, ignored ones apart'
  return {
    about,
    decides: undefined,
    proposed: false,
    whole: true,
    notes: [],
    sources: () => workingTree(git),
  }
}

async function planTree(git: Git, event: Event, notes: readonly string[] = []): Promise<ScanPlan> {
  const head = headOf(event)
  const proposal = event.kind === 'change' && event.proposed ? event.base : undefined
  const ref = event.kind === 'change' ? event.ref : undefined
  if (head !== 'HEAD') await obtain(git, head, { ref, depth: 1 })
  const commit = await commitAt(git, head)
  if (commit === undefined) throw notThere(event)
  if (proposal !== undefined) await obtain(git, proposal, { ref: undefined, depth: 1 })
  return {
    about: `every file of ${brief(commit)}`,
    decides: proposal ?? (event.kind === 'local' ? undefined : commit),
    proposed: proposal !== undefined,
    whole: true,
    notes,
    sources: (objects) => readWanted(listWanted(git, [filesOf(git, commit)]), objects),
  }
}

async function planHistory(git: Git, event: Event): Promise<ScanPlan> {
  if (!(await complete(git))) throw shallow()
  const tree = await planTree(git, event)
  const commits = await listCommits(git, ['--all', headOf(event)])
  return {
    ...tree,
    about: `${tree.about}, and ${commits.length} commits`,
    sources: (objects) =>
      readWanted(listWanted(git, [filesOf(git, headOf(event)), changesOf(git, commits)]), objects),
  }
}

async function planChange(git: Git, event: Event, each: boolean): Promise<ScanPlan> {
  const { base, head, name, proposed, ref, commits, lost } = await endsOf(git, event)
  if (!(await obtain(git, head, { ref, depth: commits + 2 }))) throw notThere(event)
  if (base === undefined) return lost === undefined ? planHistory(git, event) : planTree(git, event, [lost])
  const range = await closeRange(git, base, head)
  if (range === undefined) throw shallow()
  if (range.commits.length === 0 && !proposed) return planTree(git, event, [nothingNew(name)])
  return {
    about: describeRange(name, range, base),
    decides: proposed ? base : event.kind === 'local' ? undefined : head,
    proposed,
    whole: false,
    notes: lost === undefined ? [] : [lost],
    sources: (objects) => readWanted(listWanted(git, listingsOf(git, range, each)), objects),
  }
}

/** A single commit that is no merge adds what the whole change adds. */
function listingsOf(git: Git, { from, head, commits }: Range, each: boolean): readonly Listing[] {
  const net = changesBetween(git, from, head)
  return each && commits.length > 1 ? [net, changesOf(git, commits)] : [net]
}

interface Ends {
  /** Undefined where there is none to be had. */
  readonly base: string | undefined
  readonly head: string
  readonly name: string
  readonly proposed: boolean
  readonly ref: string | undefined
  readonly commits: number
  /** What to say where the base that the event names is gone. */
  readonly lost: string | undefined
}

async function endsOf(git: Git, event: Event): Promise<Ends> {
  if (event.kind !== 'change') return branchEnds(git, event)
  const { base, ref, defaultBranch } = event
  if (base !== undefined && (await obtain(git, base, { ref: undefined, depth: event.commits + 2 })))
    return { ...event, lost: undefined }
  if (event.proposed) throw notThere(event)
  const isDefault = ref === `refs/heads/${defaultBranch ?? ''}`
  const tip = isDefault || defaultBranch === undefined ? undefined : await tipOf(git, defaultBranch)
  const lost =
    base === undefined
      ? undefined
      : `the commit before ${event.name} is gone (a forced push?): ${tip === undefined ? 'every file is looked at instead' : `what the branch has and ${String(defaultBranch)} has not is looked at instead`}`
  return { ...event, base: tip, lost }
}

/** The branch that is checked out, against the one that it is to go to. */
async function branchEnds(git: Git, event: Event): Promise<Ends> {
  const ends = { name: 'the branch', proposed: false, ref: undefined, commits: 0, lost: undefined }
  const head = await commitAt(git, headOf(event))
  if (head === undefined) throw notThere(event)
  for (const other of ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']) {
    const base = await commitAt(git, other)
    if (base !== undefined) return { ...ends, base, head }
  }
  throw new ActionError({
    code: 'NOT_SCANNED',
    message: 'there is no main branch that the changes could be taken against',
    hint: 'fetch it, or scan everything: `scan: tree`',
  })
}

function commitAt(git: Git, name: string): Promise<string | undefined> {
  return git.line(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
}

function describeRange(name: string, { commits, head }: Range, base: string): string {
  return `${name}: ${commits.length} ${commits.length === 1 ? 'commit' : 'commits'}, ${brief(base)}...${brief(head)}`
}

function brief(commit: string): string {
  return commit.slice(0, 12)
}

function nothingNew(name: string): string {
  return `${name} brings no commit that is new: every file is looked at instead`
}

function noRepository(): ActionError {
  return new ActionError({
    code: 'NOT_SCANNED',
    message: 'the workspace is no Git repository, or there is no git program',
    hint: 'run actions/checkout before this step, without `path`',
  })
}

function notThere(event: Event): ActionError {
  const name = event.kind === 'change' ? event.name : 'what is checked out'
  return new ActionError({
    code: 'NOT_SCANNED',
    message: `the commits of ${name} are not in the clone, and could not be fetched from origin`,
    hint: 'set `fetch-depth: 0` at actions/checkout, or give this step a `token` that may read the repository',
  })
}

function shallow(): ActionError {
  return new ActionError({
    code: 'NOT_SCANNED',
    message: 'the clone is shallow, and the commits that it lacks could not be fetched from origin',
    hint: 'set `fetch-depth: 0` at actions/checkout, or give this step a `token` that may read the repository',
  })
}
