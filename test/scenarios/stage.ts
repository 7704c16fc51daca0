import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { runAction, type ActionOptions, type ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'

/** A Secret as the server holds it, with its values decoded. */
export interface Held {
  readonly raw: Record<string, unknown>
  readonly type: string
  readonly data: Readonly<Record<string, string>>
  readonly immutable: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly resourceVersion: string
}

/** A server on which whole runs of the action are tried, embedded or real: the scenarios are the same. */
export interface Stage {
  readonly server: () => TestServer
  /** A namespace that nobody has used. */
  fresh(): Promise<string>
  /** A run as administrator in `namespace`, unless the inputs say otherwise. */
  run(namespace: string, options?: ActionOptions): Promise<ActionRun>
  /** The Secret; undefined when there is none. */
  held(namespace: string, name: string): Promise<Held | undefined>
  /** Every Secret in the namespace that a restore has to bring back, by name: all of it but resourceVersions. */
  snapshot(namespace: string): Promise<Snapshot>
  /** The journals in the namespace, by name, as the server holds them. */
  journals(namespace: string): Promise<Snapshot>
}

export type Snapshot = Readonly<Record<string, LiveObject>>

/** A Secret as the server sends it. */
export interface LiveObject extends Readonly<Record<string, unknown>> {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly type: string
  readonly data?: Readonly<Record<string, string>>
}

const JOURNAL_TYPE = 'secretferry.github.io/journal'

export function useStage(start: () => Promise<TestServer>): Stage {
  let server: TestServer | undefined
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server?.stop())
  const here = (): TestServer => {
    if (server === undefined) throw new Error('the server has not started')
    return server
  }
  const list = async (namespace: string): Promise<readonly LiveObject[]> => {
    const { body }: { body: unknown } = await here().request('GET', `/api/v1/namespaces/${namespace}/secrets`)
    return (body as { items: readonly LiveObject[] }).items
  }
  return {
    server: here,
    async fresh() {
      const name = `ns-${randomBytes(5).toString('hex')}`
      await here().namespace(name)
      return name
    },
    run: (namespace, options = {}) =>
      runAction({ ...options, inputs: { kubeconfig: here().admin, namespace, ...options.inputs } }),
    async held(namespace, name) {
      const { status, body }: { status: number; body: unknown } = await here().request(
        'GET',
        `/api/v1/namespaces/${namespace}/secrets/${name}`,
      )
      return status === 404 ? undefined : hold(body as Record<string, unknown>)
    },
    async snapshot(namespace) {
      const secrets = (await list(namespace)).filter(({ type }) => type !== JOURNAL_TYPE)
      return byName(secrets.map((each) => ({ ...each, metadata: { ...each.metadata, resourceVersion: '' } })))
    },
    journals: async (namespace) =>
      byName((await list(namespace)).filter(({ type }) => type === JOURNAL_TYPE)),
  }
}

function byName(objects: readonly LiveObject[]): Snapshot {
  return Object.fromEntries(objects.map((each) => [each.metadata['name'], each]))
}

function hold(raw: Record<string, unknown>): Held {
  const { metadata, data, type, immutable } = raw as {
    metadata: Record<string, unknown>
    data?: Record<string, string>
    type: string
    immutable?: boolean
  }
  return {
    raw,
    type,
    immutable: immutable ?? false,
    data: Object.fromEntries(
      Object.entries(data ?? {}).map(([key, base64]) => [
        key,
        Buffer.from(base64, 'base64').toString('utf8'),
      ]),
    ),
    labels: (metadata['labels'] ?? {}) as Record<string, string>,
    annotations: (metadata['annotations'] ?? {}) as Record<string, string>,
    resourceVersion: String(metadata['resourceVersion']),
  }
}
