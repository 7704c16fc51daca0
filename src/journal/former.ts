import { baseOf, type Undoable } from '../kubernetes/attempt.ts'
import type { LiveSecret, Ref } from '../kubernetes/cluster.ts'
import { LAST_APPLIED } from '../kubernetes/objects.ts'
import { ownFields } from '../kubernetes/own-fields.ts'
import {
  GENERATION_ANNOTATION,
  GENERATION_OF_ANNOTATION,
  MANAGED_BY_LABEL,
  PREFIX,
  SET_LABEL,
  type SetIdentity,
} from '../kubernetes/set.ts'
import type { SecretManifest } from '../manifests/manifest.ts'

/** What takes a set back to a former state, in the form of a configuration. */
export interface Backwards {
  readonly manifests: readonly SecretManifest[]
  /** Secrets that the run had made. */
  readonly removed: readonly Ref[]
}

/** The way back from these writes: what was there is declared as it was, and what was not goes. */
export function backwards(writes: readonly Undoable[], set: SetIdentity): Backwards {
  return {
    manifests: writes.flatMap((write) =>
      write.live === undefined ? [] : [formerManifest(write, write.live, set)],
    ),
    removed: writes.flatMap(({ live, desired: { namespace, name } }) =>
      live === undefined ? [{ namespace, name }] : [],
    ),
  }
}

/** What of the former object was ours, was taken over, or was written over: all else is others' and is not declared. */
function formerManifest(write: Undoable, live: LiveSecret, set: SetIdentity): SecretManifest {
  const own = ownFields(baseOf(write) ?? live, set)
  const { desired } = write
  const ours = (kind: 'dataKeys' | 'labels' | 'annotations', sent: Iterable<string>): ReadonlySet<string> =>
    new Set([...(own?.[kind] ?? []), ...sent])
  const keys = ours('dataKeys', desired.data.keys())
  return {
    kind: 'Secret',
    namespace: live.namespace,
    name: live.name,
    type: live.type,
    data: new Map(
      [...live.data]
        .filter(([key]) => keys.has(key))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, { value, source: 'the former state' }]),
    ),
    labels: picked(live.labels, ours('labels', Object.keys(desired.labels))),
    annotations: picked(live.annotations, ours('annotations', Object.keys(desired.annotations))),
    immutable: live.immutable,
    at: {},
  }
}

/** Which generation it is stays with it: it goes back under the name that it had. */
const GENERATIONS: readonly string[] = [GENERATION_OF_ANNOTATION, GENERATION_ANNOTATION]

/** What the user had declared: not what the action itself sets. */
function picked(
  texts: Readonly<Record<string, string>>,
  keys: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const isSet = (key: string): boolean =>
    (key.startsWith(`${PREFIX}/`) && !GENERATIONS.includes(key)) ||
    key === MANAGED_BY_LABEL ||
    key === SET_LABEL ||
    key === LAST_APPLIED
  return Object.fromEntries(Object.entries(texts).filter(([key]) => keys.has(key) && !isSet(key)))
}
