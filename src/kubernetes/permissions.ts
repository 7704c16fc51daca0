import type { Problem } from '../error.ts'
import type { Access, Cluster, Ref } from './cluster.ts'
import type { Change } from './diff.ts'

/** The verbs that a change needs: to write it, and to put it back. */
const VERBS = {
  create: ['get', 'create', 'patch', 'delete'],
  update: ['get', 'patch', 'update'],
  unchanged: [],
  delete: ['get', 'create', 'patch', 'update', 'delete'],
} as const satisfies Record<Change['action'], readonly string[]>

/** Every verb that some run needs of a Secret; `list` only saves requests. */
const ALL_VERBS = ['get', 'create', 'patch', 'update', 'delete']

/** What a journal needs: read, taken by a patch that creates it where it is not there. */
const JOURNAL_VERBS = ['get', 'create', 'patch']

/** The questions whether these verbs are allowed on a Secret. */
export function accessTo({ namespace, name }: Ref, verbs: readonly string[]): readonly Access[] {
  return verbs.map((verb) => ({ namespace, verb, resource: 'secrets', name }))
}

/** What the credentials lack for writing and undoing these changes; each namespace one problem with the Role to add. */
export async function missingPermissions(
  cluster: Cluster,
  changes: readonly Change[],
  more: { readonly namespaces: readonly string[]; readonly journals: readonly Ref[] },
): Promise<readonly Problem[]> {
  const secrets = changes.flatMap(({ action, manifest }) => accessTo(manifest, VERBS[action]))
  const journals = more.journals.flatMap((ref) => accessTo(ref, JOURNAL_VERBS))
  const namespaces: readonly Access[] =
    more.namespaces.length === 0 ? [] : [{ namespace: '', verb: 'create', resource: 'namespaces' }]
  const denied = await cluster.denied([...secrets, ...journals, ...namespaces])
  const problems = describeDenied(denied)
  const ofJournal = denied.some(({ name }) => journals.some((access) => access.name === name))
  return ofJournal ? problems.map(offJournal) : problems
}

/** The problem of a journal's Secret that may not be read or written, with the way to do without. */
export function offJournal(problem: Problem): Problem {
  return {
    ...problem,
    hint: `${problem.hint}; the journal keeps the former objects while a run writes: where none is wanted, set \`journal: off\``,
  }
}

/** The problem of a read that was refused before any change could be planned. */
export async function unreadable(
  cluster: Cluster,
  secrets: readonly Ref[],
  journals: readonly Ref[] = [],
): Promise<readonly Problem[]> {
  const wanted = [
    ...secrets.flatMap((ref) => accessTo(ref, ALL_VERBS)),
    ...journals.flatMap((ref) => accessTo(ref, JOURNAL_VERBS)),
  ]
  return describeDenied(await cluster.denied(wanted))
}

/** A problem for each namespace, with the rules that would allow what is denied. */
export function describeDenied(denied: readonly Access[]): readonly Problem[] {
  return [...Map.groupBy(denied, ({ namespace }) => namespace)].map(([namespace, lacking]) => {
    if (namespace === '')
      return {
        code: 'FORBIDDEN',
        message: 'the credentials may not create namespaces',
        hint: 'create the namespace yourself, or add to a ClusterRole: {apiGroups: [""], resources: [namespaces], verbs: [get, create]}',
      }
    const rules = rulesFor(lacking)
    const words = rules.map(({ verbs, names, resource }) =>
      `${verbs.join(', ')} the ${resource === 'secrets' ? 'Secrets' : resource} ${names.join(', ')}`.trimEnd(),
    )
    return {
      code: 'FORBIDDEN',
      message: `in the namespace ${namespace} the credentials may not ${words.join('; nor ')}`,
      hint: `add to a Role in ${namespace}: ${rules.map(roleRule).join(', ')}`,
    }
  })
}

interface RoleRule {
  readonly group: string
  readonly resource: string
  readonly verbs: readonly string[]
  readonly names: readonly string[]
}

/** One rule for all names of a resource that lack the same verbs. */
function rulesFor(lacking: readonly Access[]): readonly RoleRule[] {
  const byObject = Map.groupBy(
    lacking,
    ({ group = '', resource, name = '' }) => `${group} ${resource} ${name}`,
  )
  const wanted = [...byObject.values()].flatMap((each) => {
    const [first] = each
    if (first === undefined) return []
    const { group = '', resource, name } = first
    return [{ group, resource, name, verbs: [...new Set(each.map(({ verb }) => verb))] }]
  })
  const alike = Map.groupBy(wanted, ({ group, resource, verbs }) => `${group} ${resource} ${verbs.join()}`)
  return [...alike.values()].flatMap((each) => {
    const [first] = each
    return first === undefined ? [] : [{ ...first, names: each.flatMap(({ name }) => name ?? []) }]
  })
}

/** The exact rule, as it stands under `rules:` of a Role. */
function roleRule({ group, resource, verbs, names }: RoleRule): string {
  const core = group === '' ? '""' : group
  const named = names.length === 0 ? '' : `, resourceNames: [${names.join(', ')}]`
  return `{apiGroups: [${core}], resources: [${resource}], verbs: [${verbs.join(', ')}]${named}}`
}
