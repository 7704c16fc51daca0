import type { Effects } from '../effects.ts'
import { ActionError, type Place } from '../error.ts'
import type { Entry, SecretManifest } from '../manifests/manifest.ts'
import { SUFFIX_LENGTH } from '../manifests/names.ts'
import { idOf, type Cluster, type LiveSecret } from './cluster.ts'
import { isEmpty } from './judge.ts'
import { ownFields } from './own-fields.ts'
import { GENERATION_ANNOTATION, GENERATION_OF_ANNOTATION, SET_LABEL, type SetIdentity } from './set.ts'
import { decideTakeOver, type TakeOverWish } from './take-over.ts'

/** Secrets of one declaration under one name after the other, in one namespace: what is named so is to have the current name. */
export interface Renaming {
  readonly namespace: string
  /** The name that is declared. */
  readonly base: string
  readonly current: string
  /** Names that are no longer current, the declared one among them. */
  readonly former: ReadonlySet<string>
  /** Generations that are more than are to be kept, the oldest last. */
  readonly obsolete: readonly LiveSecret[]
  /** Whether fields of others are taken for it. */
  readonly force: boolean
  readonly at: Place
}

export interface Naming {
  readonly renamings: readonly Renaming[]
  /** `namespace/name` of every generation of the set that is there. */
  readonly known: ReadonlySet<string>
}

export const NO_NAMING: Naming = { renamings: [], known: new Set() }

/** `namespace/name` of every name that is no longer current, whether it is there or not. */
export function formerIds({ renamings }: Naming): readonly string[] {
  return renamings.flatMap(({ namespace, former }) => [...former].map((name) => idOf({ namespace, name })))
}

export interface NamingContext extends Pick<Effects, 'random'> {
  readonly set: SetIdentity
  /** What is said of taking over beside the manifests, the first that says something deciding. */
  readonly takeOver: readonly (TakeOverWish | undefined)[]
}

/** The manifests under the names that they have in the cluster. Asks nothing where none has a suffix. */
export async function nameGenerations(
  cluster: Cluster,
  manifests: readonly SecretManifest[],
  context: NamingContext,
): Promise<Naming & { readonly manifests: readonly SecretManifest[] }> {
  const namespaces = new Set(
    manifests.flatMap(({ namespace, generations }) => (generations === undefined ? [] : [namespace])),
  )
  if (namespaces.size === 0) return { ...NO_NAMING, manifests }
  const live = await liveGenerations(cluster, [...namespaces], context.set)
  const named = manifests.map((manifest) => nameOne(manifest, live, context))
  return {
    manifests: named.map(({ manifest }) => manifest),
    renamings: named.flatMap(({ renaming }) => renaming ?? []),
    known: new Set(live.map(idOf)),
  }
}

/** All generations of the set in these namespaces, of whatever declaration; the latest first. */
export async function liveGenerations(
  cluster: Cluster,
  namespaces: readonly string[],
  set: SetIdentity,
): Promise<readonly LiveSecret[]> {
  const lists = await Promise.all(
    namespaces.map(async (namespace) => {
      const live = await cluster.list(namespace, `${SET_LABEL}=${set.digest}`)
      if (live === undefined) throw forbidden(namespace)
      return live
    }),
  )
  return latestFirst(lists.flat().filter(({ deleting }) => !deleting))
}

interface Annotated {
  readonly annotations: Readonly<Record<string, string>>
}

/** Those of them that are generations, of whatever declaration; the latest first. */
export function latestFirst<T extends Annotated>(all: readonly T[]): readonly T[] {
  return all
    .filter(({ annotations }) => baseNameOf(annotations) !== undefined)
    .sort((a, b) => generationOf(b.annotations) - generationOf(a.annotations))
}

/** The name that a generation is declared by; undefined: it is none. */
export function baseNameOf(annotations: Readonly<Record<string, string>>): string | undefined {
  return annotations[GENERATION_OF_ANNOTATION]
}

/** Which generation it is, from 1 on; 0 where it does not say. */
export function generationOf(annotations: Readonly<Record<string, string>>): number {
  const number = Number(annotations[GENERATION_ANNOTATION])
  return Number.isSafeInteger(number) && number > 0 ? number : 0
}

interface Named {
  readonly manifest: SecretManifest
  readonly renaming?: Renaming
}

function nameOne(
  manifest: SecretManifest,
  live: readonly LiveSecret[],
  { set, takeOver, random }: NamingContext,
): Named {
  const { generations, namespace, name: base, at } = manifest
  if (generations === undefined) return { manifest }
  const own = live.filter((each) => each.namespace === namespace && baseNameOf(each.annotations) === base)
  const [latest] = own
  // Not made, so nothing can be pointed to it.
  if (latest === undefined && isEmpty(manifest)) return { manifest }
  const stays = latest !== undefined && isSame(manifest, latest, set)
  const named = stays
    ? withName(manifest, latest.name, generationOf(latest.annotations))
    : withName(
        { ...manifest, data: withKept(manifest.data, latest, set) },
        `${base}-${suffix(random)}`,
        generationOf(latest?.annotations ?? {}) + 1,
      )
  const former = own.filter(({ name }) => name !== named.name)
  return {
    manifest: named,
    renaming: {
      namespace,
      base,
      current: named.name,
      former: new Set([base, ...former.map(({ name }) => name)]),
      obsolete: former.slice(generations.keepOld),
      force: decideTakeOver([manifest.takeOver, ...takeOver]).forceConflicts,
      at,
    },
  }
}

function withName(manifest: SecretManifest, name: string, generation: number): SecretManifest {
  const annotations = {
    ...manifest.annotations,
    [GENERATION_OF_ANNOTATION]: manifest.name,
    [GENERATION_ANNOTATION]: String(generation),
  }
  return { ...manifest, name, annotations }
}

/** Whether the live one holds what is declared, so that nothing in it would have to change that may not. */
function isSame({ data, type, immutable }: SecretManifest, live: LiveSecret, set: SetIdentity): boolean {
  const owned = ownFields(live, set)?.dataKeys ?? new Set<string>()
  return (
    type === live.type &&
    (immutable || !live.immutable) &&
    [...owned].every((key) => data.has(key)) &&
    [...data].every(([key, { value }]) => value === undefined || live.data.get(key)?.equals(value) === true)
  )
}

/** What is absent and optional stays as it is live, which is under the former name. */
function withKept(
  data: SecretManifest['data'],
  live: LiveSecret | undefined,
  set: SetIdentity,
): SecretManifest['data'] {
  const owned = live === undefined ? undefined : ownFields(live, set)?.dataKeys
  return new Map(
    [...data].map(([key, entry]): [string, Entry] => {
      const kept = owned?.has(key) === true ? live?.data.get(key) : undefined
      return [key, entry.value === undefined && kept !== undefined ? { ...entry, value: kept } : entry]
    }),
  )
}

/** Letters that make no words. */
const LETTERS = 'bcdfghjklmnpqrst'

function suffix(random: Effects['random']): string {
  return [...random(SUFFIX_LENGTH - 1)].map((byte) => LETTERS[byte % LETTERS.length]).join('')
}

function forbidden(namespace: string): ActionError {
  return new ActionError({
    code: 'FORBIDDEN',
    message: `in the namespace ${namespace} the credentials may not list the Secrets, so \`name-suffix\` can’t know which generation is the latest`,
    hint: `add to a Role in ${namespace}: {apiGroups: [""], resources: [secrets], verbs: [list]}, and the other verbs without resourceNames: new names are not known before`,
  })
}
