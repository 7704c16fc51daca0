import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Fault, FaultAnswer, ProxyRequest } from './fault.ts'
import type { Received, UpstreamAnswer } from './forwarder.ts'

/** A request, and what became of it. */
export interface ProxiedRequest extends ProxyRequest {
  /** What the client was answered, perhaps not to the end; undefined where it was not. */
  readonly status: number | undefined
  /** What the server answered; undefined where it was not asked. */
  readonly upstreamStatus: number | undefined
  readonly fault: Fault['kind'] | undefined
}

/** One request on its way, and the ways to end it. */
export class Exchange implements ProxiedRequest {
  readonly number: number
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  status: number | undefined
  upstreamStatus: number | undefined
  fault: Fault['kind'] | undefined
  readonly #incoming: IncomingMessage
  readonly #response: ServerResponse
  #content: Buffer = Buffer.alloc(0)

  constructor(number: number, incoming: IncomingMessage, response: ServerResponse) {
    const url = new URL(incoming.url ?? '/', 'https://proxy')
    this.number = number
    this.method = incoming.method ?? ''
    this.path = url.pathname
    this.query = url.searchParams
    this.#incoming = incoming
    this.#response = response
  }

  readonly body = (): string => this.#content.toString('utf8')

  get received(): Received {
    return { incoming: this.#incoming, content: this.#content }
  }

  async receive(): Promise<void> {
    this.#content = await buffer(this.#incoming)
  }

  cut(): void {
    this.#incoming.socket.destroy()
  }

  answer({ status, headers = {}, body = '' }: FaultAnswer): void {
    this.status = status
    this.#response.writeHead(status, headers).end(body)
  }

  alter({ status, headers, content }: UpstreamAnswer, change: (answer: FaultAnswer) => FaultAnswer): void {
    const { body = '', ...head } = change({ status, headers, body: content.toString('utf8') })
    this.answer({ ...head, headers: { ...head.headers, 'content-length': Buffer.byteLength(body) }, body })
  }

  pass({ status, headers, content }: UpstreamAnswer): void {
    this.status = status
    this.#response.writeHead(status, headers).end(content)
  }

  /** Passes an answer on as it comes; where it is cut, so is this. */
  stream(upstream: IncomingMessage): void {
    this.status = upstream.statusCode ?? 0
    this.upstreamStatus = this.status
    const type = upstream.headers['content-type'] ?? 'application/json'
    this.#response.writeHead(this.status, { 'content-type': type })
    this.#response.flushHeaders()
    this.#response.on('close', () => upstream.destroy())
    upstream.on('error', () => this.cut())
    upstream.pipe(this.#response)
  }

  /** Ends the connection once half of the answer's body is on its way. */
  passHalf({ status, headers, content }: UpstreamAnswer): void {
    this.status = status
    this.#response.writeHead(status, { ...headers, 'content-length': content.byteLength })
    this.#response.write(content.subarray(0, Math.floor(content.byteLength / 2)), () => this.cut())
  }
}
