import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from './object.ts'
import type { Cause } from './status.ts'
import {
  checkDataKey,
  checkSubdomain,
  forbiddenValue,
  invalidValue,
  required,
  tooLong,
  validateCoreFinalizers,
  validateImmutable,
  validateMetadata,
  validateMetadataUpdate,
} from './validation.ts'

/** The bytes that all values together may have. */
const MAX_SIZE = 1024 * 1024

/** What the server makes of a Secret before it looks at it: stringData goes into data, the type is Opaque by default. */
export function normalizeSecret(secret: KubeObject): void {
  const data = { ...dataOf(secret), ...encodeStringData(secret) }
  delete secret['data']
  delete secret['stringData']
  if (Object.keys(data).length > 0) secret['data'] = canonical(data)
  if (!secret['type']) secret['type'] = 'Opaque'
  if (secret['immutable'] === null) delete secret['immutable']
}

export function validateSecret(secret: KubeObject): Cause[] {
  const data = dataOf(secret)
  const size = Object.values(data).reduce((sum, value) => sum + bytesOf(value).length, 0)
  return [
    ...validateMetadata(secret.metadata, checkSubdomain),
    ...validateCoreFinalizers(secret.metadata),
    ...Object.keys(data).flatMap((key) =>
      checkDataKey(key).map((why) => invalidValue(`data[${key}]`, key, why)),
    ),
    ...(size > MAX_SIZE ? [tooLong('data', MAX_SIZE)] : []),
    ...validateType(secret, data),
  ]
}

export function validateSecretUpdate(next: KubeObject, previous: KubeObject): Cause[] {
  const message = 'field is immutable when `immutable` is set'
  const sealed = previous['immutable'] === true
  const unsealed = sealed && next['immutable'] !== true
  const changed = sealed && !isDeepStrictEqual(dataOf(next), dataOf(previous))
  return [
    ...validateMetadataUpdate(next.metadata, previous.metadata),
    ...validateImmutable('type', next['type'], previous['type']),
    ...(unsealed ? [forbiddenValue('immutable', message)] : []),
    ...(changed ? [forbiddenValue('data', message)] : []),
    ...validateSecret(next),
  ]
}

/** A TLS Secret whose certificate and key aren't a pair is taken, with a warning. */
export function warnAboutSecret(secret: KubeObject): string[] {
  if (secret['type'] !== 'kubernetes.io/tls') return []
  const data = dataOf(secret)
  const warning = checkKeyPair(textOf(data['tls.crt']), textOf(data['tls.key']))
  return warning === undefined ? [] : [warning]
}

export function dataOf(secret: KubeObject): Record<string, string> {
  const data = (secret['data'] ?? {}) as Record<string, string | null>
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value ?? '']))
}

function encodeStringData(secret: KubeObject): Record<string, string> {
  const entries = Object.entries((secret['stringData'] ?? {}) as Record<string, string>)
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value).toString('base64')]))
}

/** Keys sorted and values re-encoded, as they come back from storage. */
function canonical(data: Record<string, string>): Record<string, string> {
  const keys = Object.keys(data).sort()
  return Object.fromEntries(keys.map((key) => [key, bytesOf(data[key]).toString('base64')]))
}

function bytesOf(value: string | undefined): Buffer {
  return Buffer.from(value ?? '', 'base64')
}

function textOf(value: string | undefined): string {
  return bytesOf(value).toString()
}

function validateType({ type, metadata }: KubeObject, data: Record<string, string>): Cause[] {
  const missing = (...keys: string[]): Cause[] =>
    keys.filter((key) => !(key in data)).map((key) => required(`data[${key}]`))
  switch (type) {
    case 'kubernetes.io/service-account-token': {
      const annotation = 'kubernetes.io/service-account.name'
      return metadata.annotations?.[annotation] ? [] : [required(`metadata.annotations[${annotation}]`)]
    }
    case 'kubernetes.io/dockercfg':
      return validateJson('.dockercfg', data)
    case 'kubernetes.io/dockerconfigjson':
      return validateJson('.dockerconfigjson', data)
    case 'kubernetes.io/basic-auth':
      return 'username' in data || 'password' in data ? [] : missing('username', 'password')
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [required('data[ssh-privatekey]')]
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key')
    default:
      return []
  }
}

function validateJson(key: string, data: Record<string, string>): Cause[] {
  const value = data[key]
  if (value === undefined) return [required(`data[${key}]`)]
  const why = jsonError(textOf(value))
  return why === undefined ? [] : [invalidValue(`data[${key}]`, '<secret contents redacted>', why)]
}

/** What Go's decoder says of a text that isn't a JSON object, in its commonest cases. */
function jsonError(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined
    const kind = Array.isArray(value) ? 'array' : value === true || value === false ? 'bool' : typeof value
    return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`
  } catch {
    const first = text.trimStart().charAt(0)
    if (first === '' || first === '{') return 'unexpected end of JSON input'
    return `invalid character '${first}' looking for beginning of value`
  }
}

function checkKeyPair(cert: string, key: string): string | undefined {
  if (!/-----BEGIN CERTIFICATE-----/.test(cert))
    return 'tls: failed to find any PEM data in certificate input'
  if (!/-----BEGIN (?:\w+ )?PRIVATE KEY-----/.test(key))
    return 'tls: failed to find any PEM data in key input'
  try {
    const pair = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
    return pair ? undefined : 'tls: private key does not match public key'
  } catch {
    return 'tls: failed to parse private key'
  }
}
