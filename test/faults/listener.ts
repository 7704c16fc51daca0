import { once } from 'node:events'
import type { Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

/** A server that can be dead for a while, and is found at the same port again. */
export interface Listener {
  readonly port: number
  /** Listens; at first on a free port of the loopback. Does nothing where it listens already. */
  open(): Promise<void>
  /** Stops listening and ends every connection; with `forMs`, opens again after so many milliseconds. */
  close(forMs?: number): Promise<void>
}

export function createListener(server: Server): Listener {
  const sockets = new Set<Socket>()
  let port = 0
  let revival: NodeJS.Timeout | undefined
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const open = async (): Promise<void> => {
    if (server.listening) return
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  return {
    get port() {
      return port
    },
    open,
    async close(forMs) {
      clearTimeout(revival)
      if (server.listening) {
        const closed = once(server, 'close')
        server.close()
        for (const socket of sockets) socket.destroy()
        await closed
      }
      if (forMs !== undefined) revival = setTimeout(() => void open(), forMs)
    },
  }
}
