import type { Config, SecretSpec, TemplateSpec, ValueSpec } from '../config/config.ts'
import { templatesOf } from '../config/names.ts'
import type { Place } from '../error.ts'
import { describeReference, type Reference } from './reference.ts'
import { placeholders, type Use } from './template.ts'
import { templatesOfProbe } from '../verify/templates.ts'

/** A value that is wanted: by whom, and what is allowed of it. */
export interface Demand {
  readonly id: string
  readonly reference: Reference
  readonly spec: ValueSpec | undefined
  /** `secret/key` of all that use it. */
  readonly neededBy: string[]
  /** Whether every Secret that uses it accepts an empty value. */
  allowEmpty: boolean
  readonly at: Place
}

/** Everything that Secrets and checks use, each value and each reference once. */
export function collectDemands(config: Config): ReadonlyMap<string, Demand> {
  const demands = new Map<string, Demand>()
  const add = (use: Use, where: Wanted): void => {
    const demand = demandOf(use, where, config)
    const known = demands.get(identify(use))
    if (demand === undefined) return
    if (known === undefined) demands.set(demand.id, demand)
    else {
      known.neededBy.push(where.name)
      // A check takes what its Secret takes.
      known.allowEmpty &&= where.secret === undefined || demand.allowEmpty
    }
  }
  for (const { template, ...where } of wantedTemplates(config))
    for (const { use } of placeholders(template)) add(use, where)
  return demands
}

function wantedTemplates(config: Config): readonly (Wanted & Pick<TemplateSpec, 'template'>)[] {
  return [
    ...fingerprintKeyOf(config).map((spec) => ({
      ...spec,
      secret: { allowEmpty: false },
      name: 'seal.fingerprint-key',
    })),
    ...config.secrets.flatMap(templatesOfSecret),
    ...config.checks.flatMap(({ name, probe }) =>
      templatesOfProbe(probe).map(([, spec]) => ({
        ...spec,
        secret: undefined,
        name: `the check “${name}”`,
      })),
    ),
  ]
}

function templatesOfSecret(secret: SecretSpec): readonly (Wanted & Pick<TemplateSpec, 'template'>)[] {
  return [
    ...[...secret.data].map(([key, spec]) => ({ ...spec, secret, name: `${secret.id}/${key}` })),
    ...templatesOf({ ...secret, data: new Map() }).map((spec) => ({
      ...spec,
      secret,
      name: `${secret.id}/.dockerconfigjson`,
    })),
  ]
}

/** Wanted only where Secrets are sealed. */
function fingerprintKeyOf({ deliver, seal: { fingerprintKey } }: Config): readonly TemplateSpec[] {
  return deliver !== 'sealed-secret' || fingerprintKey === undefined ? [] : [fingerprintKey]
}

interface Wanted {
  /** Undefined for a check. */
  readonly secret: Pick<SecretSpec, 'allowEmpty'> | undefined
  readonly name: string
  readonly at: Place
}

/** Undefined for a value that is not declared, which config/names.ts has refused before. */
function demandOf(use: Use, { secret, name, at }: Wanted, { values }: Config): Demand | undefined {
  const spec = use.kind === 'value' ? values.get(use.name) : undefined
  const reference = use.kind === 'value' ? spec?.from : use.reference
  if (reference === undefined) return undefined
  const allowEmpty = secret?.allowEmpty === true || spec?.allowEmpty === true
  return { id: identify(use), reference, spec, neededBy: [name], allowEmpty, at: spec?.at ?? at }
}

/** What makes two uses the same: the value's name, or the reference. */
export function identify(use: Use): string {
  return use.kind === 'value' ? use.name : describeReference(use.reference)
}

/** The value and who needs it, as reports say it. */
export function describeDemand({ spec, reference, neededBy }: Demand): string {
  const source = describeReference(reference)
  const what = spec === undefined ? `the value ${source}` : `the value \`${spec.name}\` (${source})`
  return `${what}, needed by ${[...new Set(neededBy)].join(', ')}`
}
