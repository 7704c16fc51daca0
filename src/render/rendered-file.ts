import type { Secret } from '../secret.ts'

/** What became of one key of a rendered object. `resealed`: its value is the same, its ciphertext is not. */
export interface RenderedKey {
  readonly key: string
  readonly action: 'added' | 'changed' | 'resealed' | 'same' | 'kept' | 'removed'
  /** Where its value came from, for reports. */
  readonly source: string
}

/** The object that a file holds. */
export interface RenderedObject {
  readonly kind: string
  /** Empty where it has none. */
  readonly namespace: string
  readonly name: string
  readonly keys: readonly RenderedKey[]
}

/** A file as it is to be. */
export interface RenderedFile {
  /** Its name in the output directory. */
  readonly name: string
  /** A Secret where values stand in it as they are: the file gets mode 0600. */
  readonly content: string | Secret
  /** Undefined for files that hold none, such as a kustomization. */
  readonly object: RenderedObject | undefined
}

/** `namespace/name`, as reports and outputs name an object; the name alone where it has no namespace. */
export function objectName({ namespace, name }: { namespace: string; name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`
}
