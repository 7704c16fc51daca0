import { list, mapping, text } from '../objects.ts'

/** In which way a pod, an Ingress or a ServiceAccount gets at a Secret. */
export type Way =
  'env' | 'envFrom' | 'subPath' | 'volume' | 'init container' | 'volume driver' | 'imagePullSecrets' | 'TLS'

/** Some keys of a Secret: those named, or all but those named. */
export interface Keys {
  readonly all: boolean
  readonly named: ReadonlySet<string>
}

/** One use of a Secret. */
export interface Read {
  readonly secret: string
  /** What of the Secret it depends on. */
  readonly keys: Keys
  readonly way: Way
  /** Whether a pod has it from its start and keeps it so, whatever becomes of the Secret. */
  readonly atStart: boolean
  /** Whether pods start without it. */
  readonly optional: boolean
}

type Json = Readonly<Record<string, unknown>>

const ALL: Keys = { all: true, named: new Set() }

/** Whether a key is among them. */
export function includesKey({ all, named }: Keys, key: string): boolean {
  return all !== named.has(key)
}

/** Every use that the pods of a spec make of Secrets, in the order of the spec. */
export function readsOfPod(podSpec: unknown): readonly Read[] {
  const spec = mapping(podSpec)
  const containers = containersOf(spec)
  return [
    ...containers.flatMap(({ container }) => readsOfEnvironment(container)),
    ...list(spec['volumes']).flatMap((volume) => readsOfVolume(mapping(volume), containers)),
    ...pullSecrets(spec['imagePullSecrets']),
  ]
}

/** The uses of a list of `{name}`, as pods and ServiceAccounts have it for pulling images. */
export function pullSecrets(references: unknown): readonly Read[] {
  return list(references).flatMap((reference) =>
    use(text(mapping(reference)['name']), {
      way: 'imagePullSecrets',
      keys: ALL,
      atStart: false,
      optional: true,
    }),
  )
}

/** The certificates of an Ingress, which its controller reads anew. */
export function readsOfIngress(ingressSpec: unknown): readonly Read[] {
  return list(mapping(ingressSpec)['tls']).flatMap((entry) =>
    use(text(mapping(entry)['secretName']), { way: 'TLS', keys: ALL, atStart: false, optional: false }),
  )
}

interface Container {
  readonly container: Json
  /** Whether it runs once, before the others: what it read then is never read again. */
  readonly once: boolean
}

function containersOf(spec: Json): readonly Container[] {
  const of = (field: string): readonly Json[] => list(spec[field]).map(mapping)
  return [
    ...of('initContainers').map((container) => ({
      container,
      once: container['restartPolicy'] !== 'Always',
    })),
    ...[...of('containers'), ...of('ephemeralContainers')].map((container) => ({ container, once: false })),
  ]
}

function readsOfEnvironment(container: Json): readonly Read[] {
  const env = list(container['env']).map(mapping)
  const single = env.flatMap(({ valueFrom }) => {
    const { name, key, optional } = mapping(mapping(valueFrom)['secretKeyRef'])
    const keys = { all: false, named: new Set([text(key)]) }
    return use(text(name), { way: 'env', keys, atStart: true, optional: optional === true })
  })
  const whole = list(container['envFrom']).flatMap((source) => {
    const { secretRef, prefix } = mapping(source)
    const { name, optional } = mapping(secretRef)
    const keys = { all: true, named: overridden(env, text(prefix)) }
    return use(text(name), { way: 'envFrom', keys, atStart: true, optional: optional === true })
  })
  return [...single, ...whole]
}

/** The keys whose variables `env` sets to something else: it goes before `envFrom`. */
function overridden(env: readonly Json[], prefix: string): ReadonlySet<string> {
  const values = env.map(({ value }) => text(value)).join('\n')
  const names = env.map(({ name }) => text(name)).filter((name) => !values.includes(`$(${name})`))
  return new Set(names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)))
}

function readsOfVolume(volume: Json, containers: readonly Container[]): readonly Read[] {
  const mounts = containers.flatMap(({ container, once }) =>
    list(container['volumeMounts'])
      .map(mapping)
      .filter(({ name }) => name === volume['name'])
      .map((mount) => ({ mount, once })),
  )
  return [
    ...sourcesOf(volume).flatMap((source) => readsOfSource(source, mounts)),
    ...driverSecrets(volume).flatMap((name) =>
      use(name, { way: 'volume driver', keys: ALL, atStart: true, optional: false }),
    ),
  ]
}

interface Source {
  readonly secret: string
  readonly optional: boolean
  /** Paths of chosen keys; undefined: every key under its own name. */
  readonly items: readonly { readonly key: string; readonly path: string }[] | undefined
}

function sourcesOf(volume: Json): readonly Source[] {
  const { secretName, items, optional } = mapping(volume['secret'])
  const projected = list(mapping(volume['projected'])['sources']).map((each) =>
    mapping(mapping(each)['secret']),
  )
  return [
    { secret: text(secretName), optional: optional === true, items: itemsOf(items) },
    ...projected.map((each) => ({
      secret: text(each['name']),
      optional: each['optional'] === true,
      items: itemsOf(each['items']),
    })),
  ].filter(({ secret }) => secret !== '')
}

function itemsOf(items: unknown): Source['items'] {
  if (list(items).length === 0) return undefined
  return list(items)
    .map(mapping)
    .map(({ key, path }) => ({ key: text(key), path: text(path) }))
}

interface Mount {
  readonly mount: Json
  readonly once: boolean
}

function readsOfSource(source: Source, mounts: readonly Mount[]): readonly Read[] {
  const { secret, optional } = source
  const chosen = source.items === undefined ? ALL : only(source.items.map(({ key }) => key))
  const plain: Omit<Read, 'secret'> = { way: 'volume', keys: chosen, atStart: false, optional }
  if (mounts.length === 0) return use(secret, plain)
  return mounts.flatMap(({ mount, once }) => {
    const part = text(mount['subPath']) || text(mount['subPathExpr'])
    if (part !== '')
      return use(secret, { ...plain, way: 'subPath', atStart: true, keys: below(source, part) })
    return use(secret, once ? { ...plain, way: 'init container', atStart: true } : plain)
  })
}

/** The keys at a path within a volume, or below it. A path with a variable in it may be any. */
function below({ items }: Source, part: string): Keys {
  if (part.includes('$(')) return items === undefined ? ALL : only(items.map(({ key }) => key))
  const path = part.replace(/\/+$/, '')
  if (items === undefined) return only([path])
  return only(
    items.filter((item) => item.path === path || item.path.startsWith(`${path}/`)).map(({ key }) => key),
  )
}

/** Secrets that go to the driver of a volume when it is mounted, which is when a pod starts. */
function driverSecrets(volume: Json): readonly string[] {
  const named = ['cephfs', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].map((driver) =>
    text(mapping(mapping(volume[driver])['secretRef'])['name']),
  )
  return [
    text(mapping(mapping(volume['csi'])['nodePublishSecretRef'])['name']),
    text(mapping(volume['azureFile'])['secretName']),
    ...named,
  ]
}

function only(keys: readonly string[]): Keys {
  return { all: false, named: new Set(keys) }
}

/** The use of a Secret by name; nothing where no name is given. */
function use(secret: string, read: Omit<Read, 'secret'>): readonly Read[] {
  return secret === '' ? [] : [{ secret, ...read }]
}
