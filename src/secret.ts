import { inspect } from 'node:util'

const REDACTED = '[secret]'
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A value that must never be printed. Bytes first: text is a view. Only `reveal()` and `bytes()` give it back. */
export class Secret {
  readonly #bytes: Uint8Array

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The only way to make a Secret: `mask` is told of the value before anything else can happen to it. */
  static of(value: Uint8Array | string, mask: (value: Uint8Array) => void): Secret {
    const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : Uint8Array.from(value)
    mask(bytes)
    return new Secret(bytes)
  }

  /** The value as it was given. The caller does not change it. */
  bytes(): Uint8Array {
    return this.#bytes
  }

  /** The value as text; throws a TypeError, which does not quote it, where it is not UTF-8. See `isText`. */
  reveal(): string {
    return strict.decode(this.#bytes)
  }

  /** Whether the value is valid UTF-8. */
  get isText(): boolean {
    try {
      strict.decode(this.#bytes)
      return true
    } catch {
      return false
    }
  }

  /** How many bytes. For limits only: a length is never printed. */
  get size(): number {
    return this.#bytes.byteLength
  }

  get isEmpty(): boolean {
    return this.#bytes.byteLength === 0
  }

  /** Whether the value is text of nothing but white space (true for an empty one). */
  get isBlank(): boolean {
    return this.isText && strict.decode(this.#bytes).trim() === ''
  }

  equals(other: Secret): boolean {
    return Buffer.compare(this.#bytes, other.#bytes) === 0
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [Symbol.toPrimitive](): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}
