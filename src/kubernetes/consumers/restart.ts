import { setTimeout as sleep } from 'node:timers/promises'
import { mapConcurrently } from '../../concurrency.ts'
import { ActionError } from '../../error.ts'
import { LATE_WRITE_MS } from '../attempt.ts'
import { mapping, text, texts } from '../objects.ts'
import { refusalOf } from '../refusal.ts'
import type { SetIdentity } from '../set.ts'
import type { ApiObject, Workloads } from '../workloads.ts'
import { fullName } from './kinds.ts'
import { pointedSpec } from './pointers.ts'
import type { Pointing, Restart } from './restarts.ts'
import { templateOf } from './workload.ts'

/** How many workloads are changed at once. */
const CONCURRENCY = 8
const POLL_MS = 1_000

export interface RestartWorld {
  readonly workloads: Workloads
  readonly set: SetIdentity
  readonly now: () => number
}

interface Trying {
  readonly tried: Restart[]
  readonly leave: () => Promise<void>
  /** Told until when, in milliseconds since the epoch, a change that failed may yet be done. */
  readonly late: (until: number) => void
}

/** Restarts each, concurrently, and notes it in `tried` before it is sent. Throws at the first that is refused. */
export async function restartAll(
  restarts: readonly Restart[],
  { tried, leave, late, ...world }: RestartWorld & Trying,
): Promise<void> {
  const failures: unknown[] = []
  await mapConcurrently(restarts, CONCURRENCY, async (restart) => {
    if (failures.length > 0) return
    try {
      await leave()
      tried.push(restart)
      await mark(restart, restart.value, world)
    } catch (error) {
      if (refusalOf(error)?.mayComeLate === true) late(world.now() + LATE_WRITE_MS)
      failures.push(error)
    }
  })
  if (failures.length > 0) throw failures[0]
}

/** What became of a restart that was undone. */
export interface PutBack {
  readonly restart: Restart
  /** `back`: its pods are again as before. `untouched`: it never was restarted. `left`: not ours to undo. `stuck`: not done. */
  readonly fate: 'back' | 'untouched' | 'left' | 'stuck'
  /** Why, where it is left or stuck; printable. */
  readonly reason?: string
}

export interface PutBackWorld extends RestartWorld {
  readonly cancelled: () => boolean
  /** Until when a change may yet be done that is not seen; undefined: none may. */
  readonly lateUntil: number | undefined
  /** `namespace/name` of Secrets that could not be made again: nothing is pointed to them. */
  readonly gone: ReadonlySet<string>
}

/** Puts restarted workloads back to the pod template that they had. Never throws: what it could not do is its answer. */
export function putBackAll(restarts: readonly Restart[], world: PutBackWorld): Promise<readonly PutBack[]> {
  return mapConcurrently(restarts, CONCURRENCY, async (restart): Promise<PutBack> => {
    try {
      return { restart, ...(await putBack(restart, world)) }
    } catch (error) {
      return { restart, fate: 'stuck', reason: refusalOf(error)?.kind ?? 'a fault in the action itself' }
    }
  })
}

/** A workload that came late to its new Secret would have none, for that is deleted: so it is waited for. */
async function putBack(restart: Restart, world: PutBackWorld): Promise<Omit<PutBack, 'restart'>> {
  for (;;) {
    const done = await putBackNow(restart, world)
    if (done.fate !== 'untouched' || restart.pointing === undefined) return done
    if (world.lateUntil === undefined || world.now() > world.lateUntil) return done
    if (world.cancelled()) return { fate: 'stuck', reason: 'its change may yet be done' }
    await sleep(POLL_MS)
  }
}

