import { mapConcurrently } from '../../concurrency.ts'
import type { Cluster } from '../cluster.ts'
import type { Naming, Renaming } from '../generations.ts'
import { mapping } from '../objects.ts'
import type { ApiObject } from '../workloads.ts'
import { isSomebodyElses } from './consumers.ts'
import { fullName, isPointed, KINDS, type Kind, type PatchedKind } from './kinds.ts'
import { isMoved, pointersOf, type Pointer, type Targets } from './pointers.ts'
import { parseWorkload, templateOf, type Workload } from './workload.ts'

/** A workload whose pod template is to name other Secrets. */
export interface Pointable {
  readonly workload: Workload & { readonly kind: PatchedKind }
  readonly object: ApiObject
  readonly pointers: readonly Pointer[]
}

/** Something that goes on using a former name, whatever is done. */
export interface Holdout {
  readonly workload: Workload
  /** The names, each of which must stay. */
  readonly names: readonly string[]
}

export interface PointingSurvey {
  readonly pointable: readonly Pointable[]
  readonly holdouts: readonly Holdout[]
  /** Pods that nothing replaces in this run, though what controls them may be pointed already. */
  readonly lingering: readonly Holdout[]
  readonly hidden: readonly { readonly namespace: string; readonly kind: Kind }[]
}

/** How many LISTs run at once. */
const CONCURRENCY = 12

/** Looks for whatever uses a name that is not current: one paged LIST of each kind in each namespace. */
export async function surveyPointing(cluster: Cluster, naming: Naming): Promise<PointingSurvey> {
  const byNamespace = [...Map.groupBy(naming.renamings, ({ namespace }) => namespace)]
  const lists = byNamespace.flatMap(([namespace, renamings]) =>
    (Object.keys(KINDS) as Kind[]).map((kind) => ({ namespace, kind, renamings })),
  )
  const found = await mapConcurrently(lists, CONCURRENCY, async ({ namespace, kind, renamings }) => {
    const pointable: Pointable[] = []
    const holdouts: Holdout[] = []
    const controlled: Holdout[] = []
    const targets = targetsOf(namespace, renamings, naming)
    const former = new Set(renamings.flatMap((each) => [...each.former]))
    const { seen } = await cluster.workloads.list({ kind, namespace }, (object) => {
      const workload = parseWorkload(kind, object)
      if (workload === undefined || workload.over) return
      if (isSomebodyElses(workload)) {
        const names = isTold(workload, object) ? [] : namesRead(workload, former)
        if (names.length > 0) controlled.push({ workload, names })
        return
      }
      const moved = isPointable(workload) ? movedIn(workload, object, targets) : undefined
      if (moved !== undefined) pointable.push(moved)
      const names = namesHeld(workload, former)
      if (names.length > 0) holdouts.push({ workload, names })
    })
    return { pointable, holdouts, controlled, hidden: seen === 'forbidden' ? [{ namespace, kind }] : [] }
  })
  const pointable = found.flatMap((each) => each.pointable)
  const replaced = new Set(pointable.filter(isReplacedWhole).map(({ workload }) => fullName(workload)))
  const controlled = found.flatMap((each) => each.controlled)
  return {
    pointable,
    holdouts: found.flatMap((each) => each.holdouts),
    lingering: controlled.filter(({ workload }) => !replaced.has(controllerName(workload))),
    hidden: found.flatMap((each) => each.hidden),
  }
}

/** What a name stands for now: of these declarations the current one, and of others of the set itself. */
function targetsOf(namespace: string, renamings: readonly Renaming[], { known }: Naming): Targets {
  const current = new Map(
    renamings.flatMap(({ former, current: name }) => [...former, name].map((each) => [each, name] as const)),
  )
  const isKnown = (name: string): boolean => known.has(`${namespace}/${name}`)
  return {
    of: (name) => current.get(name) ?? (isKnown(name) ? name : undefined),
    isGiven: isKnown,
  }
}

function isPointable(workload: Workload): workload is Pointable['workload'] {
  return isPointed(workload.kind)
}

function movedIn(
  workload: Pointable['workload'],
  object: ApiObject,
  targets: Targets,
): Pointable | undefined {
  const podSpec = templateOf(workload.kind, object['spec'])['spec']
  const pointers = pointersOf(podSpec, targets)
  return pointers.some((each) => isMoved(podSpec, each)) ? { workload, object, pointers } : undefined
}

/** Ways in which even those use Secrets that are pointed to others, but that are left as they are. */
const UNPOINTED: readonly string[] = ['volume driver', 'TLS']

/** What goes by itself, and the pods that their ReplicaSet or Job stands for. */
function isTold({ kind, controller }: Workload, { metadata }: ApiObject): boolean {
  const stands = controller?.kind === 'ReplicaSet' || controller?.kind === 'Job'
  return mapping(metadata)['deletionTimestamp'] !== undefined || (kind === 'Pod' && stands)
}

/** Whether no pod of the former template is left when its rollout is complete: a partition leaves some. */
function isReplacedWhole({ object: { spec } }: Pointable): boolean {
  const { rollingUpdate } = mapping(mapping(spec)['updateStrategy'])
  const { partition } = mapping(rollingUpdate)
  return partition === undefined || partition === 0
}

function controllerName({ namespace, controller }: Workload): string {
  return `${namespace}/${controller?.kind.toLowerCase() ?? ''}/${controller?.name ?? ''}`
}

/** The former names that a workload keeps: all, where its kind is never changed, or where it only pulls images. */
function namesHeld(workload: Workload, former: ReadonlySet<string>): readonly string[] {
  const reads = workload.reads.filter(({ way }) => !isPointable(workload) || UNPOINTED.includes(way))
  return namesRead({ reads }, former)
}

function namesRead({ reads }: Pick<Workload, 'reads'>, former: ReadonlySet<string>): readonly string[] {
  return [...new Set(reads.map(({ secret }) => secret).filter((name) => former.has(name)))]
}
