import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { isMapping } from '../config/overlay.ts'
import { invalid, listOf, pem, textOf, texts, type PlainMap, type ReadText } from './kubeconfig-entry.ts'

export interface UserEntry {
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly auth: Auth
  readonly impersonate: Readonly<Record<string, string | string[]>>
}

export type Auth =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'token-file'; readonly path: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'exec'; readonly exec: ExecEntry }
  | {
      readonly kind: 'auth-provider'
      readonly name: string
      readonly config: Readonly<Record<string, string>>
    }

export interface ExecEntry {
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly provideClusterInfo: boolean
}

/** How the user of a context logs in, and as whom it acts. Throws when a certificate can’t be used. */
export function userEntry(user: PlainMap, readText: ReadText): UserEntry {
  const cert = pem(user, 'client-certificate', readText)
  const key = pem(user, 'client-key', readText)
  checkKeyPair(cert, key)
  const auth = authOf(user)
  if (auth.kind === 'token' && !isHeaderText(auth.token))
    throw invalid(
      'the token of the kubeconfig holds line breaks or characters that no token has',
      'write the token alone, in one line',
    )
  return { cert, key, auth, impersonate: impersonation(user) }
}

/** Whether a text can stand in a header: printable ASCII, in one line. */
export function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

function checkKeyPair(cert: string | undefined, key: string | undefined): void {
  const certificate = cert === undefined ? undefined : checkCertificate(cert)
  const privateKey = key === undefined ? undefined : checkKey(key)
  if (certificate === undefined) return
  if (privateKey === undefined)
    throw invalid(
      'the user of the kubeconfig has a client certificate without its key',
      'add `client-key-data`, in base64',
    )
  if (!certificate.checkPrivateKey(privateKey))
    throw invalid(
      'the client key of the kubeconfig does not belong to its client certificate',
      'get a new kubeconfig, or pair the two as they were issued',
    )
}

function checkKey(pemText: string): KeyObject {
  try {
    return createPrivateKey(pemText)
  } catch (cause) {
    throw invalid(
      'the client key of the kubeconfig can’t be read',
      'it must be PEM without a passphrase, in base64 under `client-key-data`',
      cause,
    )
  }
}

function checkCertificate(pemText: string): X509Certificate {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pemText)
  } catch (cause) {
    throw invalid(
      'the client certificate of the kubeconfig can’t be read',
      'it must be PEM, in base64 under `client-certificate-data`',
      cause,
    )
  }
  if (certificate.validToDate.getTime() < Date.now())
    throw invalid(
      `the client certificate of the kubeconfig expired on ${certificate.validToDate.toISOString()}`,
      'get a new kubeconfig',
    )
  return certificate
}

/** How a user logs in, of all that its entry says. */
export function authOf(user: PlainMap): Auth {
  const token = textOf(textOf(user['token'])?.trim())
  if (token !== undefined) return { kind: 'token', token }
  const file = textOf(user['tokenFile']) ?? textOf(user['token-file'])
  if (file !== undefined) return { kind: 'token-file', path: file }
  if (isMapping(user['exec'])) return { kind: 'exec', exec: execEntry(user['exec']) }
  const provider = user['auth-provider']
  if (isMapping(provider))
    return { kind: 'auth-provider', name: textOf(provider['name']) ?? '', config: texts(provider['config']) }
  const username = textOf(user['username'])
  return username === undefined
    ? { kind: 'none' }
    : { kind: 'basic', username, password: textOf(user['password']) ?? '' }
}

function execEntry(exec: PlainMap): ExecEntry {
  const pairs = listOf(exec['env']).filter(isMapping)
  return {
    apiVersion: textOf(exec['apiVersion']) ?? 'client.authentication.k8s.io/v1',
    command: textOf(exec['command']) ?? '',
    args: listOf(exec['args']).flatMap((arg) => textOf(arg) ?? []),
    env: Object.fromEntries(pairs.map(({ name, value }) => [textOf(name) ?? '', textOf(value) ?? ''])),
    provideClusterInfo: textOf(exec['provideClusterInfo']) === 'true',
  }
}

/** The headers of `as`, `as-groups`, `as-uid` and `as-user-extra` (Kubernetes, “User impersonation”). */
function impersonation(user: PlainMap): Record<string, string | string[]> {
  const as = textOf(user['as'])
  if (as === undefined) return {}
  const uid = textOf(user['as-uid'])
  const groups = listOf(user['as-groups']).flatMap((group) => textOf(group) ?? [])
  const extra = isMapping(user['as-user-extra']) ? user['as-user-extra'] : {}
  const headers: Record<string, string | string[]> = {
    'Impersonate-User': as,
    ...(uid === undefined ? {} : { 'Impersonate-Uid': uid }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [
        `Impersonate-Extra-${headerName(key)}`,
        listOf(values).flatMap((value) => textOf(value) ?? []),
      ]),
    ),
  }
  if (!Object.values(headers).flat().every(isHeaderText))
    throw invalid(
      'whom the kubeconfig acts as (`as`, `as-groups`, …) holds characters that no header can carry',
      'use names of printable ASCII',
    )
  return headers
}

/** As client-go escapes it, which has no halves of characters; parentheses may not stand in a header’s name either. */
function headerName(key: string): string {
  return encodeURIComponent(key.toWellFormed()).replaceAll('(', '%28').replaceAll(')', '%29')
}
