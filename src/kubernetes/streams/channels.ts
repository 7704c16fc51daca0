import type { Duplex } from 'node:stream'
import { BINARY, CLOSE, createDecoder, encodeFrame, PING, PONG, TEXT, type Message } from './frames.ts'

/** Channels over one WebSocket, as Kubernetes numbers them: the first byte of each message says which. */
export interface Channels {
  /** The subprotocol that the server chose. */
  readonly protocol: string
  send(channel: number, content: Uint8Array): void
  /** Says that nothing more comes on a channel. False where the subprotocol has no word for it. */
  end(channel: number): boolean
  /** Ends all of it. */
  close(): void
}

export interface ChannelListener {
  message(channel: number, content: Buffer): void
  /** Once, when nothing more comes. `clean`: the server said so; else the connection was cut. */
  closed(clean: boolean): void
}

/** Larger pieces are sent as several messages: the buffers of API servers have this size. */
const PIECE = 32 * 1024
const CLOSE_SIGNAL = 255
const NORMAL_CLOSURE = Buffer.from([0x03, 0xe8])

interface Upgraded {
  readonly socket: Duplex
  /** What came right behind the answer. */
  readonly head: Uint8Array
  readonly protocol: string
  readonly random: (size: number) => Uint8Array
}

/** Takes over a connection that was upgraded. */
export function openChannels(upgraded: Upgraded, listener: ChannelListener): Channels {
  const { socket, protocol } = upgraded
  const writer = createWriter(upgraded)
  const end = (clean: boolean): void => {
    if (!writer.stop()) return
    socket.destroy()
    listener.closed(clean)
  }
  const take = ({ opcode, payload }: Message): void => {
    if (opcode === PING) writer.write(PONG, payload)
    if (opcode === CLOSE) {
      writer.write(CLOSE, payload.subarray(0, 2))
      end(true)
    }
    const isData = opcode === BINARY || opcode === TEXT
    if (isData && payload.byteLength > 0) listener.message(payload[0] ?? 0, payload.subarray(1))
  }
  listenTo(upgraded, take, end)
  return {
    protocol,
    send(channel, content) {
      for (let at = 0; at < content.byteLength; at += PIECE)
        writer.write(BINARY, Buffer.concat([Uint8Array.of(channel), content.subarray(at, at + PIECE)]))
    },
    end(channel) {
      if (protocol !== 'v5.channel.k8s.io') return false
      writer.write(BINARY, Uint8Array.of(CLOSE_SIGNAL, channel))
      return true
    },
    close() {
      writer.write(CLOSE, NORMAL_CLOSURE)
      if (!writer.stop()) return
      socket.end()
      setTimeout(() => socket.destroy(), FAREWELL_MS).unref()
    },
  }
}

/** How long a server may take to answer a farewell before its connection is dropped. */
const FAREWELL_MS = 100

function createWriter({ socket, random }: Upgraded) {
  let open = true
  return {
    write(opcode: number, payload: Uint8Array): void {
      if (open) socket.write(encodeFrame({ opcode, payload: Buffer.from(payload) }, random(4)))
    },
    /** Whether it was open until now. */
    stop(): boolean {
      const was = open
      open = false
      return was
    },
  }
}

function listenTo(
  { socket, head }: Upgraded,
  take: (message: Message) => void,
  end: (clean: boolean) => void,
): void {
  const decode = createDecoder()
  const receive = (chunk: Uint8Array): void => {
    const messages = decode(chunk)
    if (messages === undefined) end(false)
    else messages.forEach(take)
  }
  socket.on('data', receive)
  for (const event of ['end', 'close', 'error'] as const) socket.on(event, () => end(false))
  if (head.byteLength > 0) receive(head)
}
