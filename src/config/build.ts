import type { Place, Problem } from '../error.ts'
import type { TakeOverWish } from '../kubernetes/take-over.ts'
import { fullType, isKnownType, SHORT_TYPES } from '../manifests/types.ts'
import {
  longReference,
  parseReference,
  type Fault,
  type Parsed,
  type Reference,
} from '../values/reference.ts'
import { parseTemplate } from '../values/template.ts'
import type { CheckSpec } from '../verify/spec.ts'
import { buildChecks } from './checks.ts'
import type { Config, SecretSpec, TemplateSpec, ValueSpec } from './config.ts'
import { buildRender } from './build-render.ts'
import type { Path } from './document.ts'
import type { ConfigFile } from './schema/file.ts'
import type { SecretDeclaration } from './schema/secret.ts'
import type { ValueDeclaration } from './schema/value.ts'
import { dataOf, generationsOf, misplacedFields, registriesOf } from './secret-fields.ts'
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
  const parse = parsing(chosen, problems)
  const values = Object.entries(file.values ?? {}).map(([name, declared]) =>
    buildValue(name, declared, parse),
  )
  const secrets = Object.entries(file.secrets).map(([id, declared]) =>
    buildSecret(id, declared, { ...parse, file }),
  )
  const config: Config = {
    set: chosen.set,
    environment: chosen.environment,
    clusterUid: file.cluster?.uid,
    journal: file.journal === undefined ? undefined : file.journal === 'on',
    history: file.history,
    deliver: file.deliver ?? 'apply',
    ...buildRender(file, chosen, parse.template),
    unjudged: Object.entries(file.values ?? {})
      .filter(([, { require, rotate }]) => require !== undefined || rotate !== undefined)
      .map(([name]) => name),
    takeOver: takeOverOf(file),
    prune: file.prune,
    pruneLimit: file['prune-limit'],
    values: new Map(values.filter((value) => value !== undefined).map((value) => [value.name, value])),
    secrets,
    stores: new Map(Object.entries(file.stores ?? {})),
    checks: checksOf(file, secrets, parse),
  }
  return { config, problems }
}

interface Parsing {
  readonly chosen: Chosen
  readonly report: (fault: Fault, at: Place) => void
  readonly template: (text: string, path: Path) => TemplateSpec
}

function parsing(chosen: Chosen, problems: Problem[]): Parsing {
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
  return { chosen, report, template }
}

/** The checks of the run, then those of each Secret. */
function checksOf(
  file: ConfigFile,
  secrets: readonly SecretSpec[],
  { chosen, ...parse }: Parsing,
): readonly CheckSpec[] {
  const context = { ...parse, ...chosen }
  const { namespace: input } = chosen
  const own = input ?? file.namespace
  const namespaces = own === undefined ? [] : [own]
  return [
    ...buildChecks(file.verify, { path: ['verify'], secret: undefined, namespaces, input }, context),
    ...secrets.flatMap(({ id, namespaces: of }) =>
      buildChecks(
        file.secrets[id]?.verify,
        { path: ['secrets', id, 'verify'], secret: id, namespaces: of, input },
        context,
      ),
    ),
  ]
}

function buildValue(
  name: string,
  declared: ValueDeclaration,
  { chosen, report }: Parsing,
): ValueSpec | undefined {
  const at = chosen.locate(['values', name, 'from'])
  const from = parseFrom(declared.from, chosen.environment)
  if (from.ok) return valueSpec({ name, declared, from: from.value, at })
  report(from, at)
  return undefined
}

function buildSecret(
  id: string,
  declared: SecretDeclaration,
  { chosen, report, template, file }: Parsing & { file: ConfigFile },
): SecretSpec {
  const path = ['secrets', id]
  const type = declared.type ?? 'opaque'
  if (!isKnownType(type)) report(unknownType(type), chosen.locate([...path, 'type']))
  for (const fault of misplacedFields(declared, type))
    report(fault, chosen.locate([...path, ...fault.at], { key: true }))
  return {
    id,
    name: declared.name ?? id,
    namespaces: namespacesOf(declared, chosen.namespace, file.namespace),
    type: fullType(type),
    data: new Map(dataOf(declared).map(({ key, text, at }) => [key, template(text, [...path, ...at])])),
    registries: registriesOf(declared, (text, at) => template(text, [...path, ...at])),
    ...metadataOf(declared),
    generations: generationsOf(declared),
    restart: declared.restart,
    external: { ...file['external-secret'], ...declared['external-secret'] },
    push: buildPush(id, declared, { chosen, report }),
    takeOver: takeOverOf(declared),
    at: chosen.locate(path, { key: true }),
  }
}

function buildPush(
  id: string,
  { push = {} }: SecretDeclaration,
  { chosen, report }: Pick<Parsing, 'chosen' | 'report'>,
): SecretSpec['push'] {
  return new Map(
    Object.entries(push).flatMap(([key, text]) => {
      const at = chosen.locate(['secrets', id, 'push', key])
      const to = parseReference(text, chosen.environment)
      if (!to.ok) report(to, at)
      return to.ok ? [[key, { to: to.value, at }] as const] : []
    }),
  )
}

function metadataOf(
  declared: SecretDeclaration,
): Pick<SecretSpec, 'labels' | 'annotations' | 'immutable' | 'allowEmpty' | 'scope'> {
  const { labels = {}, annotations = {}, immutable = false, 'allow-empty': allowEmpty = false } = declared
  return { labels, annotations, immutable, allowEmpty, scope: declared.scope }
}

function takeOverOf(
  declared: Pick<SecretDeclaration, 'adopt' | 'adopt-from' | 'force-conflicts'>,
): TakeOverWish {
  const { adopt, 'adopt-from': adoptFrom, 'force-conflicts': forceConflicts } = declared
  return { adopt, adoptFrom, forceConflicts }
}

function parseFrom(from: ValueDeclaration['from'], environment: string | undefined): Parsed<Reference> {
  if (typeof from === 'string') return parseReference(from, environment)
  const { store, key, property, version } = from
  return longReference({ store, key, query: version === undefined ? {} : { version }, property }, environment)
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
