/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject

export interface JsonObject {
  [key: string]: Json
}

/** One entry of `metadata.managedFields`. */
export type ManagedFieldsEntry = {
  manager: string
  operation: string
  apiVersion: string
  time?: string
  fieldsType?: string
  fieldsV1?: JsonObject
  subresource?: string
}

export interface Metadata {
  name?: string
  namespace?: string
  generateName?: string
  uid?: string
  resourceVersion?: string
  creationTimestamp?: string
  generation?: number
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: JsonObject[]
  managedFields?: ManagedFieldsEntry[]
}

/** An API object as JSON, in the one version that the double serves. */
export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: Metadata
  [field: string]: unknown
}

/** The object as the JSON that it is. */
export function asJson(object: object): JsonObject {
  return object as unknown as JsonObject
}

export function asObject(json: Json): KubeObject {
  return json as unknown as KubeObject
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Now, in the form and the resolution of metav1.Time. */
export function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}
