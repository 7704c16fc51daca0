import { PREFIX, SET_ANNOTATION } from '../kubernetes/set.ts'
import { SEALED_ANNOTATIONS, scopeAnnotations, type Scope } from '../seal/scope.ts'
import type { SecretManifest } from './manifest.ts'
import { isMapping, mapping, type Mapping, type Node } from './yaml.ts'

export const SEALED_API = 'bitnami.com/v1alpha1'
export const FINGERPRINTS_ANNOTATION = `${PREFIX}/fingerprints`
export const FINGERPRINT_KEY_ANNOTATION = `${PREFIX}/fingerprint-key`

/** What tools leave in annotations that holds values, or that is of a live object alone. */
const NEVER_CARRIED = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kubecfg.ksonnet.io/last-applied-configuration',
]
/** Metadata of a live object: never in a file. */
const LIVE_METADATA = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
]

/** What the controller does where it finds the Secret and has not made it. */
export type ExistingSecret = 'refuse' | 'replace' | 'merge'

export interface SealedParts {
  readonly scope: Scope
  readonly existingSecret: ExistingSecret
  /** The set's name. */
  readonly set: string
  /** Base64, by key. */
  readonly encrypted: ReadonlyMap<string, string>
  /** Undefined where there is no fingerprint key. */
  readonly fingerprints: { readonly id: string; readonly of: ReadonlyMap<string, string> } | undefined
  /** What the file had before; what is not ours in it stays. */
  readonly former: Mapping | undefined
}

/** A SealedSecret, in the order in which people write one. */
export function buildSealedSecret(manifest: SecretManifest, parts: SealedParts): Mapping {
  const { namespace, name } = manifest
  const names = { name, namespace: namespace === '' ? undefined : namespace }
  return mapping({
    apiVersion: SEALED_API,
    kind: 'SealedSecret',
    metadata: new Map([
      ...mapping({ ...names, annotations: ownAnnotations(parts) }),
      ...foreignMetadata(parts),
    ]),
    spec: new Map([
      ['encryptedData', new Map(parts.encrypted)],
      ['template', templateOf(manifest, parts, names)],
    ]),
  })
}

function ownAnnotations({ scope, set, fingerprints, former }: SealedParts): Mapping {
  const lines = [...(fingerprints?.of ?? [])].map(([key, line]) => `${key}: ${line}\n`).join('')
  const own = mapping({
    ...scopeAnnotations(scope),
    [SET_ANNOTATION]: set,
    [FINGERPRINT_KEY_ANNOTATION]: fingerprints?.id,
    [FINGERPRINTS_ANNOTATION]: lines === '' ? undefined : lines,
  })
  return new Map([...foreignAnnotations(former), ...own])
}

/** Annotations of the sealed object itself that somebody else put there: sync waves, notes. */
function foreignAnnotations(former: Mapping | undefined): readonly (readonly [string, Node])[] {
  const ours: readonly string[] = [
    SET_ANNOTATION,
    FINGERPRINTS_ANNOTATION,
    FINGERPRINT_KEY_ANNOTATION,
    SEALED_ANNOTATIONS['namespace-wide'],
    SEALED_ANNOTATIONS['cluster-wide'],
    ...NEVER_CARRIED,
  ]
  const annotations = at(former, 'metadata', 'annotations')
  return isMapping(annotations) ? [...annotations].filter(([name]) => !ours.includes(name)) : []
}

function foreignMetadata({ former }: SealedParts): readonly (readonly [string, Node])[] {
  const metadata = at(former, 'metadata')
  const ours = ['name', 'namespace', 'annotations', ...LIVE_METADATA]
  return isMapping(metadata) ? [...metadata].filter(([name]) => !ours.includes(name)) : []
}

function templateOf(
  { type, labels, annotations, immutable }: SecretManifest,
  { scope, existingSecret, former }: SealedParts,
  names: Readonly<Record<string, Node | undefined>>,
): Mapping {
  const kept = Object.entries(annotations).filter(([name]) => !NEVER_CARRIED.includes(name))
  // The controller replaces the live annotations by these, so that what lets it in has to be here too.
  const let_in = existingSecret === 'refuse' ? {} : { [LET_IN[existingSecret]]: 'true' }
  const template = mapping({
    metadata: mapping({
      ...names,
      labels: mapping({ ...labels }),
      annotations: mapping({ ...Object.fromEntries(kept), ...scopeAnnotations(scope), ...let_in }),
    }),
    type,
    immutable: immutable ? true : undefined,
  })
  // Written by hand, for files that are composed of values in the cluster. It holds none.
  const data = at(former, 'spec', 'template', 'data')
  return isMapping(data) && data.size > 0 ? new Map([...template, ['data', data]]) : template
}

const LET_IN = { replace: SEALED_ANNOTATIONS.managed, merge: SEALED_ANNOTATIONS.patch } as const

/** What stands at this path; undefined where nothing does. */
export function at(root: Node | undefined, ...steps: readonly string[]): Node | undefined {
  let node = root
  for (const step of steps) node = isMapping(node) ? node.get(step) : undefined
  return node
}
