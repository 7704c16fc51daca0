import type { TemplateSpec } from '../config/config.ts'
import type { Place } from '../error.ts'

/** A check as it is declared, before its values are in place. */
export interface CheckSpec {
  readonly name: string
  /** The key under `secrets` of the Secret it belongs to; undefined for the whole run. */
  readonly secret: string | undefined
  /** Where pods and services are looked for. Empty: the kubeconfig context's namespace. */
  readonly namespaces: readonly string[]
  /** Whether it is made in runs that change nothing too. */
  readonly always: boolean
  readonly attempts: Attempts
  readonly probe: HttpSpec | ExecSpec
  readonly at: Place
}

export interface Attempts {
  /** How often it is tried again. */
  readonly retries: number
  readonly intervalMs: number
  /** Of one attempt. */
  readonly timeoutMs: number
}

export interface HttpSpec {
  readonly kind: 'http'
  /** Complete, or a path where the request goes through a pod. Holds no value. */
  readonly url: string
  readonly through: Through | undefined
  readonly method: string
  readonly headers: ReadonlyMap<string, TemplateSpec>
  readonly basicAuth: { readonly username: TemplateSpec; readonly password: TemplateSpec } | undefined
  readonly body: TemplateSpec | undefined
  readonly expect: Expectation
}

export interface Expectation {
  /** Undefined: any from 200 to 299. */
  readonly statuses: readonly number[] | undefined
  /** Names, or JSON pointers, of fields that must be there. */
  readonly fields: readonly string[]
}

/** What a request is let into the cluster by, and the port there: a number or a name. */
export interface Through {
  readonly kind: ThroughKind
  readonly name: string
  readonly port: string
}

export type ThroughKind = PodOwner | 'service'
/** What has pods of its own, or is one. */
export type PodOwner = 'deployment' | 'statefulset' | 'daemonset' | 'pod'

export interface ExecSpec {
  readonly kind: 'exec'
  readonly target: PodTarget
  readonly container: string | undefined
  readonly command: readonly [string, ...string[]]
  readonly stdin: TemplateSpec | undefined
  readonly showLogs: boolean
}

/** Which pod: one of a workload, or one that a label selector finds. */
export type PodTarget =
  | { readonly kind: PodOwner; readonly name: string }
  | { readonly kind: 'selector'; readonly selector: string }
