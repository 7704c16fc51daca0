import * as z from 'zod'
import { bool, text } from '../config/schema/scalars.ts'
import { gjsonPath } from './gjson-path.ts'
import type { Fault, Parsed, Reference } from '../values/reference.ts'

/** Where External Secrets finds a value: the `remoteRef` of its objects, without what is the same everywhere. */
export interface RemoteRef {
  readonly key: string
  readonly property?: string
  readonly version?: string
}

/** A kind of store that a cluster's operator, or ECS, reads by itself: nothing is read from it here. */
export interface RemoteKind<S extends z.ZodType = z.ZodType> {
  readonly settings: S
  /** Where the operator finds what a reference names. A fault never quotes. */
  readonly locate: (reference: Reference, settings: z.output<S>) => Parsed<RemoteRef>
  /** `spec.provider` of its SecretStore; a fault where the settings do not suffice for one. */
  readonly provider: (settings: z.output<S>) => Parsed<Readonly<Record<string, unknown>>>
}

/** Ties a kind's settings to what is made of them. */
export function remoteStore<S extends z.ZodType>(kind: RemoteKind<S>): RemoteKind<S> {
  return kind
}

const STORE_KINDS = ['SecretStore', 'ClusterSecretStore'] as const

/** The block `external` of a store: how the operator's own store is called, and whether it is rendered. */
export function external<A extends z.ZodType>(auth: A) {
  return z
    .strictObject({
      name: text().optional().describe('The name of the operator’s store. Default: the name of this entry.'),
      kind: z
        .enum(STORE_KINDS)
        .optional()
        .describe('Of which kind the operator’s store is. Default: SecretStore.'),
      render: bool.optional().describe('Render the store’s object too. Default: false: it exists already.'),
      auth: auth
        .optional()
        .describe('How the operator logs in, in its own words; only where `render: true`.'),
    })
    .optional()
    .describe('How External Secrets knows this store.')
}

/** The part of every kind's settings that says how the operator's store is called. */
export const externalName = z.looseObject({
  external: z
    .looseObject({ name: text().optional(), kind: z.enum(STORE_KINDS).optional(), render: bool.optional() })
    .optional(),
})

/** A key of a Secret, in the operator's words. */
export const secretKey = z.strictObject({ name: text(), key: text(), namespace: text().optional() })

/** A service account, in the operator's words. */
export const serviceAccount = z.strictObject({
  name: text(),
  namespace: text().optional(),
  audiences: z.array(text()).optional(),
})

/** The remoteRef of what a reference names, once its parts have been checked. */
export function remoteRef(
  key: string,
  property: string | undefined,
  version: string | undefined,
): Parsed<RemoteRef> {
  const path = property === undefined ? undefined : gjsonPath(property)
  if (path?.ok === false) return path
  const named = path === undefined ? {} : { property: path.value }
  return { ok: true, value: { key, ...named, ...(version === undefined ? {} : { version }) } }
}

/** Every key of the query is one of `known`, and no more than one is there; else the fault to tell. */
export function checkQuery({ query }: Reference, known: readonly string[]): Fault | undefined {
  const names = Object.keys(query)
  const hint =
    known.length === 0
      ? 'drop `?…` from the reference'
      : `this kind of store knows ${known.map((name) => `\`?${name}=…\``).join(' or ')}`
  if (names.some((name) => !known.includes(name)))
    return { message: 'a reference with a query that its kind of store does not know', hint }
  if (names.length > 1) return { message: 'a reference that pins two versions', hint: 'keep one of them' }
  return undefined
}

export function fault(message: string, hint: string): { ok: false } & Fault {
  return { ok: false, message, hint }
}
