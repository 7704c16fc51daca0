import type { Config } from '../config/config.ts'
import type { Place, Problem } from '../error.ts'
import { externalName, type RemoteKind } from '../stores/remote-store.ts'
import { REMOTE_STORES } from '../stores/remote.ts'
import { API_VERSION, metadataOf, type OperatorObject } from './manifest.ts'
import { operatorStore } from './values.ts'

const KINDS: Readonly<Record<string, RemoteKind>> = REMOTE_STORES

/** A store in use: where, and by what in the file. */
export interface StoreUse {
  readonly store: string
  readonly namespace: string
  readonly at: Place
}

/** The operator's stores that are wanted as objects (`external.render`), each once, or once a namespace. */
export function operatorStores(
  { stores }: Config,
  uses: readonly StoreUse[],
): { objects: readonly OperatorObject[]; problems: readonly Problem[] } {
  const objects = new Map<string, OperatorObject>()
  const problems = new Map<string, Problem>()
  for (const use of uses) {
    const wanted = wantedStore(stores.get(use.store), use)
    if (wanted === undefined || objects.has(wanted.id)) continue
    const provider = providerOf(stores.get(use.store) ?? {})
    if (provider.ok) objects.set(wanted.id, storeObject(wanted, provider.value))
    else problems.set(use.store, { code: 'CONFIG_INVALID', ...faultOf(use.store, provider), at: use.at })
  }
  return { objects: [...objects.values()], problems: [...problems.values()] }
}

interface WantedStore {
  readonly id: string
  readonly name: string
  readonly kind: 'SecretStore' | 'ClusterSecretStore'
  readonly namespace: string | undefined
}

/** The store's object; undefined where it is not rendered here. */
function wantedStore(
  entry: Readonly<Record<string, unknown>> | undefined,
  use: StoreUse,
): WantedStore | undefined {
  const parsed = externalName.safeParse(entry)
  if (!parsed.success || parsed.data.external?.render !== true) return undefined
  const { name, kind } = operatorStore(use.store, entry)
  const namespace = kind === 'SecretStore' ? use.namespace : undefined
  return { id: `${kind}/${namespace ?? ''}/${name}`, name, kind, namespace }
}

function faultOf(store: string, { message, hint }: { message: string; hint: string }) {
  return { message: `\`stores.${store}\`: ${message}`, hint }
}

function providerOf({ kind, ...settings }: Readonly<Record<string, unknown>>) {
  const known = KINDS[String(kind)]
  const parsed = known?.settings.safeParse(settings)
  if (known !== undefined && parsed?.success === true) return known.provider(parsed.data)
  return { ok: false, message: 'can’t be rendered', hint: 'see its kind in docs/reference.md' } as const
}

function storeObject(
  { name, kind, namespace }: WantedStore,
  provider: Readonly<Record<string, unknown>>,
): OperatorObject {
  return {
    kind,
    namespace,
    name,
    sources: new Map(),
    body: {
      apiVersion: API_VERSION,
      kind,
      metadata: metadataOf(name, namespace),
      spec: { provider },
    },
  }
}
