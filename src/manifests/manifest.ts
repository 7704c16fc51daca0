import type { Place } from '../error.ts'
import type { RestartPolicy } from '../kubernetes/consumers/policy.ts'
import type { TakeOverWish } from '../kubernetes/take-over.ts'
import type { Scope } from '../seal/scope.ts'
import type { Secret } from '../secret.ts'

/**
 * One key of a Secret that is to be: its value and where it came from, for reports (`env://JWT_SECRET_KEY`, or several
 * joined by `, `). `value` is undefined where an optional value is absent: what is live at the key then stays as it is.
 */
export interface Entry {
  readonly value: Secret | undefined
  readonly source: string
}

/** A Kubernetes Secret as it is to be, before the cluster is asked. */
export interface SecretManifest {
  readonly kind: 'Secret'
  readonly namespace: string
  readonly name: string
  /** The full type: `Opaque`, `kubernetes.io/tls`, … */
  readonly type: string
  /** Sorted by key. */
  readonly data: ReadonlyMap<string, Entry>
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly immutable: boolean
  /** Undefined: `name` is its name. Else that is what each generation is named after, until the cluster was asked. */
  readonly generations?: { readonly keepOld: number } | undefined
  /** What it says itself of what may be taken from others. */
  readonly takeOver?: TakeOverWish
  /** Which workloads are restarted when it changes; undefined: none. */
  readonly restart?: RestartPolicy
  /** Where it can be unsealed; undefined: where all Secrets of the run can be. */
  readonly scope?: Scope | undefined
  /** Where the configuration declares it. */
  readonly at: Place
}
