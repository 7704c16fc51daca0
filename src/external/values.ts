import type { Config } from '../config/config.ts'
import type { Place, Problem } from '../error.ts'
import { externalName, type RemoteRef } from '../stores/remote-store.ts'
import { REMOTE_STORES } from '../stores/remote.ts'
import type { RemoteKind } from '../stores/remote-store.ts'
import { collectDemands, describeDemand, identify, type Demand } from '../values/demand.ts'
import type { Fault, Reference } from '../values/reference.ts'
import type { Use } from '../values/template.ts'

const KINDS: Readonly<Record<string, RemoteKind>> = REMOTE_STORES

/** A store as External Secrets knows it. */
export interface OperatorStore {
  readonly name: string
  readonly kind: 'SecretStore' | 'ClusterSecretStore'
}

/** A value as an operator finds it. */
export interface RemoteValue {
  readonly reference: Reference
  readonly remoteRef: RemoteRef
  readonly store: OperatorStore
}

export interface RemoteValues {
  /** What a placeholder of the configuration stands for; undefined where that is a problem. */
  of(use: Use): RemoteValue | undefined
  readonly problems: readonly Problem[]
}

/** Every value that the Secrets use, as an operator finds it, and why it can't find the others. */
export function remoteValues(config: Config, reader: string): RemoteValues {
  const problems: Problem[] = []
  const found = new Map<string, RemoteValue>()
  // Checks of what was written are not made of what somebody else writes, and keys for sealing are not read by them.
  const secrets = { ...config, checks: [], seal: { ...config.seal, fingerprintKey: undefined } }
  for (const [id, demand] of collectDemands(secrets)) {
    const value = remoteValue(config, demand.reference)
    const wrong = 'store' in value ? optionalFault(demand) : value
    if ('store' in value) found.set(id, value)
    if (wrong !== undefined) problems.push(problemOf(demand, wrong, reader))
  }
  return { of: (use) => found.get(identify(use)), problems }
}

/** Where a reference leads an operator. */
export function remoteValue({ stores }: Config, reference: Reference): RemoteValue | Fault {
  const entry = stores.get(reference.store)
  const { kind: kindName, ...settings } = entry ?? {}
  const kind = KINDS[String(kindName)]
  if (kind === undefined) return UNREACHABLE
  const parsed = kind.settings.safeParse(settings)
  if (!parsed.success)
    return { message: 'a store with settings that its kind does not have', hint: REFERENCE }
  const located = kind.locate(reference, parsed.data)
  return located.ok
    ? { reference, remoteRef: located.value, store: operatorStore(reference.store, entry) }
    : located
}

const REFERENCE = 'see the kinds of stores in docs/reference.md'

const UNREACHABLE: Fault = {
  message: 'is kept where nobody but this run can read it',
  hint: 'keep it in a store of one of the kinds aws-secrets-manager, aws-ssm, vault, google-secret-manager, azure-key-vault, and name that under `values` of this environment; or take what needs it out of this environment by `null`',
}

/** How External Secrets calls the store `name` of the configuration. */
export function operatorStore(
  name: string,
  entry: Readonly<Record<string, unknown>> | undefined,
): OperatorStore {
  const parsed = externalName.safeParse(entry ?? {})
  const named = parsed.success ? parsed.data.external : undefined
  return { name: named?.name ?? name, kind: named?.kind ?? 'SecretStore' }
}

function optionalFault({ spec }: Demand): Fault | undefined {
  if (spec?.optional !== true) return undefined
  return {
    message: 'is optional, but an operator decides by itself what becomes of a value that is absent',
    hint: 'set `optional: false` for this environment, and see to it that the store has the value',
  }
}

function problemOf(demand: Demand, { message, hint }: Fault, reader: string): Problem {
  const verb = /^is /.test(message) ? ' ' : ': '
  const at: Place = demand.at
  const text = `${describeDemand(demand)},${verb}${message}`
  return { code: 'CONFIG_INVALID', message: `${reader}: ${text}`, hint, at }
}
