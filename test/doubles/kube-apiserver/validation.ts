import { isDeepStrictEqual } from 'node:util'
import type { Metadata } from './object.ts'
import { quote, type Cause } from './status.ts'

const SUBDOMAIN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'
const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const LABEL_KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = `(${LABEL_KEY})?`
const DATA_KEY = '[-._a-zA-Z0-9]+'

const SUBDOMAIN_LENGTH = 253
const LABEL_LENGTH = 63
const ANNOTATIONS_SIZE = 256 * 1024
const FIELD_MANAGER_LENGTH = 128

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion']

/** What is wrong with a text; empty where nothing is. */
export type TextCheck = (text: string) => readonly string[]

export function invalidValue(field: string, value: unknown, why: string): Cause {
  const shown = typeof value === 'string' ? quote(value) : JSON.stringify(value)
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${shown}: ${why}`, field }
}

export function required(field: string, why = ''): Cause {
  const message = why === '' ? 'Required value' : `Required value: ${why}`
  return { reason: 'FieldValueRequired', message, field }
}

export function forbiddenValue(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field }
}

export function tooLong(field: string, bytes: number): Cause {
  return { reason: 'FieldValueTooLong', message: `Too long: may not be more than ${bytes} bytes`, field }
}

export const checkSubdomain: TextCheck = (text) => [
  ...(text.length > SUBDOMAIN_LENGTH ? [`must be no more than ${SUBDOMAIN_LENGTH} characters`] : []),
  ...mismatch(
    text,
    SUBDOMAIN,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    ['example.com'],
  ),
]

export const checkDnsLabel: TextCheck = (text) => {
  const long = text.length > LABEL_LENGTH ? [`must be no more than ${LABEL_LENGTH} characters`] : []
  if (!matches(text, DNS_LABEL) && matches(text, SUBDOMAIN)) return [...long, 'must not contain dots']
  const message =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
  return [...long, ...mismatch(text, DNS_LABEL, message, ['my-name', '123-abc'])]
}

/** A name that needs only to fit into a URL, as those of RBAC objects. */
export const checkPathSegment: TextCheck = (text) => {
  if (text === '.' || text === '..') return [`may not be '${text}'`]
  return ['/', '%'].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`)
}

/** A key of a Secret's data. */
export const checkDataKey: TextCheck = (text) => [
  ...(text.length > SUBDOMAIN_LENGTH ? [`must be no more than ${SUBDOMAIN_LENGTH} characters`] : []),
  ...mismatch(text, DATA_KEY, "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", [
    'key.name',
    'KEY_NAME',
    'key-name',
  ]),
  ...(text === '.' || text === '..' ? [`must not be '${text}'`] : []),
  ...(text.startsWith('..') && text !== '..' ? ["must not start with '..'"] : []),
]

export function validateMetadata(metadata: Metadata, checkName: TextCheck): Cause[] {
  const name = metadata.name ?? ''
  const naming =
    name === ''
      ? [required('metadata.name', 'name or generateName is required')]
      : checkName(name).map((why) => invalidValue('metadata.name', name, why))
  return [
    ...naming,
    ...validateLabels(metadata),
    ...validateAnnotations(metadata),
    ...validateOwnerReferences(metadata),
    ...validateFinalizers(metadata),
  ]
}

export function validateMetadataUpdate(next: Metadata, previous: Metadata): Cause[] {
  const kept = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const
  return [
    ...validateNewFinalizers(next, previous),
    ...kept.flatMap((field) => validateImmutable(`metadata.${field}`, next[field], previous[field])),
    ...validateLabels(next),
    ...validateAnnotations(next),
    ...validateOwnerReferences(next),
  ]
}

export function validateImmutable(field: string, next: unknown, previous: unknown): Cause[] {
  return isDeepStrictEqual(next, previous) ? [] : [invalidValue(field, next, 'field is immutable')]
}

