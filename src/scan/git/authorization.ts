import type { Effects } from '../../effects.ts'
import type { Secret } from '../../secret.ts'

/** The header by which GitHub takes a token from Git; both are masked before anything else. */
export function authorizationOf(
  token: Secret | undefined,
  secret: Effects['secret'],
): (() => string) | undefined {
  if (token === undefined) return undefined
  const masked = secret(token.bytes(), 'input `token`')
  const pair = secret(Buffer.from(`x-access-token:${masked.reveal()}`).toString('base64'), 'input `token`')
  return () => `AUTHORIZATION: basic ${pair.reveal()}`
}
