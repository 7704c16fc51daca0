import type * as z from 'zod'
import type { Effects } from '../effects.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Secret } from '../secret.ts'

/** Where in a store: the key, the version or stage that the query pins, and the property where the store owns it. */
export interface At {
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  /** Set only for stores with `addressing: 'key#property'`, which find the value by both. */
  readonly property?: string
}

/** A place that values are read from. */
export interface Store {
  /** For reports. Never holds a credential. */
  readonly describe: string
  /**
   * The value at `at`, masked already, and the version it has there; undefined when the store has no such key.
   * An empty value is a value. Throws an ActionError only when it could not look: refused, unreachable, malformed.
   */
  read(at: At): Promise<{ readonly value: Secret; readonly version?: string } | undefined>
}

/** What a store is opened with, besides its settings. */
export interface StoreContext extends Pick<Effects, 'env' | 'files' | 'secret' | 'scrub'> {
  /** The `github-secrets` input: names as GitHub gave them; undefined where the input is not set. */
  readonly githubSecrets: ReadonlyMap<string, Secret> | undefined
  /** The connected cluster; connects at the first call. */
  readonly cluster: () => Promise<Cluster>
}

/** A kind of store: its settings in the configuration, how it is addressed, and how one is opened. */
export interface StoreKind<S extends z.ZodType = z.ZodType> {
  readonly settings: S
  /** `key`: `#property` picks from the JSON value. `key#property`: the store itself needs both to find a value. */
  readonly addressing: 'key' | 'key#property'
  readonly open: (settings: z.output<S>, context: StoreContext) => Store
}

/** Ties a kind's settings to its opener. */
export function store<S extends z.ZodType>(kind: StoreKind<S>): StoreKind<S> {
  return kind
}
