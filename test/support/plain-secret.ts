import { Secret } from '../../src/secret.ts'

/** A Secret that nobody masks, for tests that print nothing. */
export function plainSecret(value: Uint8Array | string): Secret {
  return Secret.of(value, () => undefined)
}
