import { list, mapping, text } from '../objects.ts'

/** A place in a pod template that names a Secret, and the name that it gets there; both are the same where it only is to stay. */
export interface Pointer {
  /** `containers/main/env/A`; of pulling images `imagePullSecrets/` and the new name, for names are added there. */
  readonly place: string
  /** Empty: nothing is there that is ours. */
  readonly from: string
  readonly to: string
}

type Json = Readonly<Record<string, unknown>>

/** The name that a place gets; undefined: it is left out of what is applied. */
type NameAt = (place: string, name: string) => string | undefined

export interface Targets {
  /** What a Secret of that name is to be called; undefined: it is none of ours. */
  readonly of: (name: string) => string | undefined
  /** Whether the name is one that the action gave. */
  readonly isGiven: (name: string) => boolean
}

/** All places of a pod's spec that name one of ours, with the names that they get. */
export function pointersOf(podSpec: unknown, targets: Targets): readonly Pointer[] {
  const found: Pointer[] = []
  pointSpec(podSpec, (place, name) => {
    const to = targets.of(name)
    if (to !== undefined) found.push({ place, from: name, to })
    return to
  })
  return [...found, ...pullPointers(podSpec, targets)]
}

/** Whether a pod's spec is not yet as a pointer wants it. */
export function isMoved(podSpec: unknown, { place, from, to }: Pointer): boolean {
  return place.startsWith(PULL) ? !pullNames(podSpec).includes(to) : from !== to
}

const PULL = 'imagePullSecrets/'

function pullPointers(podSpec: unknown, { of, isGiven }: Targets): readonly Pointer[] {
  const named = pullNames(podSpec).flatMap((name) => {
    const to = of(name)
    return to === undefined ? [] : [{ place: `${PULL}${to}`, from: isGiven(name) ? name : '', to }]
  })
  return [...Map.groupBy(named, ({ place }) => place).values()].flatMap(
    (same) => same.find(({ from }) => from !== '') ?? same.slice(0, 1),
  )
}

function pullNames(podSpec: unknown): readonly string[] {
  return list(mapping(podSpec)['imagePullSecrets']).map((each) => text(mapping(each)['name']))
}

/**
 * What of a pod's spec is applied so that the places have their new names (`to`), or their former ones (`from`). Undefined
 * where a place has another name by now, or the new name is in another place: taking it back there is not ours. Lists that are one thing for the API server are sent whole.
 */
export function pointedSpec(
  podSpec: unknown,
  pointers: readonly Pointer[],
  way: 'from' | 'to',
): Json | undefined {
  const byPlace = new Map(pointers.map((each) => [each.place, each]))
  const kept = new Set(pointers.map(({ from }) => from))
  const made = new Set(pointers.map(({ to }) => to).filter((name) => !kept.has(name)))
  const strange: string[] = []
  const spec = pointSpec(podSpec, (place, name) => {
    const pointer = byPlace.get(place)
    if (pointer === undefined && way === 'from' && made.has(name)) strange.push(place)
    if (pointer !== undefined && name !== pointer.from && name !== pointer.to) strange.push(place)
    return pointer?.[way]
  })
  const pulls = pointers
    .filter((each) => each.place.startsWith(PULL) && each[way] !== '')
    .map((each) => ({ name: each[way] }))
  return strange.length > 0 ? undefined : { ...spec, ...filled({ imagePullSecrets: pulls }) }
}

function pointSpec(podSpec: unknown, nameAt: NameAt): Json {
  const spec = mapping(podSpec)
  const containers = (field: string): readonly Json[] =>
    list(spec[field])
      .map(mapping)
      .flatMap((each) => pointContainer(`${field}/${text(each['name'])}`, each, nameAt))
  return filled({
    initContainers: containers('initContainers'),
    containers: containers('containers'),
    volumes: list(spec['volumes'])
      .map(mapping)
      .flatMap((each) => pointVolume(each, nameAt)),
  })
}

function pointContainer(at: string, { name, env, envFrom }: Json, nameAt: NameAt): readonly Json[] {
  const variables = list(env)
    .map(mapping)
    .flatMap((variable) => {
      const reference = mapping(mapping(variable['valueFrom'])['secretKeyRef'])
      const to = renamed(`${at}/env/${text(variable['name'])}`, reference['name'], nameAt)
      if (to === undefined) return []
      return [{ name: variable['name'], valueFrom: { secretKeyRef: { ...reference, name: to } } }]
    })
  const whole = wholeList(envFrom, { field: 'secretRef', at: `${at}/envFrom` }, nameAt)
  const parts = filled({ env: variables, envFrom: whole })
  return Object.keys(parts).length === 0 ? [] : [{ name, ...parts }]
}

function pointVolume(volume: Json, nameAt: NameAt): readonly Json[] {
  const at = `volumes/${text(volume['name'])}`
  const secretName = renamed(at, mapping(volume['secret'])['secretName'], nameAt)
  if (secretName !== undefined) return [{ name: volume['name'], secret: { secretName } }]
  const { sources } = mapping(volume['projected'])
  const whole = wholeList(sources, { field: 'secret', at: `${at}/projected` }, nameAt)
  return whole.length === 0 ? [] : [{ name: volume['name'], projected: { sources: whole } }]
}

/** The whole list with the new names in it, for it has one owner; empty where nothing in it is named anew. */
function wholeList(
  items: unknown,
  { field, at }: { field: string; at: string },
  nameAt: NameAt,
): readonly Json[] {
  const named: string[] = []
  const all = list(items)
    .map(mapping)
    .map((item, index) => {
      const reference = mapping(item[field])
      const to = renamed(`${at}/${index}`, reference['name'], nameAt)
      if (to === undefined) return item
      named.push(to)
      return { ...item, [field]: { ...reference, name: to } }
    })
  return named.length > 0 ? all : []
}

function renamed(place: string, name: unknown, nameAt: NameAt): string | undefined {
  return text(name) === '' ? undefined : nameAt(place, text(name))
}

/** Without the lists that are empty. */
function filled(lists: Readonly<Record<string, readonly Json[]>>): Json {
  return Object.fromEntries(Object.entries(lists).filter(([, items]) => items.length > 0))
}
