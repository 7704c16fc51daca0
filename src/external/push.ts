import type { Config, SecretSpec } from '../config/config.ts'
import type { Place, Problem } from '../error.ts'
import { describeReference, type Fault, type Reference } from '../values/reference.ts'
import { placeholders } from '../values/template.ts'
import { metadataOf, type OperatorObject } from './manifest.ts'
import { remoteValue, type RemoteValue } from './values.ts'

/** PushSecret is of an older version of the operator's API than the rest. */
const API_VERSION = 'external-secrets.io/v1alpha1'

interface Pushed {
  readonly key: string
  readonly value: RemoteValue
}

/** The PushSecrets of a Secret, one for each store that its keys are pushed to. */
export function pushSecrets(
  config: Config,
  spec: SecretSpec,
  namespace: string,
): { objects: readonly OperatorObject[]; problems: readonly Problem[] } {
  const problems: Problem[] = []
  const pushed = [...spec.push].flatMap(([key, { to, at }]): Pushed[] => {
    const value = remoteValue(config, to)
    const wrong = 'store' in value ? faultOf(config, spec, { key, to, value }) : value
    if (wrong !== undefined) problems.push(problemOf(spec, key, { ...wrong, at }))
    return 'store' in value ? [{ key, value }] : []
  })
  const stores = [...Map.groupBy(pushed, ({ value }) => value.reference.store)]
  const objects = stores.map(([store, items]) =>
    pushSecret(spec, items, {
      isSecretsManager: config.stores.get(store)?.['kind'] === 'aws-secrets-manager',
      namespace,
      name: stores.length === 1 ? spec.name : `${spec.name}-${store}`,
    }),
  )
  return { objects, problems }
}

function pushSecret(
  spec: SecretSpec,
  items: readonly Pushed[],
  { namespace, name, isSecretsManager }: { namespace: string; name: string; isSecretsManager: boolean },
): OperatorObject {
  const [first] = items
  const { 'refresh-interval': refreshInterval = '1h' } = spec.external
  return {
    kind: 'PushSecret',
    namespace,
    name,
    sources: new Map(items.map(({ key, value }) => [key, `to ${describeReference(value.reference)}`])),
    body: {
      apiVersion: API_VERSION,
      kind: 'PushSecret',
      metadata: metadataOf(name, namespace),
      spec: {
        refreshInterval,
        updatePolicy: 'Replace',
        deletionPolicy: 'None',
        secretStoreRefs: first === undefined ? [] : [{ ...first.value.store }],
        selector: { secret: { name: spec.name } },
        data: items.map(({ key, value: { remoteRef } }) => ({
          match: {
            secretKey: key,
            remoteRef: {
              remoteKey: remoteRef.key,
              ...(remoteRef.property === undefined ? {} : { property: remoteRef.property }),
            },
          },
          conversionStrategy: 'None',
          ...(isSecretsManager ? { metadata: AS_TEXT } : {}),
        })),
      },
    },
  }
}

/** The operator pushes bytes to AWS unless it is told to push text, which ECS and consoles want. */
const AS_TEXT = {
  apiVersion: 'kubernetes.external-secrets.io/v1alpha1',
  kind: 'PushSecretMetadata',
  spec: { secretPushFormat: 'string' },
} as const

function faultOf(
  { values }: Config,
  spec: SecretSpec,
  { key, to, value }: { key: string; to: Reference; value: RemoteValue },
): Fault | undefined {
  const template = spec.data.get(key)?.template
  if (template === undefined)
    return { message: 'the Secret has no such key', hint: 'push a key that stands under its `data`' }
  if (value.remoteRef.version !== undefined)
    return { message: 'a version to push to', hint: 'drop `?…`: what is pushed becomes the newest version' }
  if (/[^A-Za-z0-9_-]/.test(value.remoteRef.property ?? ''))
    return {
      message: 'a property that can’t be pushed to',
      hint: 'push to a top-level property of letters, digits, `_` and `-`',
    }
  const sources = placeholders(template).map(({ use }) =>
    use.kind === 'value' ? values.get(use.name)?.from : use.reference,
  )
  const loops = sources.some(
    (from) => from !== undefined && describeReference(from) === describeReference(to),
  )
  return loops
    ? { message: 'a key is pushed to where it comes from', hint: 'drop it from `push`, or read it elsewhere' }
    : undefined
}

function problemOf({ id }: SecretSpec, key: string, { message, hint, at }: Fault & { at: Place }): Problem {
  return { code: 'CONFIG_INVALID', message: `${id}: \`push\` of ${key}: ${message}`, hint, at }
}
