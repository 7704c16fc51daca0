import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { HttpProbe } from './check.ts'
import type { HttpSeen } from './judge.ts'

/** Answers of health checks and log-ins are small; of a larger one only the status counts. */
const BODY_LIMIT = 1024 * 1024

/** Why there was no answer: Node's code of it, a name in capitals; undefined where it gave none. */
export interface Unanswered {
  readonly errno: string | undefined
}

export interface Way {
  /** A connection that is open already, such as one into a pod; undefined: a new one. */
  readonly stream?: Duplex
  /** The URL of the proxy for new connections over TLS. Over plain HTTP a proxy would read what is sent: none is used. */
  readonly proxy: string | undefined
  readonly signal: AbortSignal
}

/** Sends the request once, follows nothing, and answers what was seen. Of the body only its JSON is kept, where wanted. */
export function send(probe: HttpProbe, way: Way): Promise<HttpSeen | Unanswered> {
  return new Promise((resolve) => {
    const outgoing = open(probe, way)
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve({ errno: error.code }))
    let answered = false
    outgoing.on('close', () => {
      if (!answered) resolve({ errno: undefined })
    })
    outgoing.on('upgrade', (_, socket) => socket.destroy())
    outgoing.on('response', (incoming) => {
      answered = true
      void see(incoming, probe.expect.fields.length > 0).then(resolve)
    })
    outgoing.end(probe.body?.bytes())
  })
}

function open({ url, method, headers, body }: HttpProbe, way: Way): ClientRequest {
  const own = [...headers].map(([name, value]) => [name, value.reveal()] as const)
  const options = {
    method,
    headers: {
      host: url.host,
      'user-agent': 'secretferry',
      accept: '*/*',
      ...Object.fromEntries(own),
      ...(body === undefined ? {} : { 'content-length': body.size }),
      connection: 'close',
    },
    signal: way.signal,
  }
  const { stream } = way
  if (stream !== undefined)
    return http.request(url.protocol === 'https:' ? plain(url) : url, {
      ...options,
      createConnection: () => wrap(url, stream),
    })
  if (url.protocol === 'http:') return http.request(url, { ...options, agent: new http.Agent() })
  const proxyEnv = way.proxy === undefined ? {} : { HTTPS_PROXY: way.proxy }
  return https.request(url, { ...options, agent: new https.Agent({ proxyEnv }) })
}

/** TLS, where the URL wants it, is spoken inside of the connection that is there. */
function wrap({ protocol, hostname }: URL, stream: Duplex): Duplex {
  if (protocol !== 'https:') return stream
  const host = hostname.replace(/^\[|\]$/g, '')
  return tls.connect({ socket: stream, host, ...(isIP(host) === 0 ? { servername: host } : {}) })
}

/** The same for a client that finds TLS done. */
function plain(url: URL): URL {
  return new URL(`http://${url.host}${url.port === '' ? ':443' : ''}${url.pathname}${url.search}`)
}

async function see(incoming: IncomingMessage, wantsJson: boolean): Promise<HttpSeen> {
  const { statusCode: status = 0, headers } = incoming
  const redirects = status >= 300 && status < 400 && headers.location !== undefined
  const json = wantsJson ? await readJson(incoming) : undefined
  incoming.destroy()
  return { status, redirects, json }
}

async function readJson(incoming: IncomingMessage): Promise<HttpSeen['json']> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.byteLength
      if (size > BODY_LIMIT) return undefined
      chunks.push(chunk)
    }
    return { root: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown }
  } catch {
    return undefined
  }
}
