import { createHash } from 'node:crypto'
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import type { Deadline } from '../../deadline.ts'
import type { Effects } from '../../effects.ts'
import { parseBody, readBody, refusalOfError } from '../exchange.ts'
import { refusalError, transportRefusal, type Doing, type Refusal } from '../refusal.ts'
import type { Session } from '../session.ts'
import { classify } from '../status.ts'
import { openChannels, type ChannelListener, type Channels } from './channels.ts'

export interface UpgradeRequest {
  readonly doing: Doing
  /** Path and query. Never holds a value. */
  readonly path: string
  /** The subprotocols that will do, the best first. */
  readonly protocols: readonly string[]
  /** Ends the attempt, and what was opened by it. */
  readonly signal: AbortSignal
}

/**
 * Opens a WebSocket (RFC 6455) to the API server with the session's credentials and trust. Rejects with the error of a
 * refusal. Never tried again here but for a log-in that ran out, since what is asked for may have begun.
 */
export type Upgrade = (request: UpgradeRequest, listener: ChannelListener) => Promise<Channels>

interface UpgradeContext extends Pick<Effects, 'scrub' | 'random' | 'log'> {
  readonly deadline: Pick<Deadline, 'signal'>
}

export function createUpgrade(session: Session, context: UpgradeContext): Upgrade {
  return async (request, listener) => {
    const signal = AbortSignal.any([request.signal, context.deadline.signal])
    const attempt = async (renewed: boolean): Promise<Channels> => {
      if (signal.aborted) throw refusalError(request.doing, NOT_SENT)
      const answer = await knock(session, { ...request, signal, key: keyOf(context.random(16)) })
      context.log.debug(`GET ${request.path}: ${'socket' in answer ? answer.protocol : 'no WebSocket'}`)
      if ('socket' in answer) return take(answer, { signal, random: context.random, listener })
      const refusal = 'kind' in answer ? answer : classify(answer, context.scrub)
      if (refusal.kind === 'unauthorized' && !renewed && (await session.renew())) return attempt(true)
      throw refusalError(request.doing, refusal)
    }
    return attempt(false)
  }
}

const NOT_SENT: Refusal = { ...transportRefusal('timeout'), unknownOutcome: false, mayComeLate: false }

function take(
  { socket, head, protocol }: Opened,
  { signal, random, listener }: { signal: AbortSignal; random: Effects['random']; listener: ChannelListener },
): Channels {
  const cut = (): void => void socket.destroy()
  signal.addEventListener('abort', cut, { once: true })
  return openChannels(
    { socket, head, protocol, random },
    {
      message: (channel, content) => listener.message(channel, content),
      closed(clean) {
        signal.removeEventListener('abort', cut)
        listener.closed(clean)
      },
    },
  )
}

interface Opened {
  readonly socket: Duplex
  readonly head: Buffer
  readonly protocol: string
}

type Answer =
  | Opened
  | { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: unknown }
  | Refusal

interface Knock extends UpgradeRequest {
  readonly key: string
}

async function knock(session: Session, request: Knock): Promise<Answer> {
  const { headers, agent } = await session.credentials()
  const url = new URL(session.server.pathname.replace(/\/$/, '') + request.path, session.server)
  const { request: start } = url.protocol === 'https:' ? https : http
  const outgoing = start(url, {
    agent,
    signal: request.signal,
    headers: {
      'user-agent': 'secretferry',
      ...headers,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': request.key,
      'sec-websocket-protocol': request.protocols.join(', '),
    },
  })
  outgoing.end()
  return settle(outgoing, request)
}

function settle(outgoing: ClientRequest, { signal, key, protocols }: Knock): Promise<Answer> {
  return new Promise((resolve) => {
    let connected = false
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) connected = true
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => (connected = true))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      resolve(refusalOfError(error.code, { signal, connected })),
    )
    outgoing.on('upgrade', ({ headers }, socket, head) => {
      const protocol = headers['sec-websocket-protocol'] ?? ''
      if (headers['sec-websocket-accept'] === acceptOf(key) && protocols.includes(protocol))
        resolve({ socket, head, protocol })
      else {
        socket.destroy()
        resolve({ ...transportRefusal('cut'), kind: 'not-an-api-server' })
      }
    })
    outgoing.on('response', (incoming) => {
      void readBody(incoming).then((text) =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: parseBody(text ?? '') }),
      )
    })
    outgoing.on('close', () => resolve(transportRefusal(signal.aborted ? 'timeout' : 'cut')))
  })
}

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** How a server proves that it speaks WebSocket (RFC 6455, section 4.2.2). */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}
