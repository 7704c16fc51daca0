import type { Config, RegistrySpec, SecretSpec, TemplateSpec } from '../config/config.ts'
import { templatesOf } from '../config/names.ts'
import type { Effects } from '../effects.ts'
import { ActionError, type Problem } from '../error.ts'
import type { Secret } from '../secret.ts'
import type { Values } from '../values/resolve.ts'
import { placeholders, type Template } from '../values/template.ts'
import type { Entry, SecretManifest } from './manifest.ts'
import { buildDockerConfig } from './registry.ts'
import { renderMasked } from './render-masked.ts'

export interface Built {
  readonly manifests: readonly SecretManifest[]
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** Every Secret of the configuration with its values in place, one for each namespace; and all that is wrong with them. */
export function buildManifests(
  config: Config,
  { defaultNamespace, ...parts }: Omit<Ingredients, keyof Built> & { defaultNamespace: string },
): Built {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const given = { ...parts, problems, warnings }
  const manifests = config.secrets.flatMap((spec) => {
    const entries = [...dataEntries(spec, given), ...registryEntries(spec, given)]
    const data = entries.sort(([a], [b]) => (a < b ? -1 : 1))
    const namespaces = spec.namespaces.length === 0 ? [defaultNamespace] : spec.namespaces
    return namespaces.map((namespace) => manifest(spec, namespace, new Map(data)))
  })
  return { manifests, problems: [...problems, ...duplicates(manifests)], warnings }
}

function manifest(spec: SecretSpec, namespace: string, data: ReadonlyMap<string, Entry>): SecretManifest {
  const { name, type, labels, annotations, immutable, takeOver, restart, at } = spec
  const policy = restart === undefined ? {} : { restart }
  return {
    kind: 'Secret',
    namespace,
    name,
    type,
    data,
    labels,
    annotations,
    immutable,
    generations: spec.generations,
    takeOver,
    scope: spec.scope,
    ...policy,
    at,
  }
}

interface Ingredients {
  readonly values: Values
  readonly secret: Effects['secret']
  readonly literal: Effects['literal']
  readonly problems: Problem[]
  readonly warnings: Problem[]
}

/** The rendered template, masked; undefined after a problem was noted. */
function render(spec: TemplateSpec, name: string, given: Ingredients): Secret | undefined {
  const rendered = renderMasked(spec.template, name, given)
  if (rendered.ok) return rendered.value
  const { message, hint } = rendered
  given.problems.push({ code: 'VALUE_INVALID', message: `${name}: ${message}`, hint, at: spec.at })
  return undefined
}

function dataEntries(spec: SecretSpec, given: Ingredients): [string, Entry][] {
  return [...spec.data].flatMap(([key, template]): [string, Entry][] => {
    const source = sourceOf(template.template, given.values)
    const absence = absenceOf(template.template, given.values)
    if (absence === 'remove') return []
    if (absence === 'keep') return [[key, { value: undefined, source }]]
    const value = render(template, `${spec.id}/${key}`, given)
    if (value?.isEmpty === true && !spec.allowEmpty && placeholders(template.template).length === 0)
      given.problems.push({
        code: 'VALUE_MISSING',
        message: `${spec.id}/${key} is empty`,
        hint: 'give it a value, or set `allow-empty: true` on the Secret',
        at: template.at,
      })
    return [[key, { value, source }]]
  })
}

/** The one key of `type: registry`: all log-ins merged, without the absent ones; kept or removed where all are absent. */
function registryEntries(spec: SecretSpec, given: Ingredients): [string, Entry][] {
  if (spec.registries.length === 0) return []
  const absences = spec.registries.map((login) => absenceOfLogin(login, given.values))
  const present = spec.registries.filter((_, index) => absences[index] === undefined)
  const none = present.length === 0
  if (none && !absences.includes('keep')) return []
  const all = templatesOf({ ...spec, data: new Map(), registries: none ? spec.registries : present })
  const source = [...new Set(all.map(({ template }) => sourceOf(template, given.values)))].join(', ')
  const entry = (value: Secret | undefined): [string, Entry][] => [['.dockerconfigjson', { value, source }]]
  if (none) return entry(undefined)
  // What could not be read is absent here too, and told as a problem already.
  if (given.values.problems.length === 0)
    given.warnings.push(...absences.flatMap((absence, at) => (absence === 'keep' ? leftOut(spec, at) : [])))
  const logins = present.map(({ host, username, password, email }) => ({
    host,
    username: render(username, `${spec.id}: username`, given),
    password: render(password, `${spec.id}: password`, given),
    ...(email === undefined || absenceOf(email.template, given.values)
      ? {}
      : { email: render(email, `${spec.id}: email`, given) }),
  }))
  const complete = logins.filter(isComplete)
  return entry(complete.length < logins.length ? undefined : dockerConfig(spec, complete, given))
}

function absenceOfLogin({ username, password }: RegistrySpec, values: Values): Absence {
  const parts = [username, password].map(({ template }) => absenceOf(template, values))
  return parts.includes('keep') ? 'keep' : parts.find((absence) => absence !== undefined)
}

/** One document holds all log-ins, so that a single one can't stay as it is. */
function leftOut({ id, registries }: SecretSpec, index: number): Problem {
  const at = registries[index]?.password.at
  return {
    code: 'VALUE_MISSING',
    message: `${id}: the log-in ${index + 1} of ${registries.length} under \`registries\` is absent and optional: it is left out of the document, and goes where it is live`,
    hint: 'give it its values, or set `when-absent: remove` on them where that is meant',
    ...(at === undefined ? {} : { at }),
  }
}

/** The document of the log-ins; undefined after a problem was noted. */
function dockerConfig(
  spec: SecretSpec,
  logins: readonly Login[],
  { secret, problems }: Ingredients,
): Secret | undefined {
  try {
    return buildDockerConfig(logins, secret)
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    problems.push(...error.problems.map((problem) => ({ at: spec.at, ...problem })))
    return undefined
  }
}

interface Login {
  readonly host: string
  readonly username: Secret
  readonly password: Secret
  readonly email?: Secret
}

function isComplete(
  login: { host: string } & Partial<Record<'username' | 'password' | 'email', Secret | undefined>>,
): login is Login {
  return login.username !== undefined && login.password !== undefined
}

function sourceOf(template: Template, values: Values): string {
  const sources = placeholders(template).map(({ use }) => values.of(use).source)
  return sources.length === 0 ? 'literal' : [...new Set(sources)].join(', ')
}

type Absence = 'keep' | 'remove' | undefined

/** What becomes of the key when an optional value in it is absent; undefined when all are there. */
function absenceOf(template: Template, values: Values): Absence {
  const absent = placeholders(template)
    .map(({ use }) => values.of(use))
    .filter(({ value }) => value === undefined)
  if (absent.length === 0) return undefined
  return absent.every(({ whenAbsent }) => whenAbsent === 'remove') ? 'remove' : 'keep'
}

/** Secrets that are declared more than once. */
export function duplicates(manifests: readonly SecretManifest[]): readonly Problem[] {
  const seen = new Set<string>()
  return manifests.flatMap(({ namespace, name, at }) => {
    const id = `${namespace}/${name}`
    if (!seen.has(id)) {
      seen.add(id)
      return []
    }
    return [
      {
        code: 'CONFIG_INVALID' as const,
        message: `the Secret ${id} is declared twice`,
        hint: 'give one of them another `name` or `namespace`',
        at,
      },
    ]
  })
}
