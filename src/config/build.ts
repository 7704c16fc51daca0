import type { Place, Problem } from '../error.ts'
import { fullType, isKnownType, SHORT_TYPES } from '../manifests/types.ts'
import { parseReference, type Fault, type Parsed, type Reference } from '../values/reference.ts'
import { parseTemplate } from '../values/template.ts'
import type { Config, RegistrySpec, SecretSpec, TemplateSpec, ValueSpec } from './config.ts'
import type { Path } from './document.ts'
import type { ConfigFile, SecretDeclaration, ValueDeclaration } from './schema.ts'
import { didYouMean } from './suggest.ts'
import type { Locate } from './validate.ts'

export interface Chosen {
  readonly environment: string | undefined
  readonly set: string
  /** The `namespace` input, which goes before everything that the file says. */
  readonly namespace: string | undefined
  readonly locate: Locate
  /** Whether literal text under `data` is secret, as it is in inline inputs. */
  readonly secretLiterals: boolean
}

/** The Config that a valid file means, with every template and reference parsed; or all that is wrong in them. */
export function buildConfig(
  file: ConfigFile,
  chosen: Chosen,
): { config: Config; problems: readonly Problem[] } {
  const problems: Problem[] = []
  const build = builder(chosen, problems)
  const values = Object.entries(file.values ?? {}).map(([name, declared]) => build.value(name, declared))
  const secrets = Object.entries(file.secrets).map(([id, declared]) =>
    build.secret(id, declared, file.namespace),
  )
  const config: Config = {
    set: chosen.set,
    environment: chosen.environment,
    clusterUid: file.cluster?.uid,
    values: new Map(values.filter((value) => value !== undefined).map((value) => [value.name, value])),
    secrets,
    stores: new Map(Object.entries(file.stores ?? {})),
  }
  return { config, problems }
}

interface Builder {
  value(name: string, declared: ValueDeclaration): ValueSpec | undefined
  secret(id: string, declared: SecretDeclaration, fileNamespace: string | undefined): SecretSpec
}

function builder(chosen: Chosen, problems: Problem[]): Builder {
  const report = ({ message, hint }: Fault, at: Place): void => {
    problems.push({ code: 'CONFIG_INVALID', message, hint, at })
  }
  const template = (text: string, path: Path): TemplateSpec => {
    const at = chosen.locate(path)
    const parsed = parseTemplate(text, chosen)
    if (!parsed.ok) report(parsed, at)
    const none = { parts: [], secretLiterals: chosen.secretLiterals }
    return { template: parsed.ok ? parsed.value : none, at }
  }
  return {
    value(name, declared) {
      const path = ['values', name]
      const from = parseFrom(declared.from, chosen.environment)
      if (from.ok)
        return valueSpec({ name, declared, from: from.value, at: chosen.locate([...path, 'from']) })
      report(from, chosen.locate([...path, 'from']))
      return undefined
    },
    secret(id, declared, fileNamespace) {
      const path = ['secrets', id]
      const type = declared.type ?? 'opaque'
      if (!isKnownType(type)) report(unknownType(type), chosen.locate([...path, 'type']))
      for (const fault of misplacedFields(declared, type))
        report(fault, chosen.locate([...path, fault.field], { key: true }))
      return {
        id,
        name: declared.name ?? id,
        namespaces: namespacesOf(declared, chosen.namespace, fileNamespace),
        type: fullType(type),
        data: new Map(dataOf(declared).map(({ key, text, at }) => [key, template(text, [...path, ...at])])),
        registries: registriesOf(declared, (text, at) => template(text, [...path, ...at])),
        labels: declared.labels ?? {},
        annotations: declared.annotations ?? {},
        immutable: declared.immutable ?? false,
        allowEmpty: declared['allow-empty'] ?? false,
        at: chosen.locate(path, { key: true }),
      }
    },
  }
}

function parseFrom(from: ValueDeclaration['from'], environment: string | undefined): Parsed<Reference> {
  if (typeof from === 'string') return parseReference(from, environment)
  const substitute = (text: string): string =>
    text.replaceAll('{environment}', environment ?? '{environment}')
  const { store, key, property, version } = from
  return {
    ok: true,
    value: {
      store,
      key: substitute(key),
      query: version === undefined ? {} : { version },
      property: property === undefined ? undefined : substitute(property),
    },
  }
}

function valueSpec(value: {
  name: string
  declared: ValueDeclaration
  from: Reference
  at: Place
}): ValueSpec {
  const { name, declared, from, at } = value
  return {
    name,
    from,
    optional: declared.optional ?? false,
    whenAbsent: declared['when-absent'] ?? 'keep',
    allowEmpty: declared['allow-empty'] ?? false,
    at,
  }
}

function unknownType(type: string): Fault {
  const near = didYouMean(type, SHORT_TYPES)
  return { message: 'an unknown type of Secret', hint: `${near}; or write a Kubernetes type out in full` }
}

function namespacesOf(
  { namespace, namespaces }: SecretDeclaration,
  input: string | undefined,
  file: string | undefined,
): readonly string[] {
  if (input !== undefined) return [input]
  if (namespaces !== undefined) return [...new Set(namespaces)]
  const one = namespace ?? file
  return one === undefined ? [] : [one]
}

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

function dataOf(declared: SecretDeclaration): readonly DataField[] {
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
function misplacedFields(declared: SecretDeclaration, type: string): readonly (Fault & { field: string })[] {
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

function registriesOf(
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
