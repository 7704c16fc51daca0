import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'

/** A way to a server on which connections are counted. TLS passes it unseen. */
export interface Relay {
  readonly url: string
  readonly connections: number
  close(): void
}

export async function openRelay(upstream: string): Promise<Relay> {
  const { hostname, port } = new URL(upstream)
  let connections = 0
  const server = createServer((client) => {
    connections++
    const behind = connect(Number(port), hostname)
    client.pipe(behind).pipe(client)
    client.on('error', () => behind.destroy())
    behind.on('error', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections
    },
    close: () => server.close(),
  }
}
