import type { Finding } from './finding.ts'

/** Of a name with a suffix, as long as that and its hyphen. */
export const SUFFIX_LENGTH = 9

/**
 * The names that Kubernetes accepts, as apimachinery's validation and ValidateSecret have them, checked before a server is
 * asked. Each function answers undefined where all is well. A finding quotes the name only where it can do no harm: a
 * value pasted in place of a name is not repeated.
 */

/** Under these only the action itself sets labels and annotations. */
const RESERVED_PREFIX = 'secretferry.github.io/'
const MANAGED_BY = 'app.kubernetes.io/managed-by'

const MAX_SUBDOMAIN = 253
const MAX_LABEL = 63
/** TotalAnnotationSizeLimitB: keys and values of all annotations together. */
const MAX_ANNOTATIONS = 262_144

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/
const DATA_KEY = /^[-._a-zA-Z0-9]+$/
const QUALIFIED_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/

/** A Secret's name: a DNS-1123 subdomain. */
export function checkSecretName(name: string): Finding | undefined {
  if (isSubdomain(name)) return undefined
  return {
    message: `${quoted(name)} is not a name for a Secret`,
    hint: 'use at most 253 lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
  }
}

/** A namespace: a DNS-1123 label. */
export function checkNamespace(name: string): Finding | undefined {
  if (name.length <= MAX_LABEL && DNS_LABEL.test(name)) return undefined
  return {
    message: `${quoted(name)} is not a name for a namespace`,
    hint: 'use at most 63 lower-case letters, digits and `-`, beginning and ending with a letter or digit',
  }
}

/** A key under `data`. */
export function checkDataKey(key: string): Finding | undefined {
  if (DATA_KEY.test(key) && key.length <= MAX_SUBDOMAIN && key !== '.' && !key.startsWith('..'))
    return undefined
  return {
    message: `${quoted(key)} is not a key for a Secret`,
    hint: 'use at most 253 letters, digits, `-`, `_` and `.`; not `.`, and nothing that begins with `..`',
  }
}

/** A label that a user sets. Its value is quoted nowhere. */
export function checkLabel(key: string, value: string): Finding | undefined {
  const wrongKey = checkMetadataKey('label', key)
  if (wrongKey !== undefined) return wrongKey
  if (value === '' || (value.length <= MAX_LABEL && QUALIFIED_NAME.test(value))) return undefined
  return {
    message: `the value of the label ${quoted(key)} is not one for a label`,
    hint: 'use at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit; an annotation takes any text',
  }
}

/** The key of an annotation that a user sets; any text is a value. */
export function checkAnnotation(key: string): Finding | undefined {
  return checkMetadataKey('annotation', key)
}

/** The size of all annotations together. */
export function checkAnnotationSize(annotations: Readonly<Record<string, string>>): Finding | undefined {
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  )
  if (size <= MAX_ANNOTATIONS) return undefined
  return {
    message: 'the annotations are larger than 256 KiB together',
    hint: 'keep large texts in a ConfigMap',
  }
}

function checkMetadataKey(what: 'label' | 'annotation', key: string): Finding | undefined {
  // Kubernetes validates an annotation's key in lower case, so that upper case is allowed in its prefix.
  const validated = what === 'annotation' ? key.toLowerCase() : key
  if (!isQualifiedName(validated))
    return {
      message: `${quoted(key)} is not a key for ${what === 'label' ? 'a label' : 'an annotation'}`,
      hint: 'write name or prefix/name: the name at most 63 letters, digits, `-`, `_` and `.`, the prefix a DNS name',
    }
  if (!validated.startsWith(RESERVED_PREFIX) && key !== MANAGED_BY) return undefined
  return {
    message: `the ${what} ${quoted(key)} is set by the action itself`,
    hint: `choose another key: ${RESERVED_PREFIX}… and ${MANAGED_BY} are reserved`,
  }
}

function isQualifiedName(key: string): boolean {
  const [name = '', prefix, ...rest] = key.split('/').reverse()
  if (rest.length > 0 || (prefix !== undefined && !isSubdomain(prefix))) return false
  return name.length <= MAX_LABEL && QUALIFIED_NAME.test(name)
}

function isSubdomain(name: string): boolean {
  return name.length <= MAX_SUBDOMAIN && name.split('.').every((label) => DNS_LABEL.test(label))
}

/** The name in quotes, or only a mention of it where it is long or holds what no name of any kind does. */
function quoted(name: string): string {
  return name.length <= MAX_SUBDOMAIN && /^[-._/A-Za-z0-9]+$/.test(name) ? `"${name}"` : 'what is given'
}
