import { mapConcurrently } from '../concurrency.ts'
import type { Config, SecretSpec, ValueSpec } from '../config/config.ts'
import { templatesOf } from '../config/names.ts'
import { ActionError, type Place, type Problem } from '../error.ts'
import type { Secret } from '../secret.ts'
import type { At, Store } from '../stores/store.ts'
import { pickProperty } from './property.ts'
import { describeReference, type Reference } from './reference.ts'
import { placeholders, type Use } from './template.ts'

/** How many values are read at once. */
const CONCURRENCY = 16

/** A value after its store was asked. */
export interface Resolved {
  /** Undefined where the store has none, or it is blank and optional. */
  readonly value: Secret | undefined
  /** Where it came from, as it was asked for: `dotenv://.env#DB_PASSWORD`. */
  readonly source: string
  readonly version: string | undefined
  /** What becomes of the live key when `value` is undefined. */
  readonly whenAbsent: 'keep' | 'remove'
}

/** A store that is open, and whether it finds a value by key and property together. */
export interface OpenStore {
  readonly store: Store
  readonly ownsProperty: boolean
}

export interface Values {
  /** What a placeholder of the configuration stands for. */
  of(use: Use): Resolved
  readonly problems: readonly Problem[]
  /** Optional values that are absent: what to say of them. */
  readonly notices: readonly { readonly message: string; readonly at: Place }[]
}

/** Reads every value that the Secrets of the configuration use, each once; gathers all that fails. */
export async function resolveValues(
  config: Config,
  open: (name: string) => OpenStore,
  secret: (value: string, name: string) => Secret,
): Promise<Values> {
  const demands = collectDemands(config)
  const reads = createReads(open, secret)
  const answers = await mapConcurrently([...demands.values()], CONCURRENCY, async (demand) => {
    const outcome = await reads(demand.reference)
    return [demand.id, settle(demand, outcome)] as const
  })
  const settled = new Map(answers)
  return {
    of: (use) => settled.get(identify(use))?.resolved ?? unreachable(use),
    problems: answers.flatMap(([, { problem }]) => problem ?? []),
    notices: answers.flatMap(([, { notice }]) => notice ?? []),
  }
}

/** A value that is wanted: by whom, and what is allowed of it. */
interface Demand {
  readonly id: string
  readonly reference: Reference
  readonly spec: ValueSpec | undefined
  /** `secret/key` of all that use it. */
  readonly neededBy: string[]
  /** Whether every Secret that uses it accepts an empty value. */
  allowEmpty: boolean
  readonly at: Place
}

function collectDemands(config: Config): ReadonlyMap<string, Demand> {
  const demands = new Map<string, Demand>()
  const add = (use: Use, where: Wanted): void => {
    const demand = demandOf(use, where, config)
    const known = demands.get(identify(use))
    if (demand === undefined) return
    if (known === undefined) demands.set(demand.id, demand)
    else {
      known.neededBy.push(where.name)
      known.allowEmpty &&= demand.allowEmpty
    }
  }
  for (const secret of config.secrets) {
    for (const [key, { template, at }] of secret.data)
      for (const { use } of placeholders(template)) add(use, { secret, name: `${secret.id}/${key}`, at })
    for (const { template, at } of templatesOf({ ...secret, data: new Map() }))
      for (const { use } of placeholders(template))
        add(use, { secret, name: `${secret.id}/.dockerconfigjson`, at })
  }
  return demands
}

interface Wanted {
  readonly secret: SecretSpec
  readonly name: string
  readonly at: Place
}

/** Undefined for a value that is not declared, which config/names.ts has refused before. */
function demandOf(use: Use, { secret, name, at }: Wanted, { values }: Config): Demand | undefined {
  const spec = use.kind === 'value' ? values.get(use.name) : undefined
  const reference = use.kind === 'value' ? spec?.from : use.reference
  if (reference === undefined) return undefined
  const allowEmpty = secret.allowEmpty || spec?.allowEmpty === true
  return { id: identify(use), reference, spec, neededBy: [name], allowEmpty, at: spec?.at ?? at }
}

function identify(use: Use): string {
  return use.kind === 'value' ? use.name : describeReference(use.reference)
}

type Outcome = { value: Secret; version: string | undefined } | 'absent' | { fault: Omit<Problem, 'at'> }

