import type { Problem } from '../error.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import { idOf, type Cluster, type LiveSecret, type Ref } from './cluster.ts'
import { diffSecret, type Change, type DiffContext, type KeyChange } from './diff.ts'
import { readLive } from './live.ts'
import { missingNamespace } from './namespace.ts'
import { foreignOwner } from './ownership.ts'
import { unreadable } from './permissions.ts'
import { refusalOf } from './refusal.ts'

/** What was found in one namespace, and what is decided for each Secret there. */
export interface Surveyed {
  readonly namespace: string
  readonly skipped: readonly Ref[]
  readonly missing: boolean
  readonly changes: readonly Change[]
  readonly problems: readonly Problem[]
}

export interface SurveyContext extends DiffContext {
  readonly createNamespaces: boolean
  readonly scrub: (text: string) => string
  /** Secrets (`namespace/name`) that may be there although the list does not show them. */
  readonly doubtful: ReadonlySet<string>
}

interface Members {
  readonly namespace: string
  readonly members: readonly SecretManifest[]
  readonly context: SurveyContext
}

/** Reads what is live in a namespace, and judges what may become of it. */
export async function survey(cluster: Cluster, { namespace, members, context }: Members): Promise<Surveyed> {
  const phase = await cluster.phase(namespace)
  if (phase === 'missing' || phase === 'Terminating') return absent(phase, { namespace, members, context })
  let live: ReadonlyMap<string, LiveSecret>
  try {
    live = await readLive(cluster, members, { set: context.set, certain: certainOf(members, context) })
  } catch (error) {
    if (refusalOf(error)?.kind !== 'rbac') throw error
    const problems = await unreadable(cluster, members)
    if (problems.length === 0) throw error
    return { namespace, missing: false, changes: [], problems, skipped: [] }
  }
  const judged = members.map((manifest) => judge(manifest, live.get(manifest.name), context))
  return sortOut(namespace, { missing: false, judged })
}

/** Which names are read one by one: those that may be there, and those that no dry run will be made of. */
function certainOf(members: readonly SecretManifest[], { doubtful }: SurveyContext): (ref: Ref) => boolean {
  const empty = new Set(members.filter(isEmpty).map(idOf))
  return (ref) => doubtful.has(idOf(ref)) || empty.has(idOf(ref))
}

function isEmpty({ data }: SecretManifest): boolean {
  return [...data.values()].every(({ value }) => value === undefined)
}

/** The names of what is live and no longer declared are the server's: they are shown as all foreign text is. */
function legible(change: Change, scrub: SurveyContext['scrub']): Change {
  const live = (action: KeyChange['action']): boolean => action === 'removed' || action === 'released'
  return {
    ...change,
    keys: change.keys.map((each) => (live(each.action) ? { ...each, key: scrub(each.key) } : each)),
    metadataChanges: change.metadataChanges.map(scrub),
  }
}

type Judged = { change: Change } | { problem: Problem } | { skipped: SecretManifest }

function sortOut(
  namespace: string,
  { missing, judged }: { missing: boolean; judged: readonly Judged[] },
): Surveyed {
  return {
    namespace,
    missing,
    changes: judged.flatMap((each) => ('change' in each ? [each.change] : [])),
    problems: judged.flatMap((each) => ('problem' in each ? [each.problem] : [])),
    skipped: judged.flatMap((each) => ('skipped' in each ? [each.skipped] : [])),
  }
}

function absent(phase: 'missing' | 'Terminating', { namespace, members, context }: Members): Surveyed {
  if (phase === 'missing' && context.createNamespaces)
    return sortOut(namespace, {
      missing: true,
      judged: members.map((each) => judge(each, undefined, context)),
    })
  const problem = missingNamespace(namespace, phase, members[0]?.at)
  return { namespace, missing: false, changes: [], problems: [problem], skipped: [] }
}

/** Whether the live object may become what the manifest says at all. One without values is not made. */
function judge(manifest: SecretManifest, live: LiveSecret | undefined, context: SurveyContext): Judged {
  if (live === undefined)
    return isEmpty(manifest) ? { skipped: manifest } : { change: diffSecret(manifest, live, context) }
  const where = `${manifest.namespace}/${manifest.name}`
  const foreign = foreignOwner(live, context.set, context.scrub)
  if (foreign !== undefined) return { problem: { ...foreign, at: manifest.at } }
  if (live.deleting)
    return {
      problem: {
        code: 'STALE',
        message: `${where} is being deleted`,
        hint: 'wait until its finalizers are done, then run again',
        at: manifest.at,
      },
    }
  const immutable = (what: string): { problem: Problem } => ({
    problem: {
      code: 'IMMUTABLE',
      message: `${where} ${what}`,
      hint: `give the Secret a new \`name\`, or delete it yourself (kubectl -n ${manifest.namespace} delete secret ${manifest.name}) and run again`,
      at: manifest.at,
    },
  })
  if (live.type !== manifest.type)
    return immutable(`has the type ${context.scrub(live.type)}, which can’t be changed to ${manifest.type}`)
  const change = legible(diffSecret(manifest, live, context), context.scrub)
  const touched = change.keys.some(
    ({ action }) => action === 'added' || action === 'changed' || action === 'removed',
  )
  if (live.immutable && touched) return immutable('is immutable and its data would change')
  if (live.immutable && !manifest.immutable) return immutable('is immutable, which can’t be taken back')
  return { change }
}
