/** An object for the cluster that holds no value: it may be printed and committed. */
export interface OperatorObject {
  readonly kind: 'ExternalSecret' | 'SecretStore' | 'ClusterSecretStore' | 'PushSecret'
  /** Undefined where the kind has none. */
  readonly namespace: string | undefined
  readonly name: string
  /** The object itself, its keys in the order in which they are written. */
  readonly body: Readonly<Record<string, unknown>>
  /** Where the keys of its Secret come from, for reports. */
  readonly sources: ReadonlyMap<string, string>
}

/** The version of the operator's API that ExternalSecret and stores are of; older ones are not served any more. */
export const API_VERSION = 'external-secrets.io/v1'

/** Who keeps the object, on the object; what the operator makes of it is the operator's. */
const OUR_LABELS = { 'app.kubernetes.io/managed-by': 'secretferry' } as const

/** An object’s metadata; without a namespace where whoever applies it says which. */
export function metadataOf(name: string, namespace: string | undefined): Readonly<Record<string, unknown>> {
  return { name, ...(namespace === undefined || namespace === '' ? {} : { namespace }), labels: OUR_LABELS }
}

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
