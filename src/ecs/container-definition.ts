import type { Config, SecretSpec, TemplateSpec } from '../config/config.ts'
import type { Problem } from '../error.ts'
import { remoteValues } from '../external/values.ts'
import { describeReference, type Fault, type Reference } from '../values/reference.ts'
import { placeholders, type Use } from '../values/template.ts'
import { valueFrom } from './value-from.ts'

/** The part of a container definition that gives a container the keys of a Secret: values by ARN, plain text as it is. */
export interface ContainerPart {
  readonly id: string
  readonly name: string
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[]
  readonly environment: readonly { readonly name: string; readonly value: string }[]
  /** Where each key comes from, for reports. */
  readonly sources: ReadonlyMap<string, string>
}

export interface ContainerParts {
  readonly parts: readonly ContainerPart[]
  readonly problems: readonly Problem[]
  readonly notices: readonly string[]
}

/** What ECS needs of every Secret of the configuration: pure, for no value is read. */
export function containerParts(config: Config): ContainerParts {
  const values = remoteValues(config, '`deliver: ecs`')
  const made = config.secrets.map((spec) => partOf(config, spec))
  const parts = made.map(({ part }) => part)
  return {
    parts,
    // A value that is nowhere is told once, not by every key too.
    problems: values.problems.length > 0 ? values.problems : made.flatMap(({ problems }) => problems),
    notices: [...partialArns(parts), ...unjudged(config)],
  }
}

function partOf(config: Config, spec: SecretSpec): { part: ContainerPart; problems: readonly Problem[] } {
  const problems: Problem[] = []
  const entries = [...spec.data]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, template]) => {
      const entry = entryOf(config, template)
      if ('message' in entry) problems.push(problemOf(spec, key, { ...entry, at: template.at }))
      return { key, entry }
    })
  if (spec.registries.length > 0) problems.push(problemOf(spec, 'registries', { ...REGISTRIES, at: spec.at }))
  const part: ContainerPart = {
    id: spec.id,
    name: spec.name,
    secrets: entries.flatMap(({ key, entry }) =>
      'valueFrom' in entry ? [{ name: key, valueFrom: entry.valueFrom }] : [],
    ),
    environment: entries.flatMap(({ key, entry }) =>
      'text' in entry ? [{ name: key, value: entry.text }] : [],
    ),
    sources: new Map(
      entries.map(({ key, entry }) => [key, 'source' in entry ? entry.source : 'literal'] as const),
    ),
  }
  return { part, problems }
}

type Entry = { readonly valueFrom: string; readonly source: string } | { readonly text: string } | Fault

function entryOf(config: Config, { template }: TemplateSpec): Entry {
  const [first, ...more] = placeholders(template)
  if (first === undefined)
    return { text: template.parts.map((part) => (part.kind === 'literal' ? part.text : '')).join('') }
  if (more.length > 0 || template.parts.length > 1 || first.filters.length > 0) return COMPOSED
  const reference = referenceOf(config, first.use)
  if (reference === undefined) return COMPOSED
  const arn = valueFrom(reference, config.stores.get(reference.store))
  return arn.ok ? { valueFrom: arn.value, source: describeReference(reference) } : arn
}

function referenceOf({ values }: Config, use: Use): Reference | undefined {
  return use.kind === 'value' ? values.get(use.name)?.from : use.reference
}

const COMPOSED: Fault = {
  message: 'is composed of text and values, or filtered, which ECS does not do',
  hint: 'store the composed value in AWS and name it here, or compose it in the application',
}

const REGISTRIES: Fault = {
  message: 'log-ins to registries are no environment of a container',
  hint: 'ECS takes them as `repositoryCredentials`; take this Secret out of the environment by `null`',
}

function problemOf(
  { id }: SecretSpec,
  key: string,
  { message, hint, at }: Fault & Required<Pick<Problem, 'at'>>,
): Problem {
  const verb = message.startsWith('is ') ? ' ' : ': '
  return { code: 'CONFIG_INVALID', message: `\`deliver: ecs\`: ${id}/${key}${verb}${message}`, hint, at }
}

/** An ARN by name alone works, but not in every policy. */
function partialArns(parts: readonly ContainerPart[]): readonly string[] {
  const isPartial = ({ valueFrom: arn }: { readonly valueFrom: string }): boolean =>
    /:secretsmanager:/.test(arn) && !/:secret:[^:]*-[A-Za-z0-9]{6}(?::|$)/.test(arn)
  const some = parts.some(({ secrets }) => secrets.some(isPartial))
  return some
    ? [
        'ARNs of Secrets Manager were made of names: the task execution role’s policy has to allow them with the six characters that AWS adds (`…:secret:NAME-??????`)',
      ]
    : []
}

function unjudged({ unjudged: names }: Config): readonly string[] {
  if (names.length === 0) return []
  const list = names.map((name) => `\`${name}\``).join(', ')
  return [`\`require\` and \`rotate\` of ${list} are not kept here: ECS reads the values, this run does not`]
}
