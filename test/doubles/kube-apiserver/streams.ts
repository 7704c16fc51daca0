import { spawn } from 'node:child_process'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Api } from './api.ts'
import { authorize, forbiddenTo } from './rbac.ts'
import type { Attributes, User } from './request.ts'
import { findResource, type Resource } from './resources.ts'
import { badRequest, failureStatus, noSuchResource, notFound, type StatusError } from './status.ts'
import { acceptWebSocket, chooseProtocol, type ServerSocket } from './websocket.ts'

const RUN = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const FORWARD = ['v4.channel.k8s.io']
const STATUS = 3
const CLOSE_SIGNAL = 255

export interface StreamRequest {
  readonly incoming: IncomingMessage
  readonly socket: Duplex
  readonly attributes: Attributes
  readonly user: User
  readonly query: URLSearchParams
}

/**
 * Commands in pods and connections to their ports, over WebSockets. As with kwok, both happen on this very machine: a
 * command is one of the host's, a port one of the loopback's.
 */
export function serveStream(api: Api, request: StreamRequest): void {
  const { attributes, user, incoming, socket, query } = request
  // A WebSocket is a GET, but who may only get may not run: the server asks for `create` too, since 1.35.
  for (const verb of ['get', 'create']) {
    const wanted = { ...attributes, verb }
    if (!authorize(api.storage, user, wanted).allowed) throw forbiddenTo(user, wanted)
  }
  const pods = findResource('', 'pods') as Resource
  const pod = api.storage.read(pods, attributes.namespace, attributes.name)
  if (pod === undefined) throw notFound(pods, attributes.name)
  const spec = pod['spec'] as { containers: readonly { name: string }[] }
  const known = attributes.subresource === 'exec' ? RUN : FORWARD
  const protocol = chooseProtocol(incoming, api.streamProtocols ?? known)
  if (protocol === undefined) throw badRequest('unable to upgrade: no subprotocol in common')
  if (attributes.subresource === 'portforward') {
    forward(incoming, { socket, protocol }, Number(query.get('ports')))
    return
  }
  if (attributes.subresource !== 'exec') throw noSuchResource()
  const container = query.get('container') ?? ''
  if (!spec.containers.some(({ name }) => name === container))
    throw badRequest(`container ${container} is not valid for pod ${attributes.name}`)
  run(incoming, { socket, protocol }, query)
}

/** What a refusal looks like on a connection that was to be upgraded. */
export function refuseStream(socket: Duplex, error: StatusError): void {
  const body = JSON.stringify(failureStatus(error))
  socket.end(
    `HTTP/1.1 ${error.code} ${error.reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

interface Means {
  readonly socket: Duplex
  readonly protocol: string
}

function run(incoming: IncomingMessage, means: Means, query: URLSearchParams): void {
  const [program = '', ...args] = query.getAll('command')
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => undefined)
  if (query.get('stdin') !== 'true') child.stdin.end()
  const link = acceptWebSocket(incoming, means, {
    message(channel, content) {
      if (channel === 0) child.stdin.write(content)
      if (channel === CLOSE_SIGNAL && content[0] === 0) child.stdin.end()
    },
    closed: () => child.kill('SIGKILL'),
  })
  child.stdout.on('data', (chunk: Buffer) => link.send(1, chunk))
  child.stderr.on('data', (chunk: Buffer) => link.send(2, chunk))
  child.on('error', () =>
    finish(link, {
      status: 'Failure',
      reason: 'InternalError',
      message: `error executing command in container: exec: "${program}": executable file not found in $PATH`,
      code: 500,
    }),
  )
  child.on('close', (code) => {
    if (code === 0) finish(link, { status: 'Success' })
    else if (code !== null && code > 0)
      finish(link, {
        status: 'Failure',
        reason: 'NonZeroExitCode',
        message: `command terminated with non-zero exit code: exit status ${code}`,
        details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
      })
  })
}

function finish(link: ServerSocket, status: object): void {
  link.send(STATUS, Buffer.from(JSON.stringify({ metadata: {}, ...status })))
  link.close()
}

function forward(incoming: IncomingMessage, means: Means, port: number): void {
  const target = connect(port, '127.0.0.1')
  const link = acceptWebSocket(incoming, means, {
    message(channel, content) {
      if (channel === 0) target.write(content)
    },
    closed: () => target.destroy(),
  })
  const prefix = Buffer.alloc(2)
  prefix.writeUInt16LE(port)
  link.send(0, prefix)
  link.send(1, prefix)
  target.on('data', (chunk) => link.send(0, chunk))
  target.on('error', (error) => {
    link.send(1, Buffer.from(`error forwarding port ${port}: ${error.message}`))
    link.close()
  })
  target.on('end', () => link.close())
}
