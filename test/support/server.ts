/** What one rule of a Role grants, in Kubernetes' own words. */
export interface Grant {
  readonly apiGroups?: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed JSON, or the text where it is none. */
  readonly body: any // eslint-disable-line @typescript-eslint/no-explicit-any -- what a server answers
}

/** A running API server that tests arrange and look at: the embedded one or the real kube-apiserver. */
export interface TestServer {
  readonly kind: 'embedded' | 'real'
  /** `https://127.0.0.1:PORT` */
  readonly url: string
  /** The server's CA, PEM; `caKey` signs client and (for a proxy in front) server certificates. */
  readonly ca: string
  readonly caKey: string
  /** A kubeconfig (YAML) of a cluster administrator, with a client certificate. */
  readonly admin: string
  /**
   * A kubeconfig of the user `name` (client certificate, CN=name) after a Role `name` with `grants` was made in each of
   * `namespaces` and bound to it; with `cluster`, the grants are a ClusterRole's.
   */
  user(
    name: string,
    grants: readonly Grant[],
    scope: { namespaces: readonly string[] } | { cluster: true },
  ): Promise<string>
  /** One request as administrator. `body` is sent as JSON unless it is a string. */
  request(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>
  /** Makes a namespace and resolves when Secrets can be created in it. */
  namespace(name: string): Promise<void>
  stop(): Promise<void>
}
