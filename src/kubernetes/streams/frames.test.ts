import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BINARY, createDecoder, encodeFrame, PING } from './frames.ts'

/** A frame as a server sends it (RFC 6455, section 5.2). */
function serverFrame(payload: Uint8Array, { opcode = BINARY, final = true } = {}): Buffer {
  const first = (final ? 0x80 : 0) | opcode
  const { length } = payload
  if (length < 126) return Buffer.concat([Uint8Array.of(first, length), payload])
  const head = Buffer.alloc(length < 65_536 ? 4 : 10)
  head[0] = first
  head[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) head.writeUInt16BE(length, 2)
  else head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}

test('the masked text of RFC 6455, section 5.7', () => {
  const frame = encodeFrame({ opcode: 1, payload: Buffer.from('Hello') }, Buffer.from('37fa213d', 'hex'))
  expect(frame.toString('hex')).toBe('818537fa213d7f9f4d5158')
})

test.each([125, 126, 65_535, 65_536])('a length of %i has its own form', (length) => {
  const payload = Buffer.alloc(length, 7)
  const frame = encodeFrame({ opcode: BINARY, payload }, Buffer.alloc(4))
  expect(frame.byteLength - length).toBe(length < 126 ? 6 : length < 65_536 ? 8 : 14)
  expect(createDecoder()(serverFrame(payload))?.[0]?.payload.byteLength).toBe(length)
})

test('messages are the same however their bytes come, and in however many frames', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 })
  const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 })
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 5 }), cuts, (sent, sizes) => {
      const decode = createDecoder()
      const got: Buffer[] = []
      const bytes = Buffer.concat(sent.flatMap(inFrames))
      for (let at = 0, nth = 0; at < bytes.length; nth++) {
        const size = sizes[nth % sizes.length] ?? 1
        const messages = decode(bytes.subarray(at, at + size)) ?? []
        got.push(...messages.filter(({ opcode }) => opcode === BINARY).map(({ payload }) => payload))
        at += size
      }
      expect(got).toEqual(sent.map((each) => Buffer.concat(each)))
    }),
  )
})

/** A message in several frames, with a ping behind each. */
function inFrames(pieces: readonly Uint8Array[]): Buffer[] {
  return pieces.flatMap((piece, nth) => [
    serverFrame(piece, { opcode: nth === 0 ? BINARY : 0, final: nth === pieces.length - 1 }),
    serverFrame(Buffer.from('ping'), { opcode: PING }),
  ])
}

test.each([
  ['a masked frame', Buffer.from('8280000000', 'hex')],
  ['reserved bits', Buffer.from('f200', 'hex')],
  ['a continuation of nothing', serverFrame(Buffer.from('x'), { opcode: 0 })],
  ['a ping in pieces', serverFrame(Buffer.from('x'), { opcode: PING, final: false })],
  ['a message that is endless', Buffer.from('827f00ffffffffffffff', 'hex')],
])('%s is no WebSocket', (_what, bytes) => {
  expect(createDecoder()(bytes)).toBeUndefined()
})
