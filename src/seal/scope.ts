/** Where a sealed value can be unsealed: under its own name, anywhere in its namespace, or anywhere. */
export const SCOPES = ['strict', 'namespace-wide', 'cluster-wide'] as const

export type Scope = (typeof SCOPES)[number]

const PREFIX = 'sealedsecrets.bitnami.com'

/** Annotations of the Sealed Secrets controller. */
export const SEALED_ANNOTATIONS = {
  'namespace-wide': `${PREFIX}/namespace-wide`,
  'cluster-wide': `${PREFIX}/cluster-wide`,
  managed: `${PREFIX}/managed`,
  patch: `${PREFIX}/patch`,
  'skip-set-owner-references': `${PREFIX}/skip-set-owner-references`,
} as const

/** What the encryption is bound to: the controller makes the same of the object that it finds. */
export function labelOf(scope: Scope, { namespace, name }: { namespace: string; name: string }): string {
  switch (scope) {
    case 'strict':
      return `${namespace}/${name}`
    case 'namespace-wide':
      return namespace
    case 'cluster-wide':
      return ''
    default:
      throw new Error(`unreachable: ${String(scope satisfies never)}`)
  }
}

/** The annotation by which an object says its scope; none for `strict`. */
export function scopeAnnotations(scope: Scope): Readonly<Record<string, string>> {
  return scope === 'strict' ? {} : { [SEALED_ANNOTATIONS[scope]]: 'true' }
}

/** The scope that annotations mean to the controller: the widest whose annotation is exactly `true`. */
export function scopeOf(annotations: Readonly<Record<string, string>>): Scope {
  if (annotations[SEALED_ANNOTATIONS['cluster-wide']] === 'true') return 'cluster-wide'
  return annotations[SEALED_ANNOTATIONS['namespace-wide']] === 'true' ? 'namespace-wide' : 'strict'
}
