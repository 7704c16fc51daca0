import type { Effects } from '../effects.ts'
import { ActionError, throwIfAny } from '../error.ts'
import type { Secret } from '../secret.ts'
import { checkRegistryHost, registryKey } from './registry-host.ts'

/** A log-in to a registry. */
export interface Login {
  readonly host: string
  readonly username: Secret
  readonly password: Secret
  readonly email?: Secret
}

/**
 * The value of `.dockerconfigjson` for these log-ins: the same bytes for the same log-ins in any order. Throws where a
 * host is none or is named twice, and where a log-in can't be written as `user:password`.
 */
export function buildDockerConfig(logins: readonly Login[], secret: Effects['secret']): Secret {
  const findings = logins.flatMap((login) => checkRegistryHost(login.host) ?? checkLogin(login) ?? [])
  throwIfAny(findings.map((finding) => ({ code: 'MANIFEST_INVALID', ...finding })))
  const auths = logins.map((login) => [registryKey(login.host) ?? '', authOf(login, secret)] as const)
  const sorted = auths.toSorted(([a], [b]) => (a < b ? -1 : 1))
  refuseDuplicates(sorted.map(([key]) => key))
  const document = JSON.stringify({ auths: Object.fromEntries(sorted) })
  return secret(document.replace(/[\u2028\u2029]/g, escapeSeparator), '.dockerconfigjson')
}

/** As Go writes it, so that an operator's `toRawJson` gives the same. */
function escapeSeparator(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16)}`
}

/** What the log-in's own values make impossible. */
function checkLogin({ username, password, email }: Login): { message: string; hint: string } | undefined {
  if (![username, password, ...(email === undefined ? [] : [email])].every((value) => value.isText))
    return {
      message: 'a registry’s log-in is not UTF-8 text',
      hint: 'give user name and password as text; a key file as its JSON',
    }
  if (!username.reveal().includes(':')) return undefined
  return {
    message: 'a registry’s user name holds a colon, which ends the user name in `auth`',
    hint: 'give user name and password each in its own field',
  }
}

function authOf({ username, password, email }: Login, secret: Effects['secret']): object {
  const auth = Buffer.from(`${username.reveal()}:${password.reveal()}`).toString('base64')
  return {
    username: username.reveal(),
    password: password.reveal(),
    ...(email === undefined ? {} : { email: email.reveal() }),
    auth: secret(auth, 'the auth of a registry').reveal(),
  }
}

function refuseDuplicates(keys: readonly string[]): void {
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice === undefined) return
  throw new ActionError({
    code: 'MANIFEST_INVALID',
    message: `two log-ins for the registry ${twice}`,
    hint: 'a Secret holds one log-in a registry: drop one, or put it into a Secret of its own',
  })
}
