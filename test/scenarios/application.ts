import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { TestServer } from '../support/server.ts'
import { waitUntil } from '../support/wait-until.ts'

/** What an application was asked. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** An application on the loopback, which its pods' ports lead to, that answers as it is told. */
export interface Application {
  readonly port: number
  readonly asked: readonly Asked[]
  /** How it answers from now on. */
  answer(how: (asked: Asked) => Answer): void
  stop(): Promise<void>
}

export async function startApplication(port = 0): Promise<Application> {
  const asked: Asked[] = []
  let how: (of: Asked) => Answer = () => ({ status: 200 })
  const server = createServer((incoming, response) => {
    void buffer(incoming).then((content) => {
      const { method = '', url = '', headers } = incoming
      const of = { method, url, headers, body: content.toString('utf8') }
      asked.push(of)
      const { status, headers: own = {}, body = '' } = how(of)
      response.writeHead(status, own).end(body)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    answer(next) {
      how = next
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** A Deployment, `web` unless said, and a Service of it, with a pod that is ready and whose port is the application's. */
export async function deploy(
  server: TestServer,
  namespace: string,
  { port }: Pick<Application, 'port'>,
  name = 'web',
): Promise<void> {
  const labels = { app: name }
  const spec = {
    containers: [{ name: 'main', image: name, ports: [{ name: 'http', containerPort: port }] }],
  }
  const post = async (path: string, body: object): Promise<void> => {
    const { status } = await server.request('POST', path, body)
    if (status !== 201) throw new Error(`${path}: ${status}`)
  }
  await post(`/api/v1/namespaces/${namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: labels, ports: [{ name: 'web', port: 80, targetPort: 'http' }] },
  })
  await post(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels: labels }, spec },
    },
  })
  await waitUntil(`a pod of ${name} to be ready`, 30_000, async () => {
    const { body }: { body: unknown } = await server.request(
      'GET',
      `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${name}`,
    )
    const { items } = body as {
      items: readonly { status?: { conditions?: readonly { type: string; status: string }[] } }[]
    }
    return items.some(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    )
  })
}
