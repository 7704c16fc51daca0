import type { Place, Problem } from '../error.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import type { LiveSecret } from './cluster.ts'
import type { Contest } from './contest.ts'
import { diffSecret, type Change, type DiffContext, type KeyChange } from './diff.ts'
import { judgeOwnership } from './ownership.ts'
import { decideTakeOver, type TakeOverWish } from './take-over.ts'

export interface JudgeContext extends Omit<DiffContext, 'taking' | 'force'> {
  /** What may be taken from others, where a Secret says nothing of it itself; the first that says something decides. */
  readonly takeOver: readonly TakeOverWish[]
  readonly scrub: (text: string) => string
}

/** What one manifest comes to: a change, a reason against it, or nothing to make. */
export type Judged = { change: Change } | { problem: Problem } | { skipped: SecretManifest }

/** Whether the live object may become what the manifest says at all. One without values is not made. */
export function judge(manifest: SecretManifest, live: LiveSecret | undefined, context: JudgeContext): Judged {
  if (live === undefined)
    return isEmpty(manifest) ? { skipped: manifest } : { change: diffSecret(manifest, live, context) }
  const where = `${manifest.namespace}/${manifest.name}`
  const takeOver = decideTakeOver([manifest.takeOver, ...context.takeOver])
  const owned = judgeOwnership(live, { ...context, takeOver })
  if ('problem' in owned) return { problem: { ...owned.problem, at: manifest.at } }
  if (live.deleting) return { problem: beingDeleted(where, manifest.at) }
  if (live.type !== manifest.type)
    return immutable(
      manifest,
      `has the type ${context.scrub(live.type)}, which can’t be changed to ${manifest.type}`,
    )
  const wanted = { ...context, taking: owned.taking, force: takeOver.forceConflicts }
  const change = legible(diffSecret(manifest, live, wanted), context.scrub)
  if (change.conflicts !== undefined) return { problem: conflict(where, change.conflicts, manifest.at) }
  return live.immutable ? judgeFrozen(change) : { change }
}

export function isEmpty({ data }: SecretManifest): boolean {
  return [...data.values()].every(({ value }) => value === undefined)
}

function beingDeleted(where: string, at: Place): Problem {
  return {
    code: 'STALE',
    message: `${where} is being deleted`,
    hint: 'wait until its finalizers are done, then run again',
    at,
  }
}

/** Of what is immutable, only metadata may change. */
function judgeFrozen(change: Change): Judged {
  const touched = change.keys.some(
    ({ action }) => action === 'added' || action === 'changed' || action === 'removed',
  )
  if (touched) return immutable(change.manifest, 'is immutable and its data would change')
  if (!change.manifest.immutable) return immutable(change.manifest, 'is immutable, which can’t be taken back')
  return { change }
}

function immutable({ namespace, name, at }: SecretManifest, what: string): Judged {
  return {
    problem: {
      code: 'IMMUTABLE',
      message: `${namespace}/${name} ${what}`,
      hint: `give the Secret a new \`name\`, or delete it yourself (kubectl -n ${namespace} delete secret ${name}) and run again`,
      at,
    },
  }
}

/** Fields of those who stay owners when others are taken over: no dry run can tell of them before that is done. */
function conflict(where: string, conflicts: readonly Contest[], at: Place): Problem {
  const fields = conflicts.map(({ field, managers }) => `${field} is owned by ${managers.join(', ')}`)
  return {
    code: 'CONFLICT',
    message: `${where}: other field managers own what would change: ${fields.join('; ')}`,
    hint: 'name them in `adopt-from`, take the fields with `force-conflicts: true`, or remove them here or there',
    at,
  }
}

/** The names of what is live and no longer declared are the server's: they are shown as all foreign text is. */
function legible(change: Change, scrub: JudgeContext['scrub']): Change {
  const live = (action: KeyChange['action']): boolean => action === 'removed' || action === 'released'
  const scrubbed = (contest: Contest): Contest => ({ ...contest, managers: contest.managers.map(scrub) })
  return {
    ...change,
    keys: change.keys.map((each) => (live(each.action) ? { ...each, key: scrub(each.key) } : each)),
    metadataChanges: change.metadataChanges.map(scrub),
    ...(change.forced === undefined ? {} : { forced: change.forced.map(scrubbed) }),
    ...(change.conflicts === undefined ? {} : { conflicts: change.conflicts.map(scrubbed) }),
  }
}
