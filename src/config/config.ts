import type { Place } from '../error.ts'
import type { RestartPolicy } from '../kubernetes/consumers/policy.ts'
import type { Delivery } from './deliveries.ts'
import type { ExternalSettings } from './schema/external-secret.ts'
import type { TakeOverWish } from '../kubernetes/take-over.ts'
import type { Scope } from '../seal/scope.ts'
import type { Reference } from '../values/reference.ts'
import type { Template } from '../values/template.ts'
import type { CheckSpec } from '../verify/spec.ts'

/** A value declared under `values`, for the chosen environment. */
export interface ValueSpec {
  readonly name: string
  readonly from: Reference
  readonly optional: boolean
  /** What happens to the live key when an optional value is absent. */
  readonly whenAbsent: 'keep' | 'remove'
  readonly allowEmpty: boolean
  readonly at: Place
}

export interface TemplateSpec {
  readonly template: Template
  readonly at: Place
}

/** A log-in of a registry, for `type: registry`. */
export interface RegistrySpec {
  readonly host: string
  readonly username: TemplateSpec
  readonly password: TemplateSpec
  readonly email: TemplateSpec | undefined
}

/** A Secret as declared. Helper fields (`cert`, `username`, …) stand under `data` already, registries apart. */
export interface SecretSpec {
  /** Its key under `secrets`, or the `name` input. */
  readonly id: string
  readonly name: string
  /** Empty: the kubeconfig context's namespace. */
  readonly namespaces: readonly string[]
  /** The full type. */
  readonly type: string
  readonly data: ReadonlyMap<string, TemplateSpec>
  readonly registries: readonly RegistrySpec[]
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly immutable: boolean
  /** Undefined: it has the one name. Else each change makes a new one, and so many former ones stay. */
  readonly generations: { readonly keepOld: number } | undefined
  /** Which workloads are restarted when it changes; undefined: what the `restart` input says. */
  readonly restart: RestartPolicy | undefined
  readonly allowEmpty: boolean
  /** Where it can be unsealed; undefined: what all Secrets of the run have. */
  readonly scope: Scope | undefined
  /** How an operator treats it; the Secret's own settings over the file's. */
  readonly external: ExternalSettings
  /** Keys whose values an operator pushes into a store. */
  readonly push: ReadonlyMap<string, { readonly to: Reference; readonly at: Place }>
  /** What it says itself of what may be taken from others. */
  readonly takeOver: TakeOverWish
  readonly at: Place
}

/** How Secrets are sealed. What is undefined, the file does not say. */
export interface SealSpec {
  /** A path, an https URL, or `controller`. */
  readonly certificate: string | undefined
  /** As it was written. */
  readonly certificateFingerprint: string | undefined
  readonly controller: ControllerSpec
  readonly scope: Scope
  readonly fingerprintKey: TemplateSpec | undefined
  /** Whether a new certificate seals everything anew. */
  readonly resealsOnNewCertificate: boolean
  readonly existingSecret: 'refuse' | 'replace' | 'merge'
  readonly at: Place
}

/** Where the Sealed Secrets controller is; undefined: where its installers put it. */
export interface ControllerSpec {
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly port: string | undefined
}

/** What the run is asked to do, from the inputs or the file: the same thing either way. */
export interface Config {
  readonly set: string
  readonly environment: string | undefined
  /** The uid of kube-system that the cluster must have; undefined where any will do. */
  readonly clusterUid: string | undefined
  /** What the file says of the journal; undefined: nothing. */
  readonly journal: boolean | undefined
  /** How many former states the file wants kept; undefined: it does not say. */
  readonly history: number | undefined
  /** Values with demands or rotation (`require`, `rotate`), which nobody keeps who does not read the values. */
  readonly unjudged: readonly string[]
  /** What the file says of what may be taken from others. */
  readonly takeOver: TakeOverWish
  /** Whether Secrets go that are declared no more, and how many at once; undefined: the file does not say. */
  readonly prune: boolean | undefined
  readonly pruneLimit: number | undefined
  readonly deliver: Delivery
  readonly outputDirectory: string | undefined
  /** The directory that Secrets may be written to as they are. */
  readonly allowPlaintext: string | undefined
  /** Whether a kustomization is kept in step, or made. */
  readonly kustomization: 'auto' | 'create' | 'off'
  readonly seal: SealSpec
  readonly values: ReadonlyMap<string, ValueSpec>
  readonly secrets: readonly SecretSpec[]
  /** What is verified after the writes: of the run, and of each Secret. */
  readonly checks: readonly CheckSpec[]
  /** Stores with settings, by name; built-in ones need no entry. */
  readonly stores: ReadonlyMap<string, Readonly<Record<string, unknown>>>
}
