import { constants, createCipheriv, hash, publicEncrypt, type KeyObject } from 'node:crypto'
import type { Effects } from '../effects.ts'

const SESSION_KEY = 32
/** Of SHA-256, which OAEP is made with here: for the label and for the mask. */
const DIGEST = 32
/** Each session key encrypts one value, so that the nonce may be the same: the controller expects zeros. */
const NONCE = Buffer.alloc(12)

/** What sealing needs of a certificate. */
export interface SealingKey {
  readonly publicKey: KeyObject
  /** Of the modulus. */
  readonly bytes: number
}

/** Of random bytes that a value takes: its session key, and the seed of the padding. */
export const RANDOM_BYTES = SESSION_KEY + DIGEST

/**
 * Seals one value as the Sealed Secrets controller unseals it: the base64 of the length of the encrypted session key, the
 * key itself (RSA-OAEP with SHA-256 and the label), and the value under it (AES-256-GCM). Equal random bytes give equal
 * text, which is why they have to be new for each value.
 */
export function seal(
  value: Uint8Array,
  { key, label, random }: { key: SealingKey; label: string; random: Effects['random'] },
): string {
  const fresh = random(RANDOM_BYTES)
  const sessionKey = fresh.subarray(0, SESSION_KEY)
  const padded = pad(sessionKey, { label, seed: fresh.subarray(SESSION_KEY), size: key.bytes })
  const sealedKey = publicEncrypt({ key: key.publicKey, padding: constants.RSA_NO_PADDING }, padded)
  const cipher = createCipheriv('aes-256-gcm', sessionKey, NONCE)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(sealedKey.length)
  return Buffer.concat([
    length,
    sealedKey,
    cipher.update(value),
    cipher.final(),
    cipher.getAuthTag(),
  ]).toString('base64')
}

/** OAEP of RFC 8017, section 7.1.1. Node's own takes its seed from nowhere that a test could give it. */
function pad(
  message: Uint8Array,
  { label, seed, size }: { label: string; seed: Uint8Array; size: number },
): Uint8Array {
  const block = Buffer.alloc(size)
  const masked = block.subarray(1 + DIGEST)
  digest(Buffer.from(label, 'utf8')).copy(masked)
  masked[masked.length - message.length - 1] = 1
  masked.set(message, masked.length - message.length)
  mask(masked, seed)
  block.set(seed, 1)
  mask(block.subarray(1, 1 + DIGEST), masked)
  return block
}

/** MGF1 with SHA-256 of `seed`, laid over `target`. */
function mask(target: Uint8Array, seed: Uint8Array): void {
  const input = Buffer.alloc(seed.length + 4)
  input.set(seed)
  for (let block = 0; block * DIGEST < target.length; block++) {
    input.writeUInt32BE(block, seed.length)
    const stream = digest(input)
    const start = block * DIGEST
    const end = Math.min(start + DIGEST, target.length)
    for (let at = start; at < end; at++) target[at] = (target[at] ?? 0) ^ (stream[at - start] ?? 0)
  }
}

function digest(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}
