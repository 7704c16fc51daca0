import type { Fault } from '../values/reference.ts'
import type { RegistrySpec, TemplateSpec } from './config.ts'
import type { Path } from './document.ts'
import type { SecretDeclaration } from './schema.ts'

/** Which helper field becomes which key, by short type. */
const HELPER_FIELDS = {
  tls: { cert: 'tls.crt', key: 'tls.key' },
  'basic-auth': { username: 'username', password: 'password' },
  'ssh-auth': { 'private-key': 'ssh-privatekey' },
} as const

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

function helperFields(type: string | undefined): Readonly<Partial<Record<HelperField, string>>> {
  return Object.hasOwn(HELPER_FIELDS, type ?? '') ? HELPER_FIELDS[type as keyof typeof HELPER_FIELDS] : {}
}

/** Helper fields of another type, and Secrets that would hold nothing. */
export function misplacedFields(
  declared: SecretDeclaration,
  type: string,
): readonly (Fault & { field: string })[] {
  const allowed: readonly string[] = [
    ...Object.keys(helperFields(type)),
    ...(type === 'registry' ? ['registries'] : []),
  ]
  const all = ['cert', 'key', 'username', 'password', 'private-key', 'registries'] as const
  const misplaced = all
    .filter((field) => declared[field] !== undefined && !allowed.includes(field))
    .map((field) => ({
      field,
      message: `\`${field}\` does not belong to this type of Secret`,
      hint: 'set `type`, or put it under `data`',
    }))
  const empty = dataOf(declared).length === 0 && declared.registries === undefined && misplaced.length === 0
  return empty
    ? [{ field: 'data', message: 'a Secret without data', hint: 'declare its keys under `data`' }]
    : misplaced
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
