import type { Secret } from '../secret.ts'
import type { Containers } from './streams/containers.ts'
import type { Workloads } from './workloads.ts'

/** Which object: enough for a URL. */
export interface Ref {
  readonly namespace: string
  readonly name: string
}

/** `namespace/name`. */
export function idOf({ namespace, name }: Ref): string {
  return `${namespace}/${name}`
}

/** One entry of `metadata.managedFields`, as far as it is read here. */
export interface ManagedFields {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  /** Keys under `data` that the manager owns. */
  readonly dataKeys: ReadonlySet<string>
  readonly labels: ReadonlySet<string>
  readonly annotations: ReadonlySet<string>
  readonly ownsType: boolean
  readonly ownsImmutable: boolean
}

/** A Secret as it is in the cluster. Its values are masked already. */
export interface LiveSecret extends Ref {
  readonly uid: string
  readonly resourceVersion: string
  readonly type: string
  readonly immutable: boolean
  readonly data: ReadonlyMap<string, Secret>
  readonly labels: Readonly<Record<string, string>>
  /** Any of them may hold a value (`last-applied-configuration` does): never printed. */
  readonly annotations: Readonly<Record<string, string>>
  readonly ownerReferences: readonly { readonly kind: string; readonly name: string }[]
  readonly managedFields: readonly ManagedFields[]
  readonly deleting: boolean
  /** The whole metadata as the server sent it, for putting the object back exactly. Never printed. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** What is sent in a server-side apply: everything that our field manager is to own, and nothing else. */
export interface AppliedSecret extends Ref {
  /** Undefined leaves the type to its present owner. */
  readonly type?: string
  readonly data: ReadonlyMap<string, Secret>
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly immutable: boolean
}

/** What a write is bound to: it fails with `stale` where the object is another or has changed. */
export interface Binding {
  readonly uid: string
  readonly resourceVersion: string
}

export interface ApplyOptions {
  readonly manager: string
  /** Undefined for a create: the write fails with `stale` where the object exists. */
  readonly bound: Binding | undefined
  /** Takes fields from other managers: where the plan says so, and in dry runs past what changes hands first. */
  readonly force?: boolean
}

/** What a dry run tells. The object is not in it: no value comes back that nobody would look at. */
export interface Judged {
  /** 201 rather than 200. */
  readonly created: boolean
  /** What the server said in Warning headers, scrubbed. */
  readonly warnings: readonly string[]
}

export interface ReplaceOptions {
  readonly manager: string
  /** Annotations beside the former ones, to make a change that a late write can't miss. */
  readonly annotate?: Readonly<Record<string, string>>
}

export interface Written {
  readonly object: LiveSecret
  /** 201 rather than 200. */
  readonly created: boolean
  /** What the server said in Warning headers, scrubbed. */
  readonly warnings: readonly string[]
  /** The API server's Audit-Id; undefined where it gave none. */
  readonly auditId: string | undefined
}

/** A Secret of the action's own, such as a journal's. Nothing in it is a value as it stands, so nothing of it is masked. */
export interface StoredRecord extends Ref, Binding {
  readonly data: ReadonlyMap<string, Uint8Array>
  /** When it was last written, in milliseconds since the epoch by the API server's clock; undefined where it does not tell. */
  readonly writtenAt: number | undefined
  /** When this was answered, by the same clock. */
  readonly answeredAt: number | undefined
}

/** What is to be stored in place of all that a record holds. */
export interface RecordContent extends Ref {
  readonly type: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly data: ReadonlyMap<string, Uint8Array>
}

/** One verb that a run needs; `name` undefined asks for all names. */
export interface Access {
  readonly namespace: string
  readonly verb: string
  readonly resource: string
  /** The API group; undefined: the core one, which has no name. */
  readonly group?: string
  readonly name?: string
}

/** A Service, as the API server's proxy finds it. */
export interface ServiceRef extends Ref {
  /** The name of its port; empty where that has none. */
  readonly port: string
}

/** A request that the API server hands on to a Service, which may be sent again. Neither path nor body holds a value. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly doing: string
  readonly body?: string
}

export interface ServiceAnswer {
  readonly status: number
  /** Empty where the body is JSON, as the API server's own words are. */
  readonly text: string
}

/** What a ResourceQuota says of Secrets: how many there may be and how many there are. */
export interface Quota {
  readonly name: string
  readonly hard: number
  readonly used: number
}

export type NamespacePhase = 'Active' | 'Terminating' | 'missing' | 'unknown'

/**
 * A Kubernetes API server, as far as Secrets go. Every method throws an ActionError whose `cause` is a `Refusal`
 * (refusal.ts) when the server refuses or can't be reached; no error holds a message of the server's.
 */
export interface Cluster {
  /** For reports: `https://host:port (context "x")`. */
  readonly describe: string
  /** The context's namespace; undefined where it has none. */
  readonly defaultNamespace: string | undefined
  /** The uid of the namespace kube-system; undefined where it may not be read. */
  uid(): Promise<string | undefined>
  /** The phase of a namespace; `unknown` where it may not be read. */
  phase(namespace: string): Promise<NamespacePhase>
  /** Whether it was made now; false where it was there already. */
  createNamespace(name: string, labels: Readonly<Record<string, string>>): Promise<boolean>
  /** Which of these the credentials are not allowed. One review a namespace where the server can enumerate rules. */
  denied(wanted: readonly Access[]): Promise<readonly Access[]>
  /** The quotas that count Secrets; undefined where they may not be read. */
  quotas(namespace: string): Promise<readonly Quota[] | undefined>
  /** All Secrets with the label, page by page; undefined where listing is forbidden. */
  list(namespace: string, labelSelector: string): Promise<readonly LiveSecret[] | undefined>
  /** The Secret; undefined when there is none. */
  read(ref: Ref): Promise<LiveSecret | undefined>
  /** The same request as `apply` makes, judged by the server and not done. */
  dryRun(object: AppliedSecret, options: ApplyOptions): Promise<Judged>
  /** Server-side apply, never forced unless said, `fieldValidation=Strict`. */
  apply(object: AppliedSecret, options: ApplyOptions): Promise<Written>
  /** The same request as `replace` makes, judged by the server and not done. */
  dryReplace(former: LiveSecret, bound: Binding, options: ReplaceOptions): Promise<void>
  /** PUT of `former`, its managedFields included, onto the object that is bound. */
  replace(former: LiveSecret, bound: Binding, options: ReplaceOptions): Promise<LiveSecret>
  /** The record; undefined when there is none. */
  readRecord(ref: Ref): Promise<StoredRecord | undefined>
  /** Server-side apply of the whole record, bound as `apply` is. */
  writeRecord(content: RecordContent, bound: Binding | undefined): Promise<StoredRecord>
  /** The same request as `delete` makes, judged by the server and not done. */
  dryDelete(ref: Ref, bound: Binding): Promise<void>
  /** What is not Secrets: whatever uses them. */
  readonly workloads: Workloads
  /** DELETE with preconditions. Resolves when the server has accepted it, or the object is gone. */
  delete(ref: Ref, bound: Binding): Promise<void>
  readonly containers: Containers
  /**
   * Hands a request on to a Service over plain HTTP in the cluster. 404, 409 and 5xx are answers: of the Service, or that
   * there is none. Throws where the credentials do not allow it.
   */
  askService(service: ServiceRef, request: ServiceRequest): Promise<ServiceAnswer>
  /** Ends the kept-alive connections. */
  close(): void
}
