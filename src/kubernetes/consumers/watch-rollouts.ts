import { setTimeout as sleep } from 'node:timers/promises'
import { mapConcurrently } from '../../concurrency.ts'
import { refusalOf, type RefusalKind } from '../refusal.ts'
import { mapping, text } from '../objects.ts'
import type { WatchEvent } from '../watch-event.ts'
import type { ApiObject, Workloads } from '../workloads.ts'
import { fullName } from './kinds.ts'
import type { Restart } from './restarts.ts'
import { rolloutOf, type Progress } from './rollout.ts'

/** A restart, and how far its rollout came. */
export interface RolledOut {
  readonly restart: Restart
  readonly progress: Progress
}

export interface WaitContext {
  readonly workloads: Workloads
  /** Milliseconds that all rollouts together may take. */
  readonly limitMs: number
  /** Ends the waiting before that. */
  readonly signal: () => AbortSignal
  /** Told of each rollout that is further than before; what is said is printable. */
  readonly say: (line: string) => void
}

/** From so many objects of a kind in a namespace on they are watched together. */
const TOGETHER = 4
/** How many watches run at once; what is beyond them is asked for again and again. */
const WATCHES = 10
const PAUSE_MS = 1_000
const POLL_MS = 2_000

/** What passes: the server is asked again until the time is over. */
const PASSING: readonly RefusalKind[] = [
  'unreachable',
  'cut',
  'timeout',
  'throttled',
  'server-error',
  'not-an-api-server',
  'unauthorized',
]

/** Waits until every rollout is complete, one has failed for good, or the time is over. Throws nothing but bugs. */
export async function watchRollouts(
  restarts: readonly Restart[],
  context: WaitContext,
): Promise<readonly RolledOut[]> {
  const end = new AbortController()
  const timer = setTimeout(() => end.abort(), context.limitMs)
  const tracker = createTracker(restarts, { say: context.say, fail: () => end.abort() })
  const ended = (): boolean => end.signal.aborted || context.signal().aborted
  try {
    await Promise.all(
      groupsOf(restarts).map((members, nth) =>
        follow(members, { ...context, tracker, end: end.signal, ended, watched: nth < WATCHES }),
      ),
    )
  } finally {
    clearTimeout(timer)
  }
  if (!context.signal().aborted) await lookOnceMore(restarts, { ...context, tracker })
  return restarts.map((restart) => ({ restart, progress: tracker.progress(restart) }))
}

/** Nothing is called incomplete that was not looked at when the time was over. */
async function lookOnceMore(
  restarts: readonly Restart[],
  { workloads, tracker }: Pick<Following, 'workloads' | 'tracker'>,
): Promise<void> {
  const open = restarts.filter(tracker.isOpen)
  await mapConcurrently(open, 8, async (restart) => {
    try {
      tracker.see(restart, await workloads.read(restart))
    } catch (error) {
      kindOf(error)
    }
  })
}

function groupsOf(restarts: readonly Restart[]): readonly (readonly Restart[])[] {
  const byKind = Map.groupBy(restarts, ({ kind, namespace }) => `${namespace}/${kind}`)
  return [...byKind.values()].flatMap((members) =>
    members.length < TOGETHER ? members.map((each) => [each]) : [members],
  )
}

interface Tracker {
  readonly see: (restart: Restart, object: ApiObject | undefined) => void
  readonly refuse: (restart: Restart, why: string) => void
  readonly progress: (restart: Restart) => Progress
  readonly isOpen: (restart: Restart) => boolean
}

