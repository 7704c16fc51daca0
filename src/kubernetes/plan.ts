import { mapConcurrently } from '../concurrency.ts'
import { ActionError, throwIfAny, type Problem } from '../error.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import type { Cluster, LiveSecret, Ref } from './cluster.ts'
import { diffSecret, type Change, type DiffContext, type KeyChange } from './diff.ts'
import { dryRunAll } from './dry-run.ts'
import { readLive } from './live.ts'
import { missingNamespace } from './namespace.ts'
import { foreignOwner } from './ownership.ts'
import { missingPermissions, unreadable } from './permissions.ts'
import { exceededQuotas } from './quota.ts'
import { refusalOf } from './refusal.ts'
import type { JournalNeed } from './run-journal.ts'

/** Everything that a run would do, proved as far as it can be before the first write. */
export interface Plan {
  readonly changes: readonly Change[]
  /** Namespaces that are created first; their objects' dry runs follow then. */
  readonly namespaces: readonly string[]
  /** Secrets that are not made because all their values are optional and absent. */
  readonly skipped: readonly Ref[]
  /** What the server warned of in its dry runs, by `namespace/name`. */
  readonly warnings: readonly { readonly name: string; readonly text: string }[]
}

export interface PlanContext extends DiffContext {
  readonly clusterUid: string | undefined
  readonly createNamespaces: boolean
  /** The journals that a run which writes needs beside the Secrets; undefined where it keeps none. */
  readonly journalOf: ((namespace: string) => JournalNeed) | undefined
  readonly scrub: (text: string) => string
}

/** Plans the manifests against the cluster. Throws every problem found together; writes nothing. */
export async function planChanges(
  cluster: Cluster,
  manifests: readonly SecretManifest[],
  context: PlanContext,
): Promise<Plan> {
  await checkCluster(cluster, context.clusterUid)
  const byNamespace = [...Map.groupBy(manifests, ({ namespace }) => namespace)]
  const surveyed = await mapConcurrently(byNamespace, 4, ([namespace, members]) =>
    survey(cluster, { namespace, members, context }),
  )
  const missing = surveyed.filter(({ missing: gone }) => gone).map(({ namespace }) => namespace)
  const changes = surveyed.flatMap((each) => each.changes)
  const writes = changes.filter(({ action }) => action !== 'unchanged')
  const existing = writes.filter(({ manifest }) => !missing.includes(manifest.namespace))
  const journals = journalsOf(writes, context)
  const lacking =
    writes.length === 0 ? [] : await missingPermissions(cluster, writes, { namespaces: missing, journals })
  const refused = new Set(lacking.length > 0 ? existing.map(({ manifest }) => manifest.namespace) : [])
  const tried = await dryRunAll(
    cluster,
    existing.filter(({ manifest }) => !refused.has(manifest.namespace)),
    context.set,
  )
  const quotas = await exceededQuotas(cluster, existing, journals)
  throwIfAny([...surveyed.flatMap(({ problems }) => problems), ...lacking, ...tried.problems, ...quotas])
  return {
    changes,
    skipped: surveyed.flatMap((each) => each.skipped),
    namespaces: missing,
    warnings: tried.warnings,
  }
}

function journalsOf(writes: readonly Change[], { journalOf }: PlanContext): readonly JournalNeed[] {
  const namespaces = new Set(writes.map(({ manifest }) => manifest.namespace))
  return journalOf === undefined ? [] : [...namespaces].map(journalOf)
}

async function checkCluster(cluster: Cluster, wanted: string | undefined): Promise<void> {
  if (wanted === undefined) return
  const uid = await cluster.uid()
  if (uid === wanted) return
  throw new ActionError(
    uid === undefined
      ? {
          code: 'FORBIDDEN',
          message:
            'the configuration names the cluster by uid, but the namespace kube-system may not be read',
          hint: 'add to a ClusterRole: {apiGroups: [""], resources: [namespaces], resourceNames: [kube-system], verbs: [get]}',
        }
      : {
          code: 'CLUSTER_MISMATCH',
          message: `this is not the cluster that the configuration names: its kube-system has the uid ${uid.replace(/[^\w-]/g, '')}`,
          hint: 'check the `kubeconfig` and `context` inputs, or correct `cluster.uid` in the configuration',
        },
  )
}

interface Surveyed {
  readonly namespace: string
  readonly skipped: readonly Ref[]
  readonly missing: boolean
  readonly changes: readonly Change[]
  readonly problems: readonly Problem[]
}

async function survey(
  cluster: Cluster,
  {
    namespace,
    members,
    context,
  }: { namespace: string; members: readonly SecretManifest[]; context: PlanContext },
): Promise<Surveyed> {
  const phase = await cluster.phase(namespace)
  if (phase === 'missing' || phase === 'Terminating') return absent(phase, { namespace, members, context })
  let live: ReadonlyMap<string, LiveSecret>
  try {
    live = await readLive(cluster, members, context.set)
  } catch (error) {
    if (refusalOf(error)?.kind !== 'rbac') throw error
    const problems = await unreadable(cluster, members)
    if (problems.length === 0) throw error
    return { namespace, missing: false, changes: [], problems, skipped: [] }
  }
  const judged = members.map((manifest) => judge(manifest, live.get(manifest.name), context))
  return sortOut(namespace, { missing: false, judged })
}

/** The names of what is live and no longer declared are the server's: they are shown as all foreign text is. */
function legible(change: Change, scrub: PlanContext['scrub']): Change {
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

function absent(
  phase: 'missing' | 'Terminating',
  {
    namespace,
    members,
    context,
  }: { namespace: string; members: readonly SecretManifest[]; context: PlanContext },
): Surveyed {
  if (phase === 'missing' && context.createNamespaces)
    return sortOut(namespace, {
      missing: true,
      judged: members.map((each) => judge(each, undefined, context)),
    })
  const problem = missingNamespace(namespace, phase, members[0]?.at)
  return { namespace, missing: false, changes: [], problems: [problem], skipped: [] }
}

/** Whether the live object may become what the manifest says at all. One without values is not made. */
function judge(manifest: SecretManifest, live: LiveSecret | undefined, context: PlanContext): Judged {
  if (live === undefined) {
    const empty = [...manifest.data.values()].every(({ value }) => value === undefined)
    return empty ? { skipped: manifest } : { change: diffSecret(manifest, live, context) }
  }
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
