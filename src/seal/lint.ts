import { parseYaml, type Plain } from '../config/document.ts'
import { isMapping } from '../config/overlay.ts'
import { checkDataKey } from '../manifests/names.ts'
import { requiredKeys } from '../manifests/types.ts'
import { FINGERPRINTS_ANNOTATION, SEALED_API } from '../manifests/sealed-secret.ts'
import { certificateId, type Certificate } from './certificate.ts'
import { SEALED_ANNOTATIONS, scopeOf } from './scope.ts'
import { parseFingerprints } from './sealed-file.ts'

type PlainMap = { readonly [key: string]: Plain }

/** Something in a SealedSecret by which it would not become the Secret that is meant. */
export interface LintFinding {
  /** `namespace/name`, as far as it says. */
  readonly object: string
  readonly message: string
  readonly hint: string
}

/** Bytes of the whole object that etcd takes. */
const SIZE_LIMIT = 1_500_000
/** The tag of AES-GCM, the least that follows the session key. */
const TAG = 16
const LOOKS_SEALED = /SealedSecret/

/** What is known of the certificate that a file is sealed for. */
export type SealedFor = Pick<Certificate, 'bytes' | 'fingerprint'>

/** Everything that is wrong with the SealedSecrets of a file; without a certificate nothing is said of the keys' length. */
export function lintSealed(text: string, certificate?: SealedFor): readonly LintFinding[] {
  return sealedObjects(text).flatMap((root) => lintOne(root, certificate))
}

/** The namespace and name of each SealedSecret in a text of one or more documents. */
export function sealedNames(text: string): readonly { namespace: string; name: string }[] {
  return sealedObjects(text).map((root) => {
    const { namespace, name } = mapOf(root['metadata'])
    return { namespace: textOf(namespace), name: textOf(name) }
  })
}

function sealedObjects(text: string): readonly PlainMap[] {
  if (!LOOKS_SEALED.test(text)) return []
  return text.split(/^---.*$/m).flatMap((part) => {
    const { root } = parseYaml(part, () => ({}))
    return isMapping(root) && root['kind'] === 'SealedSecret' ? [root] : []
  })
}

function lintOne(root: PlainMap, certificate: SealedFor | undefined): readonly LintFinding[] {
  const { namespace, name } = mapOf(root['metadata'])
  const object = [textOf(namespace), textOf(name)].filter((part) => part !== '').join('/')
  return [
    ...apiFaults(root),
    ...nameFaults(root),
    ...scopeFaults(root),
    ...dataFaults(root, certificate),
    ...templateFaults(root),
    ...sizeFaults(root),
  ].map((fault) => ({ object, ...fault }))
}

type Fault = Omit<LintFinding, 'object'>

function apiFaults(root: PlainMap): readonly Fault[] {
  return root['apiVersion'] === SEALED_API
    ? []
    : [{ message: 'an apiVersion that the controller does not know', hint: `write ${SEALED_API}` }]
}

function nameFaults(root: PlainMap): readonly Fault[] {
  const metadata = mapOf(root['metadata'])
  const template = mapOf(mapOf(mapOf(root['spec'])['template'])['metadata'])
  const scope = scopeOf(annotationsOf(metadata))
  const differs = (['name', 'namespace'] as const).filter(
    (field) => textOf(template[field]) !== '' && textOf(template[field]) !== textOf(metadata[field]),
  )
  return [
    ...(textOf(metadata['name']) === '' ? [{ message: 'no name', hint: 'name it in `metadata.name`' }] : []),
    ...(textOf(metadata['namespace']) === '' && scope !== 'cluster-wide'
      ? [
          {
            message: `no namespace, to which its scope (${scope}) binds the values`,
            hint: 'write the `metadata.namespace` that it was sealed for',
          },
        ]
      : []),
    ...differs.map((field) => ({
      message: `another ${field} in the template than in the object`,
      hint: 'the controller goes by that of the object: was it renamed by hand? Seal it anew',
    })),
  ]
}

function scopeFaults(root: PlainMap): readonly Fault[] {
  const own = annotationsOf(mapOf(root['metadata']))
  const inTemplate = annotationsOf(mapOf(mapOf(mapOf(root['spec'])['template'])['metadata']))
  const wide = [SEALED_ANNOTATIONS['cluster-wide'], SEALED_ANNOTATIONS['namespace-wide']]
  const both = wide.every((name) => own[name] === 'true')
  const odd = [own, inTemplate].some((annotations) =>
    wide.some((name) => annotations[name] !== undefined && !['true', 'false'].includes(annotations[name])),
  )
  return [
    ...(both
      ? [
          {
            message: 'two scopes at once',
            hint: 'it was sealed for one of them: remove the other annotation',
          },
        ]
      : []),
    ...(!both && scopeOf(own) !== scopeOf(inTemplate)
      ? [
          {
            message: `it is ${scopeOf(own)} by its own annotations and ${scopeOf(inTemplate)} by its template’s`,
            hint: 'the controller unseals by its own, and the Secret gets the template’s: write the same in both',
          },
        ]
      : []),
    ...(odd
      ? [
          {
            message: 'a scope annotation that is not exactly "true"',
            hint: 'the controller takes it for none',
          },
        ]
      : []),
  ]
}

