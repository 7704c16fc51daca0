import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto'
import type { Secret } from '../secret.ts'

/** Bytes that are kept of each HMAC: 128 bits. */
const KEPT = 16
/** Of the id of the fingerprint key: enough to tell it from another one. */
const ID = 8

/** What a fingerprint is of. None of it but the value is secret. */
export interface Identity {
  readonly namespace: string
  readonly name: string
  readonly key: string
  readonly scope: string
  /** The certificate's own fingerprint. */
  readonly certificate: string
}

/** What a sealed file's fingerprint tells of a value and of the ciphertext beside it. */
export type Judgement = 'same' | 'changed' | 'tampered'

/** Makes and judges fingerprints under one key. Without the key nothing can be told from one, guesses included. */
export interface Fingerprints {
  /** Tells this key from another one; tells nothing of it. */
  readonly id: string
  /** The fingerprint of a value and of the ciphertext that was made of it: one line, for a sealed file. */
  readonly make: (identity: Identity, value: Secret, ciphertext: string) => string
  /** Whether a file's fingerprint is of this value and ciphertext, of an earlier value, or none that was made here. */
  readonly judge: (
    identity: Identity,
    value: Secret,
    sealed: { fingerprint: string; ciphertext: string },
  ) => Judgement
}

/**
 * HMAC-SHA256 over the identity and the value, cut to 128 bits; and another over that and the ciphertext, so that a
 * ciphertext that somebody else put beside an honest fingerprint is not taken for ours.
 */
export function fingerprintsOf(secret: Secret): Fingerprints {
  const key = createSecretKey(secret.bytes())
  const valueMac = (identity: Identity, value: Secret): Buffer =>
    mac(key, ['value', ...partsOf(identity), value.bytes()]).subarray(0, KEPT)
  const sealMac = (identity: Identity, ofValue: Uint8Array, ciphertext: string): Buffer =>
    mac(key, ['seal', ...partsOf(identity), ofValue, ciphertext]).subarray(0, KEPT)
  return {
    id: mac(key, ['key']).subarray(0, ID).toString('hex'),
    make(identity, value, ciphertext) {
      const ofValue = valueMac(identity, value)
      return `${text(ofValue)}.${text(sealMac(identity, ofValue, ciphertext))}`
    },
    judge(identity, value, { fingerprint, ciphertext }) {
      const [ofValue, ofSeal] = fingerprint.split('.').map((part) => Buffer.from(part, 'base64url'))
      if (ofValue === undefined || ofSeal === undefined) return 'tampered'
      if (!equal(ofSeal, sealMac(identity, ofValue, ciphertext))) return 'tampered'
      return equal(ofValue, valueMac(identity, value)) ? 'same' : 'changed'
    },
  }
}

function partsOf({ namespace, name, key, scope, certificate }: Identity): readonly string[] {
  return [namespace, name, key, scope, certificate]
}

/** Each part after its length, so that no two lists of parts are the same bytes. Texts that follow each other go in at once. */
function mac(key: KeyObject, parts: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key)
  let texts = ''
  for (const part of parts) {
    if (typeof part === 'string') texts += `${Buffer.byteLength(part)}:${part}`
    else {
      hmac.update(`${texts}${part.byteLength}:`).update(part)
      texts = ''
    }
  }
  if (texts !== '') hmac.update(texts)
  return hmac.digest()
}

function text(bytes: Buffer): string {
  return bytes.toString('base64url')
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && timingSafeEqual(one, other)
}
