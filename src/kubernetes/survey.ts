import type { Problem } from '../error.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import { idOf, type Cluster, type LiveSecret, type Ref } from './cluster.ts'
import type { Change } from './diff.ts'
import { isEmpty, judge, type Judged, type JudgeContext } from './judge.ts'
import { readLive } from './live.ts'
import { missingNamespace } from './namespace.ts'
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

export interface SurveyContext extends JudgeContext {
  readonly createNamespaces: boolean
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
