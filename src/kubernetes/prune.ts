import type { Problem } from '../error.ts'
import type { LiveSecret, Ref } from './cluster.ts'
import type { Change } from './diff.ts'
import { ownFields } from './own-fields.ts'
import { judgeOwnership } from './ownership.ts'
import { SET_LABEL, type SetIdentity } from './set.ts'
import { list } from './objects.ts'
import { decideTakeOver } from './take-over.ts'

/** A Secret that was applied before, that nothing declares any more, and that stays all the same. */
export interface Spared extends Ref {
  /** Why, printable. */
  readonly why: string
}

/** So many are deleted at once where `prune-limit` says nothing. */
export const PRUNE_LIMIT = 10

interface Judging {
  readonly set: SetIdentity
  readonly scrub: (text: string) => string
}

/** The deletion of a live Secret, or why it stays: only what is this set's alone is deleted. Undefined: it is going already. */
export function judgeDeletion(
  live: LiveSecret,
  judging: Judging,
): { readonly change: Change } | { readonly spared: Spared } | undefined {
  if (live.deleting) return undefined
  const why = reasonToSpare(live, judging)
  const { namespace, name } = live
  return why === undefined ? { change: deletionOf(live, judging) } : { spared: { namespace, name, why } }
}

function reasonToSpare(live: LiveSecret, { set, scrub }: Judging): string | undefined {
  const [reference] = live.ownerReferences
  if (reference !== undefined)
    return `${scrub(`${reference.kind} ${reference.name}`)} stands in its ownerReferences`
  if (live.labels[SET_LABEL] !== set.digest) return 'it does not bear the label of the set any more'
  const owned = judgeOwnership(live, { set, scrub, takeOver: decideTakeOver([]) })
  if ('problem' in owned) return owned.problem.message.replace(/^.*? belongs to /, 'it belongs to ')
  const others = live.managedFields.filter(
    ({ manager, dataKeys }) => manager !== set.manager && dataKeys.size > 0,
  )
  if (others.length > 0)
    return `${scrub([...new Set(others.map(({ manager }) => manager))].join(', '))} has data in it`
  if (list(live.metadata['finalizers']).length > 0)
    return 'it has finalizers, so its deletion could not be undone'
  return undefined
}

/** What goes when a Secret is deleted, in the form of every change. */
function deletionOf(live: LiveSecret, { set }: Judging): Change {
  const { namespace, name, type, immutable, labels, annotations } = live
  const own = ownFields(live, set)
  const mine = (texts: Readonly<Record<string, string>>, keys = new Set<string>()): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).filter(([key]) => keys.has(key)))
  return {
    action: 'delete',
    manifest: {
      kind: 'Secret',
      namespace,
      name,
      type,
      data: new Map(),
      labels: {},
      annotations: {},
      immutable,
      at: {},
    },
    live,
    desired: {
      namespace,
      name,
      type,
      data: new Map([...live.data].filter(([key]) => own?.dataKeys.has(key))),
      labels: mine(labels, new Set(own?.labels)),
      annotations: mine(annotations, new Set(own?.annotations)),
      immutable,
    },
    keys: [],
    metadataChanges: [],
  }
}

/** Whether so many may go: never more than half of the set or ten at once, unless the limit says so itself. */
export function exceedsLimit(
  deleted: number,
  { declared, limit }: { declared: number; limit: number | undefined },
): Problem | undefined {
  const refuse = (what: string): Problem => ({
    code: 'PRUNE_REFUSED',
    message: `${deleted} Secrets that nothing declares any more would be deleted: ${what}`,
    hint: `look at the plan; where that is meant, set \`prune-limit: ${deleted}\``,
  })
  if (limit !== undefined)
    return deleted > limit ? refuse(`more than \`prune-limit\` allows (${limit})`) : undefined
  if (deleted > PRUNE_LIMIT) return refuse(`more than ${PRUNE_LIMIT} at once`)
  return deleted > declared ? refuse(`more than half of the set, which declares ${declared}`) : undefined
}
