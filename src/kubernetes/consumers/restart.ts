import { mapConcurrently } from '../../concurrency.ts'
import { ActionError } from '../../error.ts'
import { mapping, text, texts } from '../objects.ts'
import { refusalOf } from '../refusal.ts'
import type { SetIdentity } from '../set.ts'
import type { ApiObject, Workloads } from '../workloads.ts'
import { fullName } from './kinds.ts'
import { pointedSpec } from './pointers.ts'
import type { Pointing, Restart } from './restarts.ts'

/** How many workloads are changed at once. */
const CONCURRENCY = 8

export interface RestartWorld {
  readonly workloads: Workloads
  readonly set: SetIdentity
  readonly now: () => number
}

/** Restarts each, concurrently, and notes it in `tried` before it is sent. Throws at the first that is refused. */
export async function restartAll(
  restarts: readonly Restart[],
  { tried, leave, ...world }: RestartWorld & { tried: Restart[]; leave: () => Promise<void> },
): Promise<void> {
  const failures: unknown[] = []
  await mapConcurrently(restarts, CONCURRENCY, async (restart) => {
    if (failures.length > 0) return
    try {
      await leave()
      tried.push(restart)
      await mark(restart, restart.value, world)
    } catch (error) {
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

/** Puts restarted workloads back to the pod template that they had. Never throws: what it could not do is its answer. */
export function putBackAll(restarts: readonly Restart[], world: RestartWorld): Promise<readonly PutBack[]> {
  return mapConcurrently(restarts, CONCURRENCY, async (restart): Promise<PutBack> => {
    try {
      return { restart, ...(await putBack(restart, world)) }
    } catch (error) {
      return { restart, fate: 'stuck', reason: refusalOf(error)?.kind ?? 'a fault in the action itself' }
    }
  })
}

async function putBack(restart: Restart, world: RestartWorld): Promise<Omit<PutBack, 'restart'>> {
  const live = await world.workloads.read(restart)
  if (live === undefined || mapping(live['metadata'])['uid'] !== restart.uid)
    return { fate: 'left', reason: 'it was deleted meanwhile' }
  const current = markOf(restart, live)
  if (current === restart.former && current !== restart.value) return { fate: 'untouched' }
  if (current !== restart.value) return { fate: 'left', reason: 'somebody else restarted it meanwhile' }
  await mark(restart, restart.former, world)
  return { fate: 'back' }
}

/** The value of the annotation by which it is restarted; undefined: it has none. */
function markOf({ kind, annotation }: Restart, { metadata, spec }: ApiObject): string | undefined {
  const holder = kind === 'Rollout' ? metadata : templateIn(kind, spec)['metadata']
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
  const podSpec = pointedSpec(templateIn(kind, spec)['spec'], pointing.pointers, way)
  if (podSpec === undefined) return undefined
  const metadata = value === undefined ? {} : { metadata: { annotations: { [annotation]: value } } }
  const template = { template: { ...metadata, spec: podSpec } }
  return { spec: kind === 'CronJob' ? { jobTemplate: { spec: template } } : template }
}

function templateIn(kind: Restart['kind'], spec: unknown): ApiObject {
  const own = kind === 'CronJob' ? mapping(mapping(spec)['jobTemplate'])['spec'] : spec
  return mapping(mapping(own)['template'])
}
