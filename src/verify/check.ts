import type { Place } from '../error.ts'
import type { Secret } from '../secret.ts'
import type { Attempts, Expectation, PodTarget, Through } from './spec.ts'

/** A check with its values in place, in one namespace. */
export interface Check {
  readonly name: string
  /** The Secret whose change it checks, in any of these namespaces; undefined: any Secret of the run. */
  readonly secret: { readonly name: string; readonly namespaces: readonly string[] } | undefined
  /** Where its pod or service is. */
  readonly namespace: string
  readonly always: boolean
  readonly attempts: Attempts
  readonly probe: HttpProbe | ExecProbe
  readonly at: Place
}

export interface HttpProbe {
  readonly kind: 'http'
  /** Holds no value. */
  readonly url: URL
  readonly through: Through | undefined
  readonly method: string
  readonly headers: ReadonlyMap<string, Secret>
  readonly body: Secret | undefined
  readonly expect: Expectation
}

export interface ExecProbe {
  readonly kind: 'exec'
  readonly target: PodTarget
  readonly container: string | undefined
  readonly command: readonly string[]
  readonly stdin: Secret | undefined
  readonly showLogs: boolean
}
