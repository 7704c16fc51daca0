import { once } from 'node:events'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import { makeClientCertificate } from '../support/certificates.ts'

/** The server behind the proxy; `ca` and `caKey` also sign the proxy's certificate and those of its clients. */
export interface Upstream {
  readonly url: string
  readonly ca: string
  readonly caKey: string
}

export interface UpstreamAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly content: Buffer
}

/** A request to pass on: its head, and the body that was read from it. */
export interface Received {
  readonly incoming: IncomingMessage
  readonly content: Buffer
}

/** Passes requests on to the server, as the user who sent them. */
export interface Forwarder {
  send(request: Received): Promise<UpstreamAnswer>
  /** The answer as it comes. */
  open(request: Received): Promise<IncomingMessage>
  /** Sends all but the last byte of the body. */
  withhold(request: Received): Promise<void>
  /** Sends the last bytes; resolves with the answers' statuses, undefined where there was none. */
  release(): Promise<(number | undefined)[]>
  /** Asks the server to take the connection over; the client's and the server's ends, and what came with them. */
  upgrade(request: Received): Promise<Upgraded | UpstreamAnswer>
  close(): void
}

/** A connection that the server took over, and the head of its answer. */
export interface Upgraded {
  readonly socket: Duplex
  readonly first: Buffer
  readonly headers: IncomingHttpHeaders
}

interface Withheld {
  readonly outgoing: ClientRequest
  readonly last: Buffer
  readonly answered: Promise<number | undefined>
}

export function createForwarder(upstream: Upstream): Forwarder {
  const agentOf = createAgents(upstream)
  const withheld: Withheld[] = []
  const open = async ({ incoming, content }: Received): Promise<ClientRequest> => {
    const agent = await agentOf(subjectOf(incoming.socket))
    const headers = {
      ...endToEnd(incoming.headers),
      ...(content.byteLength > 0 ? { 'content-length': content.byteLength } : {}),
    }
    return httpsRequest(new URL(incoming.url ?? '/', upstream.url), {
      method: incoming.method ?? 'GET',
      headers,
      agent,
    })
  }
  return {
    async send(request) {
      const outgoing = await open(request)
      outgoing.end(request.content)
      return readAnswer(outgoing)
    },
    async open(request) {
      const outgoing = await open(request)
      outgoing.end(request.content)
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      return response
    },
    async withhold(request) {
      const outgoing = await open(request)
      outgoing.on('error', () => undefined) // the proxy may stop before it is released
      // The server may give up, and say so, before it has heard all.
      const answered = readAnswer(outgoing).then(
        ({ status }) => status,
        () => undefined,
      )
      const written = Promise.withResolvers<undefined>()
      outgoing.write(request.content.subarray(0, -1), () => written.resolve(undefined))
      withheld.push({ outgoing, last: request.content.subarray(-1), answered })
      await written.promise
    },
    async release() {
      const answers = withheld.splice(0).map(({ outgoing, last, answered }) => {
        outgoing.end(last)
        return answered
      })
      return Promise.all(answers)
    },
    async upgrade({ incoming }) {
      const agent = await agentOf(subjectOf(incoming.socket))
      const headers = { ...incoming.headers, host: new URL(upstream.url).host }
      const outgoing = httpsRequest(new URL(incoming.url ?? '/', upstream.url), { headers, agent })
      const upgraded = Promise.withResolvers<Upgraded>()
      outgoing.on('upgrade', ({ headers: answered }, socket, first) =>
        upgraded.resolve({ socket, first, headers: answered }),
      )
      outgoing.on('error', upgraded.reject)
      outgoing.end()
      return Promise.race([upgraded.promise, readAnswer(outgoing)])
    },
    close() {
      for (const { outgoing } of withheld.splice(0)) outgoing.destroy()
    },
  }
}

/**
 * A client's certificate does not pass a proxy that ends TLS, so the proxy has one made that says the same. Connections
 * are not kept, lest one that the server closes meanwhile looks like a fault nobody asked for.
 */
function createAgents({ ca, caKey }: Upstream): (subject: Subject | undefined) => Promise<Agent> {
  const agents = new Map<string, Promise<Agent>>()
  return (subject) => {
    const key = JSON.stringify(subject ?? null)
    const make = async (): Promise<Agent> => {
      if (subject === undefined) return new Agent({ ca })
      const certificate = await makeClientCertificate({ cert: ca, key: caKey }, subject.user, subject.groups)
      return new Agent({ ca, ...certificate })
    }
    const agent = agents.get(key) ?? make()
    agents.set(key, agent)
    return agent
  }
}

interface Subject {
  readonly user: string
  readonly groups: readonly string[]
}

/** The user and groups of a client's certificate, as Kubernetes reads them; undefined where it has none that counts. */
function subjectOf(client: Socket): Subject | undefined {
  if (!(client instanceof TLSSocket) || !client.authorized) return undefined
  const subject = client.getPeerCertificate().subject as { CN: string; O?: string | string[] }
  return { user: subject.CN, groups: [subject.O ?? []].flat() }
}

async function readAnswer(outgoing: ClientRequest): Promise<UpstreamAnswer> {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const content = await buffer(response)
  return { status: response.statusCode ?? 0, headers: endToEnd(response.headers), content }
}

/** Headers without those that are between two hosts only. */
function endToEnd<T extends OutgoingHttpHeaders>(headers: T): T {
  const kept = { ...headers }
  for (const name of ['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'expect']) {
    Reflect.deleteProperty(kept, name)
  }
  return kept
}
