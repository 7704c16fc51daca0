import type { Finding } from './finding.ts'

/** A Secret of type basic-auth has a user name or a password; either may be empty. */
export function checkBasicAuth(keys: ReadonlySet<string>): Finding | undefined {
  if (keys.has('username') || keys.has('password')) return undefined
  return {
    message: 'type basic-auth needs the key `username` or `password`',
    hint: 'write `username:` and `password:` beside `type`',
  }
}