/** Reads references, each place in a store once however many properties of it are wanted. */
function createReads(
  open: (name: string) => OpenStore,
  secret: (value: string, name: string) => Secret,
): (reference: Reference) => Promise<Outcome> {
  const cache = new Map<string, Promise<Outcome>>()
  const read = (reference: Reference): Promise<Outcome> => {
    const { ownsProperty, store } = open(reference.store)
    const whole: Reference = ownsProperty ? reference : { ...reference, property: undefined }
    const id = describeReference(whole)
    const known = cache.get(id)
    if (known !== undefined) return known
    const { key, query, property } = whole
    const fresh = readOnce(store, { key, query, ...(property === undefined ? {} : { property }) })
    cache.set(id, fresh)
    return fresh
  }
  return async (reference) => {
    const outcome = await read(reference)
    const { ownsProperty } = open(reference.store)
    if (outcome === 'absent' || 'fault' in outcome || ownsProperty || reference.property === undefined)
      return outcome
    return pick(outcome, reference, secret)
  }
}

async function readOnce(store: Store, at: At): Promise<Outcome> {
  try {
    const found = await store.read(at)
    return found === undefined ? 'absent' : { value: found.value, version: found.version }
  } catch (error) {
    if (error instanceof ActionError) return { fault: error.problems[0] }
    throw error
  }
}

function pick(
  { value, version }: { value: Secret; version: string | undefined },
  reference: Reference,
  secret: (value: string, name: string) => Secret,
): Outcome {
  const property = reference.property ?? ''
  if (value.isBlank) return 'absent'
  if (!value.isText)
    return {
      fault: {
        code: 'VALUE_INVALID',
        message: 'the value is not UTF-8 text, so it has no properties',
        hint: 'drop `#…` from the reference',
      },
    }
  const picked = pickProperty(value.reveal(), property)
  if ('fault' in picked) return { fault: { code: 'VALUE_INVALID', ...picked.fault } }
  return picked.found === undefined
    ? 'absent'
    : { value: secret(picked.found, describeReference(reference)), version }
}

interface Settled {
  readonly resolved: Resolved
  readonly problem?: Problem
  readonly notice?: { readonly message: string; readonly at: Place }
}

function settle(demand: Demand, outcome: Outcome): Settled {
  const { spec, reference } = demand
  const whenAbsent = spec?.whenAbsent ?? 'keep'
  const nothing = { value: undefined, source: describeReference(reference), version: undefined, whenAbsent }
  if (isFault(outcome)) {
    const { code, message, hint } = outcome.fault
    const problem = { code, message: `${describeDemand(demand)}: ${message}`, hint, at: demand.at }
    return { resolved: nothing, problem }
  }
  const blank = outcome !== 'absent' && outcome.value.isBlank
  if (outcome !== 'absent' && (!blank || demand.allowEmpty)) return { resolved: { ...nothing, ...outcome } }
  return { resolved: nothing, ...missing(demand, { blank, whenAbsent }) }
}

/** What is said of a value that is not there, or is empty: an error, unless it is optional. */
function missing(
  demand: Demand,
  { blank, whenAbsent }: { blank: boolean; whenAbsent: Resolved['whenAbsent'] },
): Omit<Settled, 'resolved'> {
  const { spec, reference, at } = demand
  const what = describeDemand(demand)
  if (spec?.optional === true)
    return { notice: { message: `${what}, is optional and absent: ${KEPT[whenAbsent]}`, at } }
  const message = `${what}, ${blank ? 'is empty' : 'does not exist'}`
  return { problem: { code: 'VALUE_MISSING', message, hint: hintFor(reference, blank), at } }
}

function describeDemand({ spec, reference, neededBy }: Demand): string {
  const source = describeReference(reference)
  const what = spec === undefined ? `the value ${source}` : `the value \`${spec.name}\` (${source})`
  return `${what}, needed by ${neededBy.join(', ')}`
}

function isFault(outcome: Outcome): outcome is { fault: Omit<Problem, 'at'> } {
  return outcome !== 'absent' && 'fault' in outcome
}

const KEPT = { keep: 'what is live there stays as it is', remove: 'it is removed there' } as const

function hintFor({ store, key }: Reference, blank: boolean): string {
  const mark = 'or mark the value `optional: true`'
  if (store === 'env' || store === 'github')
    return blank
      ? `GitHub gives an empty text for a secret that does not exist or that this event can’t see (forks, a job without \`environment:\`): check it, ${mark}`
      : `set ${key} by \`env:\` in the step, ${mark}`
  return blank
    ? `give it a value, ${mark}; \`allow-empty: true\` accepts it as it is`
    : `check the reference, ${mark}`
}

function unreachable(use: Use): never {
  throw new Error(`a ${use.kind} was used that nobody collected`)
}
