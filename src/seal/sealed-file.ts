import { at, FINGERPRINT_KEY_ANNOTATION, FINGERPRINTS_ANNOTATION } from '../manifests/sealed-secret.ts'
import { isMapping, type Mapping, type Node } from '../manifests/yaml.ts'
import { SET_ANNOTATION } from '../kubernetes/set.ts'
import { SCOPES, scopeOf, type Scope } from './scope.ts'

/** What a sealed file says of itself, and what of it may be kept. */
export interface SealedFile {
  readonly namespace: string
  readonly name: string
  /** Undefined where the object and its template contradict each other. */
  readonly scope: Scope | undefined
  /** The set that rendered it; undefined where another tool did. */
  readonly set: string | undefined
  /** Base64, by key. */
  readonly encrypted: ReadonlyMap<string, string>
  /** The id of the key that the fingerprints were made with; undefined where there are none. */
  readonly fingerprintKey: string | undefined
  readonly fingerprints: ReadonlyMap<string, string>
}

/** Reads a SealedSecret; what is not as it should be in it is left out. */
export function readSealedFile(root: Mapping): SealedFile {
  const annotations = textsAt(root, 'metadata', 'annotations')
  const inTemplate = textsAt(root, 'spec', 'template', 'metadata', 'annotations')
  const scope = scopeOf(annotations)
  return {
    namespace: text(at(root, 'metadata', 'namespace')) ?? '',
    name: text(at(root, 'metadata', 'name')) ?? '',
    scope: contradicts(annotations, inTemplate) ? undefined : scope,
    set: annotations[SET_ANNOTATION],
    encrypted: new Map(Object.entries(textsAt(root, 'spec', 'encryptedData'))),
    fingerprintKey: annotations[FINGERPRINT_KEY_ANNOTATION],
    fingerprints: parseFingerprints(annotations[FINGERPRINTS_ANNOTATION] ?? ''),
  }
}

/** Two scopes at once, or another scope in the template: a merge by hand, or an edit of one place of two. */
function contradicts(
  annotations: Readonly<Record<string, string>>,
  inTemplate: Readonly<Record<string, string>>,
): boolean {
  const wide = SCOPES.filter((scope) => scope !== 'strict').filter(
    (scope) => scopeOf(only(annotations, scope)) === scope,
  )
  return wide.length > 1 || scopeOf(annotations) !== scopeOf(inTemplate)
}

function only(annotations: Readonly<Record<string, string>>, scope: Scope): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => name.endsWith(`/${scope}`)))
}

/** The fingerprints of an annotation: `key: fingerprint` lines. */
export function parseFingerprints(lines: string): ReadonlyMap<string, string> {
  return new Map(
    lines.split('\n').flatMap((line): [string, string][] => {
      const colon = line.indexOf(': ')
      return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 2).trim()]]
    }),
  )
}

function textsAt(root: Mapping, ...steps: readonly string[]): Readonly<Record<string, string>> {
  const node = at(root, ...steps)
  if (!isMapping(node)) return {}
  return Object.fromEntries([...node].flatMap(([key, value]) => pairOf(key, text(value))))
}

function pairOf(key: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[key, value]]
}

/** What a reader of YAML may have taken for a boolean or number is the text that was written. */
function text(node: Node | undefined): string | undefined {
  return node === undefined || typeof node === 'object' ? undefined : String(node)
}
