/** Kinds of frames (RFC 6455, section 5.2) that are told apart here. */
export const TEXT = 0x1
export const BINARY = 0x2
export const CLOSE = 0x8
export const PING = 0x9
export const PONG = 0xa
const CONTINUATION = 0x0

/** A message of API servers is 32 KiB at most; of anything larger nothing is kept. */
const MESSAGE_LIMIT = 4 * 1024 * 1024

export interface Message {
  readonly opcode: number
  readonly payload: Buffer
}

/** One whole frame as a client sends it: masked by `mask`, four random bytes. */
export function encodeFrame({ opcode, payload }: Message, mask: Uint8Array): Buffer {
  const length = payload.byteLength
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const head = Buffer.alloc(2 + extended + 4)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127)
  if (extended === 2) head.writeUInt16BE(length, 2)
  if (extended === 8) head.writeBigUInt64BE(BigInt(length), 2)
  head.set(mask.subarray(0, 4), 2 + extended)
  return Buffer.concat([head, masked(payload, mask)])
}

function masked(payload: Uint8Array, mask: Uint8Array): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
}

/**
 * Reads a server's frames from pieces as they come, and answers the whole messages in them; undefined once what came is
 * no WebSocket, or more than any API server sends.
 */
export function createDecoder(): (chunk: Uint8Array) => readonly Message[] | undefined {
  let rest: Buffer = Buffer.alloc(0)
  let begun: { opcode: number; pieces: Buffer[]; size: number } | undefined
  let broken = false
  /** A frame more of the message under way; the message, where it was its last one. */
  const join = ({ final, opcode, payload }: Frame): Message | undefined => {
    if (opcode >= CLOSE) {
      broken ||= !final || payload.byteLength > 125
      return { opcode, payload }
    }
    broken ||= (opcode === CONTINUATION) === (begun === undefined)
    begun ??= { opcode, pieces: [], size: 0 }
    begun.pieces.push(payload)
    begun.size += payload.byteLength
    broken ||= begun.size > MESSAGE_LIMIT
    if (!final) return undefined
    const message = { opcode: begun.opcode, payload: Buffer.concat(begun.pieces) }
    begun = undefined
    return message
  }
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const messages: Message[] = []
    for (;;) {
      const frame = readFrame(rest)
      broken ||= frame === 'broken'
      if (broken) return undefined
      if (frame === undefined || frame === 'broken') return messages
      rest = rest.subarray(frame.size)
      const message = join(frame)
      if (message !== undefined) messages.push(message)
    }
  }
}

interface Frame extends Message {
  readonly final: boolean
  /** Of the whole frame. */
  readonly size: number
}

/** The first frame; undefined where it has not come whole. A server never masks (section 5.1). */
function readFrame(bytes: Buffer): Frame | 'broken' | undefined {
  if (bytes.byteLength < 2) return undefined
  const [first = 0, second = 0] = bytes
  if ((first & 0x70) !== 0 || (second & 0x80) !== 0) return 'broken'
  const start = 2 + (EXTENDED[second] ?? 0)
  if (bytes.byteLength < start) return undefined
  const length = readLength(bytes)
  if (length > MESSAGE_LIMIT) return 'broken'
  const size = start + length
  if (bytes.byteLength < size) return undefined
  const payload = Buffer.from(bytes.subarray(start, size))
  return { final: (first & 0x80) !== 0, opcode: first & 0xf, payload, size }
}

/** How many bytes a length needs that the second byte has no room for. */
const EXTENDED: Readonly<Record<number, number>> = { 126: 2, 127: 8 }

function readLength(bytes: Buffer): number {
  const short = bytes[1] ?? 0
  if (short === 126) return bytes.readUInt16BE(2)
  return short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
}