/** Keeps how far each is, says what changes, and calls `fail` at the first that will not end. */
function createTracker(
  restarts: readonly Restart[],
  { say, fail }: { say: (line: string) => void; fail: () => void },
): Tracker {
  const known = new Map<string, Progress>(
    restarts.map((each) => [fullName(each), { state: 'going', text: 'not seen yet' }]),
  )
  const progress = (restart: Restart): Progress =>
    known.get(fullName(restart)) ?? { state: 'failed', text: 'not asked for' }
  const set = (restart: Restart, next: Progress): void => {
    const before = progress(restart)
    if (before.state !== 'going') return
    known.set(fullName(restart), next)
    if (before.text !== next.text || before.state !== next.state)
      say(`${fullName(restart)} ${next.text}${next.state === 'complete' ? ': complete' : ''}`)
    if (next.state === 'failed') fail()
  }
  return {
    progress,
    see: (restart, object) => set(restart, progressOf(restart, object)),
    refuse: (restart, why) => set(restart, { state: 'failed', text: why }),
    isOpen: (restart) => progress(restart).state === 'going',
  }
}

function progressOf({ kind, uid }: Restart, object: ApiObject | undefined): Progress {
  if (object === undefined || mapping(object['metadata'])['uid'] !== uid)
    return { state: 'failed', text: 'deleted meanwhile' }
  return rolloutOf(kind, object)
}

interface Following extends WaitContext {
  readonly tracker: Tracker
  readonly end: AbortSignal
  readonly ended: () => boolean
  /** Whether a watch is to be had for it. */
  readonly watched: boolean
}

/** Looks, then watches from there; looks again wherever the watch can't go on. */
async function follow(members: readonly Restart[], following: Following): Promise<void> {
  const { tracker, ended } = following
  let { watched } = following
  while (!ended() && members.some(tracker.isOpen)) {
    try {
      const resourceVersion = await look(members, following)
      if (watched) await watchFrom(resourceVersion, members, following)
      else await pause(POLL_MS, following)
    } catch (error) {
      const kind = kindOf(error)
      if (kind === 'rbac' && watched) watched = false
      else if (!PASSING.includes(kind))
        members.forEach((each) => tracker.refuse(each, `not to be read (${kind})`))
      await pause(PAUSE_MS, following)
    }
  }
}

function kindOf(error: unknown): RefusalKind {
  const kind = refusalOf(error)?.kind
  if (kind === undefined) throw error
  return kind
}

/** Reads all members, and answers from where a watch goes on. */
async function look(members: readonly Restart[], { workloads, tracker }: Following): Promise<string> {
  const [only, ...others] = members
  if (only === undefined) return ''
  if (others.length === 0) {
    const object = await workloads.read(only)
    tracker.see(only, object)
    return versionOf(object)
  }
  const found = new Map<string, ApiObject>()
  const names = new Set(members.map(({ name }) => name))
  const { seen, resourceVersion } = await workloads.list(only, (object) => {
    const name = text(mapping(object['metadata'])['name'])
    if (names.has(name)) found.set(name, object)
  })
  for (const each of members)
    tracker.see(each, seen === 'all' ? found.get(each.name) : await workloads.read(each))
  return resourceVersion
}

/** Follows the events until none is open any more, or the watch ends, as it does every few seconds. */
async function watchFrom(
  start: string,
  members: readonly Restart[],
  { workloads, tracker, end, ended }: Following,
): Promise<void> {
  const [only, ...others] = members
  if (only === undefined) return
  const isOver = (): boolean => ended() || !members.some(tracker.isOpen)
  const named = others.length === 0 ? { name: only.name } : {}
  const options = { resourceVersion: start, signal: end, ...named }
  for await (const event of workloads.watch(only, options)) {
    if (event.type === 'EXPIRED' || event.type === 'ERROR') return
    note(event, members, tracker)
    if (isOver()) return
  }
}

function note({ type, object }: WatchEvent, members: readonly Restart[], tracker: Tracker): void {
  const { name } = mapping(object['metadata'])
  const member = members.find((each) => each.name === name)
  if (type !== 'BOOKMARK' && member !== undefined)
    tracker.see(member, type === 'DELETED' ? undefined : object)
}

function versionOf(object: ApiObject | undefined): string {
  return text(mapping(object?.['metadata'])['resourceVersion'])
}

async function pause(ms: number, { end }: Following): Promise<void> {
  await sleep(ms, undefined, { signal: end }).catch(() => undefined)
}