function dataFaults(root: PlainMap, certificate: SealedFor | undefined): readonly Fault[] {
  const spec = mapOf(root['spec'])
  const data = mapOf(spec['encryptedData'])
  const old = spec['data'] === undefined ? [] : [OLD_DATA]
  const none = Object.keys(data).length === 0 && spec['data'] === undefined ? [NO_DATA] : []
  const fingerprints = parseFingerprints(
    annotationsOf(mapOf(root['metadata']))[FINGERPRINTS_ANNOTATION] ?? '',
  )
  return [
    ...old,
    ...none,
    ...Object.entries(data).flatMap(([key, text]) =>
      valueFaults(key, text, keyLength(certificate, fingerprints.get(key))),
    ),
  ]
}

/** Bytes of the key that a value has to be sealed for; undefined where its fingerprint names an earlier certificate. */
function keyLength(certificate: SealedFor | undefined, fingerprint: string | undefined): number | undefined {
  if (certificate === undefined) return undefined
  const isOlder = fingerprint !== undefined && !fingerprint.startsWith(`${certificateId(certificate)}.`)
  return isOlder ? undefined : certificate.bytes
}

const OLD_DATA: Fault = {
  message: '`spec.data`, the format of old versions, which seals all values as one',
  hint: 'seal it anew',
}
const NO_DATA: Fault = { message: 'no `encryptedData`', hint: 'seal a value' }

function valueFaults(key: string, value: Plain, rsaBytes: number | undefined): readonly Fault[] {
  const badKey = checkDataKey(key)
  if (badKey !== undefined) return [badKey]
  const fault = (message: string, hint: string): readonly Fault[] => [{ message: `${key}: ${message}`, hint }]
  const blob = Buffer.from(textOf(value), 'base64')
  if (blob.toString('base64') !== textOf(value) || blob.length < 2)
    return fault('not base64', 'was it cut, or wrapped? Seal it anew')
  const length = blob.readUInt16BE(0)
  if (blob.length < 2 + length + TAG) return fault('cut short', 'was it cut when it was pasted? Seal it anew')
  if (rsaBytes !== undefined && length !== rsaBytes)
    return fault(
      'sealed for a key of another length than the certificate has',
      'seal it anew, if its controller is the one of this certificate',
    )
  return []
}

function templateFaults(root: PlainMap): readonly Fault[] {
  const spec = mapOf(root['spec'])
  const template = mapOf(spec['template'])
  const [sealed, data] = [mapOf(spec['encryptedData']), mapOf(template['data'])]
  const keys = [...Object.keys(sealed), ...Object.keys(data)]
  const wanted = Object.values(data).flatMap((text) => usedKeys(textOf(text)))
  const missing = [...new Set(wanted)].filter((key) => !Object.hasOwn(sealed, key))
  const type = textOf(template['type'])
  return [
    ...Object.keys(data).flatMap((key) => checkDataKey(key) ?? []),
    ...missing.map((key) => ({
      message: `\`template.data\` uses ${JSON.stringify(key)}, which is not sealed`,
      hint: 'correct the name: the controller would put `<no value>` there',
    })),
    ...requiredKeys(type)
      .filter((key) => spec['data'] === undefined && !keys.includes(key))
      .map((key) => ({
        message: `type ${type} needs the key \`${key}\``,
        hint: 'seal it, or correct the type',
      })),
  ]
}

/** Keys that a Go template takes from the values: `.KEY` and `index . "KEY"`. */
function usedKeys(template: string): readonly string[] {
  return [...template.matchAll(/\{\{(.*?)\}\}/gs)].flatMap(([, action = '']) => [
    ...[...action.matchAll(/(?:^|[\s(|])\.([A-Za-z_]\w*)/g)].map(([, key = '']) => key),
    ...[...action.matchAll(/\bindex\s+\.\s+"([^"]+)"/g)].map(([, key = '']) => key),
  ])
}

function sizeFaults(root: PlainMap): readonly Fault[] {
  const size = Buffer.byteLength(JSON.stringify(root))
  return size <= SIZE_LIMIT
    ? []
    : [{ message: 'larger than the 1.5 MiB that the cluster takes of one object', hint: 'split the Secret' }]
}

function annotationsOf(metadata: PlainMap): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mapOf(metadata['annotations'])).map(([name, value]) => [name, textOf(value)]),
  )
}

function mapOf(value: Plain | undefined): PlainMap {
  return isMapping(value) ? value : {}
}

function textOf(value: Plain | undefined): string {
  return typeof value === 'string' ? value : ''
}
