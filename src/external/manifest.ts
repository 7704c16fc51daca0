/** An object for the cluster that holds no value: it may be printed and committed. */
export interface OperatorObject {
  readonly kind: 'ExternalSecret' | 'SecretStore' | 'ClusterSecretStore' | 'PushSecret'
  /** Undefined where the kind has none. */
  readonly namespace: string | undefined
  readonly name: string
  /** The object itself, its keys in the order in which they are written. */
  readonly body: Readonly<Record<string, unknown>>
}

/** The version of the operator's API that ExternalSecret and stores are of; older ones are not served any more. */
export const API_VERSION = 'external-secrets.io/v1'

/** Who keeps the object, on the object; what the operator makes of it is the operator's. */
export const OUR_LABELS = { 'app.kubernetes.io/managed-by': 'secretferry' } as const

/** The mapping without what is undefined or an empty mapping. */
export function compact(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && !isEmpty(value)),
  )
}

function isEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  )
}
