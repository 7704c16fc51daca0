import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ProxiedRequest } from './exchange.ts'
import type { Fault, FaultAnswer } from './fault.ts'
import type { Forwarder, Upgraded, UpstreamAnswer } from './forwarder.ts'
import type { Listener } from './listener.ts'

/** A request to take a connection over: exec, port-forward. It has no body, and what follows is not looked at. */
export class UpgradeExchange implements ProxiedRequest {
  readonly number: number
  readonly method = 'GET'
  readonly path: string
  readonly query: URLSearchParams
  status: number | undefined
  upstreamStatus: number | undefined
  fault: Fault['kind'] | undefined
  readonly body = (): string => ''
  readonly #incoming: IncomingMessage
  readonly #socket: Duplex

  constructor(number: number, incoming: IncomingMessage, socket: Duplex) {
    const url = new URL(incoming.url ?? '/', 'https://proxy')
    this.number = number
    this.path = url.pathname
    this.query = url.searchParams
    this.#incoming = incoming
    this.#socket = socket
    socket.on('error', () => socket.destroy())
  }

  cut(): void {
    this.#socket.destroy()
  }

  answer({ status, headers = {}, body = '' }: FaultAnswer): void {
    this.status = status
    const lines = Object.entries({
      ...headers,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    const head = lines.map(([name, value]) => `${name}: ${String(value)}\r\n`).join('')
    this.#socket.end(`HTTP/1.1 ${status} Answer\r\n${head}\r\n${body}`)
  }

  /** Lets the server take it over; `cutAfter`: and ends it a moment later, when something is under way. */
  async pass(forwarder: Forwarder, cutAfter = false): Promise<void> {
    const answer = await forwarder.upgrade({ incoming: this.#incoming, content: Buffer.alloc(0) })
    if (!('socket' in answer)) {
      this.#refuse(answer)
      return
    }
    this.upstreamStatus = 101
    this.status = 101
    this.#join(answer)
    if (cutAfter) setTimeout(() => this.cut(), 20)
  }

  #refuse({ status, headers, content }: UpstreamAnswer): void {
    this.upstreamStatus = status
    this.answer({
      status,
      headers: { 'content-type': headers['content-type'] },
      body: content.toString('utf8'),
    })
  }

  #join({ socket, first, headers }: Upgraded): void {
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`)
    this.#socket.write(`HTTP/1.1 101 Switching Protocols\r\n${head.join('')}\r\n`)
    this.#socket.write(first)
    socket.on('error', () => this.cut())
    socket.on('close', () => this.#socket.end())
    this.#socket.on('close', () => socket.destroy())
    socket.pipe(this.#socket)
    this.#socket.pipe(socket)
  }
}

/** Does to a connection that is to be taken over what a fault does to a request, as far as that can be. */
export async function serveUpgrade(
  exchange: UpgradeExchange,
  fault: Fault | undefined,
  { forwarder, listener }: { forwarder: Forwarder; listener: Listener },
): Promise<void> {
  exchange.fault = fault?.kind
  switch (fault?.kind) {
    case 'refuse':
    case 'swallow':
    case 'withhold':
      exchange.cut()
      return
    case 'cut-after':
    case 'cut-answer':
      await exchange.pass(forwarder, true)
      return
    case 'answer':
      exchange.answer(fault.answer)
      return
    case 'elsewhere':
      exchange.answer(await fault.ask(exchange))
      return
    case 'alter':
      exchange.answer(fault.change({ status: 200, body: '' }))
      return
    case 'hang':
      return
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms))
      break
    case 'meanwhile':
    case 'afterwards':
      await fault.act()
      if (fault.kind === 'meanwhile' && fault.lost === true) {
        exchange.cut()
        return
      }
      break
    case 'die':
      await listener.close(fault.forMs)
      return
    case undefined:
      break
    default:
      throw new Error(`unreachable: ${String(fault satisfies never)}`)
  }
  await exchange.pass(forwarder)
}
