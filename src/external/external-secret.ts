import type { SecretSpec } from '../config/config.ts'
import type { ExternalSettings } from '../config/schema/external-secret.ts'
import { describeReference } from '../values/reference.ts'
import { placeholders, type Template, type Use } from '../values/template.ts'
import { escapeText } from './expression.ts'
import { API_VERSION, compact, metadataOf, type OperatorObject } from './manifest.ts'
import { createNames } from './names.ts'
import { operatorTemplate, registryTemplate } from './template.ts'
import type { OperatorStore, RemoteValue } from './values.ts'

/** What the operator reads: `secretKey` is what its templates call it, or the key in the Secret where there are none. */
interface Item {
  readonly secretKey: string
  readonly value: RemoteValue
}

/**
 * The ExternalSecret by which the operator makes the Secret, with the bytes that writing it directly would give. `of`
 * answers every value of the Secret; one at least there must be, for the operator makes no Secret without any.
 */
export function externalSecret(
  spec: SecretSpec,
  namespace: string,
  of: (use: Use) => RemoteValue,
): OperatorObject {
  const { items, template } = contentOf(spec, of)
  const store = items[0]?.value.store
  const { 'refresh-interval': refreshInterval = '1h', 'refresh-policy': refreshPolicy = 'Periodic' } =
    spec.external
  return {
    kind: 'ExternalSecret',
    namespace,
    name: spec.name,
    sources: sourcesOf(spec, of),
    body: {
      apiVersion: API_VERSION,
      kind: 'ExternalSecret',
      metadata: metadataOf(spec.name, namespace),
      spec: {
        refreshPolicy,
        refreshInterval,
        secretStoreRef: store === undefined ? undefined : refOf(store),
        target: target(spec, template),
        data: items.map((item) => dataItem(item, store)),
      },
    },
  }
}

function sourcesOf(spec: SecretSpec, of: (use: Use) => RemoteValue): ReadonlyMap<string, string> {
  const source = (templates: readonly Template[]): string => {
    const uses = templates.flatMap((template) => placeholders(template)).map(({ use }) => use)
    const named = new Set(uses.map((use) => describeReference(of(use).reference)))
    return named.size === 0 ? 'literal' : [...named].join(', ')
  }
  const keys = [...spec.data].map(([key, { template }]) => [key, source([template])] as const)
  const logins = spec.registries.flatMap(({ username, password }) => [username.template, password.template])
  const document = logins.length === 0 ? [] : [['.dockerconfigjson', source(logins)] as const]
  return new Map([...keys, ...document].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Everything is said, also what is the default: a controller that compares with Git would find it to differ. */
function target(spec: SecretSpec, data: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const { name, type, labels, annotations, immutable, external } = spec
  return compact({
    name,
    ...policies(external),
    immutable: immutable ? true : undefined,
    template: compact({
      engineVersion: 'v2',
      mergePolicy: 'Replace',
      type,
      metadata: compact({ labels: escapeAll(labels), annotations: escapeAll(annotations) }),
      data,
    }),
  })
}

function policies(external: ExternalSettings): Readonly<Record<string, string>> {
  const { 'creation-policy': creationPolicy = 'Owner', 'deletion-policy': deletionPolicy = 'Retain' } =
    external
  return { creationPolicy, deletionPolicy }
}

interface Content {
  readonly items: readonly Item[]
  /** Empty where every key is a value as it is. */
  readonly template: Readonly<Record<string, string>>
}

function contentOf(spec: SecretSpec, of: (use: Use) => RemoteValue): Content {
  const keys = [...spec.data].sort(([a], [b]) => (a < b ? -1 : 1))
  const plain = keys.flatMap(([key, { template }]) => {
    const use = wholeValue(template)
    return use === undefined ? [] : [{ secretKey: key, value: of(use) }]
  })
  if (plain.length === keys.length && spec.registries.length === 0) return { items: plain, template: {} }
  return composed(spec, keys, of)
}

/** Where one key is composed, all keys stand in the template, for it replaces what is read. */
function composed(
  spec: SecretSpec,
  keys: readonly (readonly [string, { readonly template: Template }])[],
  of: (use: Use) => RemoteValue,
): Content {
  const names = createNames()
  const items = new Map<string, Item>()
  const keyOf = (use: Use): string => {
    const secretKey = names(use)
    items.set(secretKey, { secretKey, value: of(use) })
    return secretKey
  }
  const written = keys.map(([key, { template }]) => [key, operatorTemplate(template, keyOf)] as const)
  const document =
    spec.registries.length === 0
      ? []
      : [['.dockerconfigjson', registryTemplate(spec.registries, keyOf)] as const]
  return { template: Object.fromEntries([...written, ...document]), items: [...items.values()] }
}

/** The one value that the template is, without filters; undefined where it is composed. */
function wholeValue(template: Template): Use | undefined {
  const [first] = placeholders(template)
  return template.parts.length === 1 && first?.filters.length === 0 ? first.use : undefined
}

function dataItem(
  { secretKey, value }: Item,
  main: OperatorStore | undefined,
): Readonly<Record<string, unknown>> {
  const { store, remoteRef } = value
  const same = store.name === main?.name && store.kind === main.kind
  return {
    secretKey,
    ...(same ? {} : { sourceRef: { storeRef: refOf(store) } }),
    remoteRef: {
      ...remoteRef,
      conversionStrategy: 'Default',
      decodingStrategy: 'None',
      metadataPolicy: 'None',
    },
  }
}

function refOf({ name, kind }: OperatorStore): Readonly<Record<string, string>> {
  return { name, kind }
}

/** The operator takes labels and annotations for templates too. */
function escapeAll(words: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(words).map(([key, word]) => [key, escapeText(word)]))
}
