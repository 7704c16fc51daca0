import { mapConcurrently } from '../concurrency.ts'
import type { Config } from '../config/config.ts'
import { ActionError, type Place, type Problem } from '../error.ts'
import type { Secret } from '../secret.ts'
import type { At, Store } from '../stores/store.ts'
import { collectDemands, describeDemand, identify, type Demand } from './demand.ts'
import { parseJson, pickProperty, type Json } from './property.ts'
import { describeReference, type Fault, type Reference } from './reference.ts'
import type { Use } from './template.ts'

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
  const read = async (demand: Demand): Promise<Answer> => {
    const outcome = await reads(demand.reference)
    return { demand, ...settle(demand, outcome) }
  }
  const answers = await readWorkspaceFirst([...demands.values()], { config, read })
  const settled = new Map(answers.map(({ demand, resolved }) => [demand.id, resolved]))
  return {
    of: (use) => settled.get(identify(use)) ?? unreachable(use),
    problems: [...answers.flatMap(({ problem }) => problem ?? []), ...failures(answers)],
    notices: answers.flatMap(({ notice }) => notice ?? []),
  }
}

interface Answer extends Settled {
  readonly demand: Demand
}

/** Kinds of stores that read what a pull request may have changed. */
const OF_THE_WORKSPACE = ['file', 'dotenv']

/**
 * Files first: where one of them differs from the base commit of an event that demands it, no other store is opened,
 * for it would log in on somebody else's change.
 */
async function readWorkspaceFirst(
  demands: readonly Demand[],
  { config, read }: { config: Config; read: (demand: Demand) => Promise<Answer> },
): Promise<readonly Answer[]> {
  const kindOf = ({ reference: { store } }: Demand): unknown => config.stores.get(store)?.['kind'] ?? store
  const isLocal = (demand: Demand): boolean => OF_THE_WORKSPACE.includes(String(kindOf(demand)))
  const local = await mapConcurrently(demands.filter(isLocal), CONCURRENCY, read)
  const others = demands.filter((demand) => !isLocal(demand))
  if (local.some(({ failure }) => failure?.code === 'UNTRUSTED_CHANGE'))
    return [...local, ...others.map((demand) => ({ demand, resolved: absent(demand) }))]
  return [...local, ...(await mapConcurrently(others, CONCURRENCY, read))]
}

/** Every failure of a store once, with all the values that it keeps from being read. */
function failures(answers: readonly Answer[]): readonly Problem[] {
  const failed = answers.filter(({ failure }) => failure !== undefined)
  return [...Map.groupBy(failed, ({ failure }) => failure)].flatMap(([failure, group]) => {
    const [{ demand } = { demand: undefined }] = group
    const what = group
      .map((each) => describeDemand(each.demand))
      .slice(0, 3)
      .join('; ')
    const rest = group.length > 3 ? `; and ${group.length - 3} more` : ''
    return (failure?.problems ?? []).map(({ code, message, hint, at = demand?.at }) => ({
      code,
      message: `${what}${rest}: ${message}`,
      hint,
      ...(at === undefined ? {} : { at }),
    }))
  })
}

type Outcome = { value: Secret; version: string | undefined } | 'absent' | { failure: ActionError }

/** Reads references, each place in a store once however many properties of it are wanted. */
function createReads(
  open: (name: string) => OpenStore,
  secret: (value: string, name: string) => Secret,
): (reference: Reference) => Promise<Outcome> {
  const cache = new Map<string, Promise<Outcome>>()
  const parse = createParse()
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
    if (outcome === 'absent' || 'failure' in outcome || ownsProperty || reference.property === undefined)
      return outcome
    return pick(outcome, reference, { secret, parse })
  }
}

/** The JSON of a value. */
type Parse = (value: Secret) => Json | undefined

/** Parses each value once, however many of its properties are wanted. */
function createParse(): Parse {
  const parsed = new WeakMap<Secret, { readonly json: Json | undefined }>()
  return (value) => {
    const known = parsed.get(value) ?? { json: parseJson(value.reveal()) }
    parsed.set(value, known)
    return known.json
  }
}

async function readOnce(store: Store, at: At): Promise<Outcome> {
  try {
    const found = await store.read(at)
    return found === undefined ? 'absent' : { value: found.value, version: found.version }
  } catch (error) {
    if (error instanceof ActionError) return { failure: error }
    throw error
  }
}

function pick(
  { value, version }: { value: Secret; version: string | undefined },
  reference: Reference,
  { secret, parse }: { secret: (value: string, name: string) => Secret; parse: Parse },
): Outcome {
  const property = reference.property ?? ''
  const name = describeReference(reference)
  if (value.isBlank) return { value: secret('', name), version }
  if (!value.isText) return invalid(NOT_TEXT)
  const picked = pickProperty(parse(value), property)
  if ('fault' in picked) return invalid(picked.fault)
  return picked.found === undefined ? 'absent' : { value: secret(picked.found, name), version }
}

const NOT_TEXT: Fault = {
  message: 'the value is not UTF-8 text, so it has no properties',
  hint: 'drop `#…` from the reference',
}

function invalid(fault: Fault): Outcome {
  return { failure: new ActionError({ code: 'VALUE_INVALID', ...fault }) }
}

interface Settled {
  readonly resolved: Resolved
  /** Why the store could not answer; several values of one bad file share one. */
  readonly failure?: ActionError
  readonly problem?: Problem
  readonly notice?: { readonly message: string; readonly at: Place }
}

function settle(demand: Demand, outcome: Outcome): Settled {
  const nothing = absent(demand)
  const { whenAbsent } = nothing
  if (isFault(outcome)) return { resolved: nothing, failure: outcome.failure }
  const blank = outcome !== 'absent' && outcome.value.isBlank
  if (outcome !== 'absent' && (!blank || demand.allowEmpty)) return { resolved: { ...nothing, ...outcome } }
  return { resolved: nothing, ...missing(demand, { blank, whenAbsent }) }
}

function absent({ spec, reference }: Demand): Resolved {
  const whenAbsent = spec?.whenAbsent ?? 'keep'
  return { value: undefined, source: describeReference(reference), version: undefined, whenAbsent }
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

function isFault(outcome: Outcome): outcome is { failure: ActionError } {
  return outcome !== 'absent' && 'failure' in outcome
}

const KEPT = { keep: 'what is live there stays as it is', remove: 'it is removed there' } as const

function hintFor({ store, key, property }: Reference, blank: boolean): string {
  const mark = 'or mark the value `optional: true`'
  if (store === 'env' || store === 'github')
    return blank
      ? `GitHub gives an empty text for a secret that does not exist or that this event can’t see (forks, a job without \`environment:\`): check it, ${mark}`
      : `set ${key} by \`env:\` in the step${property === undefined ? '' : ' to JSON that has the property'}, ${mark}`
  return blank
    ? `give it a value, ${mark}; \`allow-empty: true\` accepts it as it is`
    : `check the reference, ${mark}`
}

function unreachable(use: Use): never {
  throw new Error(`a ${use.kind} was used that nobody collected`)
}
