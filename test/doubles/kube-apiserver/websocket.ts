import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** The server's end of a WebSocket whose messages begin with the number of a channel. */
export interface ServerSocket {
  readonly protocol: string
  send(channel: number, content: Uint8Array): void
  /** Says that all was said, and ends. */
  close(): void
}

export interface ServerListener {
  message(channel: number, content: Buffer): void
  closed(): void
}

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** The subprotocol to speak of those that the client offers: the first one of the server's; undefined where there is none. */
export function chooseProtocol({ headers }: IncomingMessage, known: readonly string[]): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim())
  return known.find((protocol) => offered.includes(protocol))
}

/** Answers the handshake and takes the connection over. */
export function acceptWebSocket(
  { headers }: IncomingMessage,
  { socket, protocol }: { socket: Duplex; protocol: string },
  listener: ServerListener,
): ServerSocket {
  const accept = createHash('sha1')
    .update(`${headers['sec-websocket-key'] ?? ''}${MAGIC}`)
    .digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\nsec-websocket-protocol: ${protocol}\r\n\r\n`,
  )
  let buffered: Buffer = Buffer.alloc(0)
  let open = true
  const end = (): void => {
    if (open) listener.closed()
    open = false
    socket.end()
  }
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk])
    for (let frame = unmask(buffered); frame !== undefined; frame = unmask(buffered)) {
      buffered = buffered.subarray(frame.size)
      if (frame.opcode === 8) end()
      if (frame.opcode === 2 && frame.payload.length > 0)
        listener.message(frame.payload[0] ?? 0, frame.payload.subarray(1))
    }
  })
  socket.on('close', end)
  socket.on('error', () => socket.destroy())
  return {
    protocol,
    send(channel, content) {
      if (open) socket.write(frameOf(2, Buffer.concat([Uint8Array.of(channel), content])))
    },
    close() {
      if (open) socket.write(frameOf(8, Buffer.from([0x03, 0xe8])))
    },
  }
}

/** A server's frame: not masked, in one piece. */
function frameOf(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  if (length < 126) return Buffer.concat([Uint8Array.of(0x80 | opcode, length), payload])
  const head = length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10)
  head[0] = 0x80 | opcode
  head[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) head.writeUInt16BE(length, 2)
  else head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

/** The client's first frame; undefined where it has not come whole. Throws where it is not masked, as a server must. */
function unmask(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | undefined {
  if (bytes.length < 6) return undefined
  const [first = 0, second = 0] = bytes
  if ((second & 0x80) === 0) throw new Error('a client must mask its frames')
  const short = second & 0x7f
  const at = short === 126 ? 4 : short === 127 ? 10 : 2
  if (bytes.length < at + 4) return undefined
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  if (bytes.length < at + 4 + length) return undefined
  const mask = bytes.subarray(at, at + 4)
  const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length))
  for (const [index, byte] of payload.entries()) payload[index] = byte ^ (mask[index % 4] ?? 0)
  return { opcode: first & 0xf, payload, size: at + 4 + length }
}
