import type { Config, SecretSpec } from '../config/config.ts'
import { templatesOf } from '../config/names.ts'
import type { Problem } from '../error.ts'
import { duplicates } from '../manifests/build.ts'
import { checkManifest } from '../manifests/check.ts'
import type { SecretManifest } from '../manifests/manifest.ts'
import { checkRegistryHost, registryKey } from '../manifests/registry-host.ts'
import { placeholders, type Use } from '../values/template.ts'
import { externalSecret } from './external-secret.ts'
import type { OperatorObject } from './manifest.ts'
import { pushSecrets } from './push.ts'
import { operatorStores, type StoreUse } from './store.ts'
import { remoteValues, type RemoteValue, type RemoteValues } from './values.ts'

export interface RenderedObjects {
  readonly objects: readonly OperatorObject[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  /** What is to be said without being wrong. */
  readonly notices: readonly string[]
}

/**
 * The objects by which External Secrets makes the Secrets of the configuration: pure, for no value is read. Where there
 * are problems the objects are not all there.
 */
export function renderExternal(config: Config, defaultNamespace: string): RenderedObjects {
  const values = remoteValues(config, '`deliver: external-secret`')
  const rendered = config.secrets.map((spec) => renderSecret(config, spec, { values, defaultNamespace }))
  const stores = operatorStores(
    config,
    rendered.flatMap(({ uses }) => uses),
  )
  const outlines = rendered.flatMap(({ outline }) => outline)
  const checks = outlines.map((outline) => checkManifest(outline, 0))
  return {
    objects: [...stores.objects, ...rendered.flatMap(({ objects }) => objects)],
    problems: [
      ...values.problems,
      ...rendered.flatMap(({ problems }) => problems),
      ...stores.problems,
      ...duplicates(outlines),
      ...checks.flatMap(({ problems }) => problems),
    ],
    warnings: checks.flatMap(({ warnings }) => warnings),
    notices: unjudged(config),
  }
}

/** What of the Secrets is pushed into stores, however they themselves get to the cluster. */
export function renderPushes(
  config: Config,
  defaultNamespace: string,
): Pick<RenderedObjects, 'objects' | 'problems'> {
  const pushes = config.secrets.flatMap((spec) =>
    namespacesOf(spec, defaultNamespace).map((namespace) => pushSecrets(config, spec, namespace)),
  )
  const uses = config.secrets.flatMap((spec) =>
    namespacesOf(spec, defaultNamespace).flatMap((namespace) =>
      [...spec.push.values()].map(({ to, at }) => ({ store: to.store, namespace, at })),
    ),
  )
  const stores = operatorStores(config, uses)
  return {
    objects: [...stores.objects, ...pushes.flatMap(({ objects }) => objects)],
    problems: [...pushes.flatMap(({ problems }) => problems), ...stores.problems],
  }
}

function namespacesOf({ namespaces }: SecretSpec, defaultNamespace: string): readonly string[] {
  return namespaces.length === 0 ? [defaultNamespace] : namespaces
}

interface Given {
  readonly values: RemoteValues
  readonly defaultNamespace: string
}

interface RenderedSecret {
  readonly objects: readonly OperatorObject[]
  readonly uses: readonly StoreUse[]
  readonly outline: readonly SecretManifest[]
  readonly problems: readonly Problem[]
}

function renderSecret(config: Config, spec: SecretSpec, { values, defaultNamespace }: Given): RenderedSecret {
  const namespaces = namespacesOf(spec, defaultNamespace)
  const used = templatesOf(spec)
    .flatMap(({ template }) => placeholders(template))
    .map(({ use }) => values.of(use))
  const known = used.filter((value) => value !== undefined)
  const pushes = namespaces.map((namespace) => pushSecrets(config, spec, namespace))
  const external = (namespace: string): readonly OperatorObject[] =>
    known.length === used.length && used.length > 0 ? [externalSecret(spec, namespace, demanded(values))] : []
  const stores = new Set([
    ...known.map(({ reference }) => reference.store),
    ...[...spec.push.values()].map(({ to }) => to.store),
  ])
  return {
    objects: namespaces.flatMap((namespace, index) => [
      ...external(namespace),
      ...(pushes[index]?.objects ?? []),
    ]),
    uses: namespaces.flatMap((namespace) => [...stores].map((store) => ({ store, namespace, at: spec.at }))),
    outline: namespaces.map((namespace) => outlineOf(spec, namespace)),
    problems: [...secretProblems(spec, used.length), ...(pushes[0]?.problems ?? [])],
  }
}

function demanded(values: RemoteValues): (use: Use) => RemoteValue {
  return (use) => {
    const value = values.of(use)
    if (value === undefined) throw new Error(`a ${use.kind} was used that nobody found`)
    return value
  }
}

/** The Secret without its values, for what can be said of it all the same. */
function outlineOf(spec: SecretSpec, namespace: string): SecretManifest {
  const { name, type, labels, annotations, immutable, at } = spec
  const keys = [...spec.data.keys(), ...(spec.registries.length === 0 ? [] : ['.dockerconfigjson'])]
  const data = new Map(keys.sort().map((key) => [key, { value: undefined, source: '' }]))
  return { kind: 'Secret', namespace, name, type, data, labels, annotations, immutable, at }
}

function secretProblems(spec: SecretSpec, uses: number): readonly Problem[] {
  const { id, at, registries, external } = spec
  const problem = (message: string, hint: string): Problem => ({
    code: 'CONFIG_INVALID',
    message: `${id}: ${message}`,
    hint,
    at,
  })
  const hosts = registries.flatMap(({ host }) => checkRegistryHost(host) ?? [])
  const keys = registries.map(({ host }) => registryKey(host))
  const twice = keys.some((key, index) => key !== undefined && keys.indexOf(key) !== index)
  const deletes =
    external['deletion-policy'] === 'Delete' && (external['creation-policy'] ?? 'Owner') !== 'Owner'
  return [
    ...(uses === 0 ? [problem(...NOTHING_READ)] : []),
    ...(deletes ? [problem(...DELETES_OTHERS)] : []),
    ...(twice ? [problem('two log-ins for one registry', 'keep one of them')] : []),
    ...hosts.map(({ message, hint }) => problem(message, hint)),
  ]
}

const NOTHING_READ = [
  'External Secrets makes no Secret of text alone, and this one reads nothing from a store',
  'put what is no secret into a ConfigMap, or its keys into a Secret that reads something',
] as const

const DELETES_OTHERS = [
  '`deletion-policy: Delete` where the Secret is not its ExternalSecret’s own',
  'set `creation-policy: Owner`, or keep the Secret with `deletion-policy: Retain`',
] as const

/** Demands on values that this run does not see. */
function unjudged({ unjudged: names }: Config): readonly string[] {
  if (names.length === 0) return []
  const list = names.map((name) => `\`${name}\``).join(', ')
  return [
    `\`require\` and \`rotate\` of ${list} are not kept here: the operator reads the values, this run does not`,
  ]
}
