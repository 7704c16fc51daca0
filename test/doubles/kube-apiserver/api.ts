import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Kubelet } from './controllers.ts'
import type { KubeObject } from './object.ts'
import type { WriteOptions } from './options.ts'
import type { ApiRequest, Attributes, Reply } from './request.ts'
import type { Resource } from './resources.ts'
import type { Storage } from './storage.ts'

/** What an admission webhook has against an object; `noDryRun` has something against dry runs only. */
export type Denial =
  | {
      readonly webhook: string
      readonly message: string
      /** 400 by default, as for a webhook that names no code. */
      readonly code?: number
    }
  | { readonly webhook: string; readonly noDryRun: true }

export interface Admission {
  /** Asked before each write, as a validating webhook is; undefined lets it pass. */
  deny?(
    object: KubeObject,
    request: { readonly operation: 'CREATE' | 'UPDATE'; readonly dryRun: boolean },
  ): Denial | undefined
}

/** What stands behind a Service: answers what the proxy hands on. */
export type Service = (request: {
  readonly method: string
  readonly path: string
  readonly body: Buffer
}) => Reply

/** All that a request is answered from. */
export interface Api {
  readonly storage: Storage
  readonly admission: Admission
  /** SelfSubjectRulesReview answers that it may not know all rules. */
  readonly incompleteRules: boolean
  /** What becomes of pods. */
  readonly kubelet: Kubelet
  /** Answers that tell of events as they come. */
  readonly watches: Set<ServerResponse>
  /** Services that have somebody behind them, by `namespace/scheme:name:port`. */
  readonly services: Map<string, Service>
  /** Connections that were upgraded and are open. */
  readonly streams: Set<Duplex>
  /** The subprotocols of WebSockets that are spoken, where not all are, as by older servers. */
  readonly streamProtocols?: readonly string[] | undefined
}

/** A request for objects of one kind, past authorization. */
export interface Call {
  readonly api: Api
  readonly of: Resource
  readonly request: ApiRequest
  readonly attributes: Attributes
  /** For Warning headers. */
  readonly warnings: string[]
}

export interface WriteCall extends Call {
  readonly options: WriteOptions
}