async function putBackNow(restart: Restart, world: PutBackWorld): Promise<Omit<PutBack, 'restart'>> {
  const live = await world.workloads.read(restart)
  if (live === undefined || mapping(live['metadata'])['uid'] !== restart.uid)
    return { fate: 'left', reason: 'it was deleted meanwhile' }
  const current = markOf(restart, live)
  if (current === restart.former && current !== restart.value) return { fate: 'untouched' }
  if (current !== restart.value) return { fate: 'left', reason: 'somebody else restarted it meanwhile' }
  if (isGone(restart, world)) return { fate: 'stuck', reason: 'the Secret that it had is not there again' }
  try {
    await mark(restart, restart.former, world)
  } catch (error) {
    if (isRenamed(error))
      return { fate: 'left', reason: 'somebody else changed the names of Secrets in it meanwhile' }
    throw error
  }
  return { fate: 'back' }
}

/** Found before anything was sent: what the server refuses is another matter. */
function isRenamed(error: unknown): boolean {
  return error instanceof ActionError && error.code === 'STALE' && refusalOf(error) === undefined
}

function isGone({ namespace, pointing }: Restart, { gone }: PutBackWorld): boolean {
  return pointing?.pointers.some(({ from, to }) => from !== to && gone.has(`${namespace}/${from}`)) === true
}

/** The value of the annotation by which it is restarted; undefined: it has none. */
function markOf({ kind, annotation }: Restart, { metadata, spec }: ApiObject): string | undefined {
  const holder = kind === 'Rollout' ? metadata : templateOf(kind, spec)['metadata']
  const value = texts(mapping(holder)['annotations'])[annotation]
  return value === undefined ? undefined : text(value)
}

/**
 * Gives the annotation its value, under a field manager that owns nothing else: without a value it is gone. A time of
 * `kubectl rollout restart` is taken over from kubectl.
 */
async function mark(
  restart: Restart,
  value: string | undefined,
  { workloads, set, now }: RestartWorld,
): Promise<void> {
  const { kind, annotation, pointing } = restart
  if (pointing !== undefined) {
    const fields = await pointed(restart, { pointing, value, workloads })
    const force = pointing.force || value !== restart.value
    await workloads.apply(restart, fields, { manager: pointingManager(set), force })
    return
  }
  const marked = value === undefined ? {} : { metadata: { annotations: { [annotation]: value } } }
  const fields =
    kind === 'Rollout'
      ? { ...marked, spec: { restartAt: new Date(now()).toISOString().replace(/\.\d+/, '') } }
      : value === undefined
        ? {}
        : { spec: { template: marked } }
  await workloads.apply(restart, fields, { manager: `${set.manager}-restart`, force: true })
}

/** Pointers have a field manager of their own: it applies all of them at once, and a restart would drop them. */
export function pointingManager({ manager }: SetIdentity): string {
  return `${manager}-names`
}

interface Pointed {
  readonly pointing: Pointing
  /** The mark; that of the restart stands for the new names, any other for the former ones. */
  readonly value: string | undefined
  readonly workloads: Workloads
}

/** What is applied of the workload as it is now. Throws where somebody has meanwhile given a place another name. */
async function pointed(restart: Restart, { pointing, value, workloads }: Pointed): Promise<ApiObject> {
  const live = await workloads.read(restart)
  const fields =
    live !== undefined && mapping(live['metadata'])['uid'] === restart.uid
      ? pointingFields(restart, live, { pointing, value })
      : undefined
  if (fields !== undefined) return fields
  throw new ActionError({
    code: 'STALE',
    message: `${fullName(restart)} was changed by somebody else meanwhile: what it is to be pointed to is not there any more`,
    hint: 'run again',
  })
}

/** The fields of a pod template with the names of that side of the change; undefined where a place has another name by now. */
export function pointingFields(
  { kind, annotation, value: marked }: Restart,
  { spec }: ApiObject,
  { pointing, value }: Omit<Pointed, 'workloads'>,
): ApiObject | undefined {
  const way = value === marked ? 'to' : 'from'
  const podSpec = pointedSpec(templateOf(kind, spec)['spec'], pointing.pointers, way)
  if (podSpec === undefined) return undefined
  const metadata = value === undefined ? {} : { metadata: { annotations: { [annotation]: value } } }
  const template = { template: { ...metadata, spec: podSpec } }
  return { spec: kind === 'CronJob' ? { jobTemplate: { spec: template } } : template }
}
