import { SUFFIX_LENGTH } from '../manifests/names.ts'
import { fullType } from '../manifests/types.ts'
import type { Fault } from '../values/reference.ts'
import type { RegistrySpec, SecretSpec, TemplateSpec } from './config.ts'
import type { Path } from './document.ts'
import type { SecretDeclaration } from './schema/secret.ts'

/** Which helper field becomes which key, by full type. */
const HELPER_FIELDS: Readonly<Record<string, Readonly<Partial<Record<HelperField, string>>>>> = {
  'kubernetes.io/tls': { cert: 'tls.crt', key: 'tls.key' },
  'kubernetes.io/basic-auth': { username: 'username', password: 'password' },
  'kubernetes.io/ssh-auth': { 'private-key': 'ssh-privatekey' },
}
const REGISTRY = 'kubernetes.io/dockerconfigjson'

type HelperField = 'cert' | 'key' | 'username' | 'password' | 'private-key'

interface DataField {
  readonly key: string
  readonly text: string
  readonly at: Path
}

/** The keys that a Secret declares, under `data` and by the helper fields of its type, with their places. */
export function dataOf(declared: SecretDeclaration): readonly DataField[] {
  const own = Object.entries(declared.data ?? {}).map(([key, text]) => ({ key, text, at: ['data', key] }))
  const helpers = Object.entries(helperFields(declared.type)).flatMap(([field, key]) => {
    const text = declared[field as HelperField]
    return text === undefined ? [] : [{ key, text, at: [field] }]
  })
  return [...own, ...helpers]
}

function helperFields(type = 'opaque'): Readonly<Partial<Record<HelperField, string>>> {
  const full = fullType(type)
  return (Object.hasOwn(HELPER_FIELDS, full) ? HELPER_FIELDS[full] : undefined) ?? {}
}

type Misplaced = Fault & { readonly at: Path }

/** Helper fields of another type, things that are said twice, and Secrets that would hold nothing. */
export function misplacedFields(declared: SecretDeclaration, type: string): readonly Misplaced[] {
  const misplaced = foreignFields(declared, type)
  const empty = dataOf(declared).length === 0 && declared.registries === undefined && misplaced.length === 0
  return [
    ...misplaced,
    ...(empty
      ? [{ at: ['data'], message: 'a Secret without data', hint: 'declare its keys under `data`' }]
      : []),
    ...saidTwice(declared, type),
    ...suffixFaults(declared),
  ]
}

/** What the API server takes for a name, less the suffix and its hyphen. */
const NAME_LIMIT = 253 - SUFFIX_LENGTH

function suffixFaults(declared: SecretDeclaration): readonly Misplaced[] {
  if (declared['name-suffix'] !== undefined && (declared.name?.length ?? 0) > NAME_LIMIT)
    return [
      {
        at: ['name'],
        message: 'a name that is too long for a suffix',
        hint: `take at most ${NAME_LIMIT} characters`,
      },
    ]
  if (declared['name-suffix'] !== undefined || declared['keep-old'] === undefined) return []
  return [
    {
      at: ['keep-old'],
      message: '`keep-old` without `name-suffix`',
      hint: 'set `name-suffix: random`, or remove it: a Secret that has one name has no former ones',
    },
  ]
}

function foreignFields(declared: SecretDeclaration, type: string): readonly Misplaced[] {
  const allowed: readonly string[] = [
    ...Object.keys(helperFields(type)),
    ...(fullType(type) === REGISTRY ? ['registries'] : []),
  ]
  const all = ['cert', 'key', 'username', 'password', 'private-key', 'registries'] as const
  return all
    .filter((field) => declared[field] !== undefined && !allowed.includes(field))
    .map((field) => ({
      at: [field],
      message: `\`${field}\` does not belong to this type of Secret`,
      hint: 'set `type`, or put it under `data`',
    }))
}

/** Where one thing is declared in two ways, neither is taken in silence. */
function saidTwice(declared: SecretDeclaration, type: string): readonly Misplaced[] {
  const helpers = Object.entries(helperFields(type)).filter(
    ([field, key]) => declared[field as HelperField] !== undefined && isUnderData(declared, key),
  )
  const registries = declared.registries !== undefined && isUnderData(declared, '.dockerconfigjson')
  const names = declared.namespace !== undefined && declared.namespaces !== undefined
  return [
    ...helpers.map(([field]) => twice(field, 'the key under `data` that it makes')),
    ...(registries ? [twice('registries', 'the key under `data` that it makes')] : []),
    ...(names ? [twice('namespace', '`namespaces`')] : []),
  ]
}

function isUnderData({ data = {} }: SecretDeclaration, key: string): boolean {
  return Object.hasOwn(data, key)
}

function twice(field: string, other: string): Misplaced {
  return {
    at: [field],
    message: `\`${field}\` beside ${other}`,
    hint: 'keep one of them; in an environment `null` removes the other',
  }
}

/** How many former generations stay where nothing is said: as far back as one `kubectl rollout undo` goes. */
const KEEP_OLD = 1

/** Whether each change makes a new name, and how many former ones stay. */
export function generationsOf(declared: SecretDeclaration): SecretSpec['generations'] {
  if (declared['name-suffix'] === undefined) return undefined
  return { keepOld: declared['keep-old'] ?? KEEP_OLD }
}

/** The log-ins of `type: registry`, with their templates parsed. */
export function registriesOf(
  { registries }: SecretDeclaration,
  template: (text: string, at: Path) => TemplateSpec,
): readonly RegistrySpec[] {
  return Object.entries(registries ?? {}).map(([host, { username, password, email }]) => ({
    host,
    username: template(username, ['registries', host, 'username']),
    password: template(password, ['registries', host, 'password']),
    email: email === undefined ? undefined : template(email, ['registries', host, 'email']),
  }))
}