export function validateFieldManager(manager: string): Cause[] {
  const unprintable = Array.from(manager).findIndex((character) =>
    /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character),
  )
  const character = Array.from(manager)[unprintable] ?? ''
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return [
    ...(Buffer.byteLength(manager) > FIELD_MANAGER_LENGTH
      ? [tooLong('fieldManager', FIELD_MANAGER_LENGTH)]
      : []),
    ...(unprintable < 0
      ? []
      : [invalidValue('fieldManager', manager, `invalid character U+${code} (at position ${unprintable})`)]),
  ]
}

function validateLabels({ labels = {} }: Metadata): Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...checkLabelKey(key).map((why) => invalidValue('metadata.labels', key, why)),
    ...checkLabelValue(value).map((why) => invalidValue('metadata.labels', value, why)),
  ])
}

function validateAnnotations({ annotations = {} }: Metadata): Cause[] {
  const entries = Object.entries(annotations)
  const size = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  )
  return [
    ...entries.flatMap(([key]) =>
      checkLabelKey(key.toLowerCase()).map((why) => invalidValue('metadata.annotations', key, why)),
    ),
    ...(size > ANNOTATIONS_SIZE ? [tooLong('metadata.annotations', ANNOTATIONS_SIZE)] : []),
  ]
}

function validateOwnerReferences({ ownerReferences = [] }: Metadata): Cause[] {
  const why = { apiVersion: 'version must not be empty' } as Record<string, string>
  return ownerReferences.flatMap((reference) =>
    ['apiVersion', 'kind', 'name', 'uid']
      .filter((field) => !reference[field])
      .map((field) =>
        invalidValue(`metadata.ownerReferences.${field}`, '', why[field] ?? 'must not be empty'),
      ),
  )
}

function validateFinalizers({ finalizers = [] }: Metadata): Cause[] {
  return finalizers.flatMap((name) =>
    checkLabelKey(name).map((why) => invalidValue('metadata.finalizers', name, why)),
  )
}

/** Core objects know the finalizers that may do without a domain. */
export function validateCoreFinalizers({ finalizers = [] }: Metadata): Cause[] {
  const why = 'name is neither a standard finalizer name nor is it fully qualified'
  return finalizers.flatMap((name, index) =>
    name.includes('/') || STANDARD_FINALIZERS.includes(name)
      ? []
      : [invalidValue(`metadata.finalizers[${index}]`, name, why)],
  )
}

function validateNewFinalizers(next: Metadata, previous: Metadata): Cause[] {
  if (previous.deletionTimestamp === undefined) return []
  const added = (next.finalizers ?? []).filter((name) => !previous.finalizers?.includes(name))
  if (added.length === 0) return []
  const list = added.map(quote).join(', ')
  return [
    forbiddenValue(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  ]
}

/** A label's key, and whatever else has such a name. */
export const checkLabelKey: TextCheck = (text) => {
  const parts = text.split('/')
  const message =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
  const examples = ['MyName', 'my.name', '123-abc']
  if (parts.length > 2) {
    const why = regexError(`a valid label key ${message}`, LABEL_KEY, examples)
    return [`${why} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  }
  const name = parts.at(-1) ?? ''
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix ? checkSubdomain(prefix).map((why) => `prefix part ${why}`) : []),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > LABEL_LENGTH ? [`name part must be no more than ${LABEL_LENGTH} bytes`] : []),
    ...mismatch(name, LABEL_KEY, message, examples).map((why) => `name part ${why}`),
  ]
}

function checkLabelValue(text: string): readonly string[] {
  const message =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
  return [
    ...(text.length > LABEL_LENGTH ? [`must be no more than ${LABEL_LENGTH} bytes`] : []),
    ...mismatch(text, LABEL_VALUE, message, ['MyValue', 'my_value', '12345']),
  ]
}

function matches(text: string, pattern: string): boolean {
  return new RegExp(`^${pattern}$`).test(text) && !text.endsWith('\n')
}

function mismatch(text: string, pattern: string, message: string, examples: string[]): string[] {
  return matches(text, pattern) ? [] : [regexError(message, pattern, examples)]
}

function regexError(message: string, pattern: string, examples: string[]): string {
  const list = examples.map((example) => `'${example}', `).join(' or ')
  return `${message} (e.g. ${list}regex used for validation is '${pattern}')`
}
