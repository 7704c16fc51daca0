import type { Config } from '../config/config.ts'
import { ActionError } from '../error.ts'
import type { Secret } from '../secret.ts'
import { parseGithubSecrets } from '../stores/github-secrets.ts'
import { STORES } from '../stores/index.ts'
import type { StoreContext, StoreKind } from '../stores/store.ts'
import type { OpenStore } from './resolve.ts'

/**
 * Opens each store of the configuration once, when it is first asked for. Throws when its settings are not valid.
 * `githubSecrets` is the `github-secrets` input; its values are masked here, before anything is read.
 */
export function storeOpener(
  config: Config,
  {
    githubSecrets,
    ...rest
  }: Omit<StoreContext, 'githubSecrets'> & { readonly githubSecrets: Secret | undefined },
): (name: string) => OpenStore {
  const opened = new Map<string, OpenStore>()
  const parsed =
    githubSecrets === undefined ? undefined : parseGithubSecrets(githubSecrets.reveal(), rest.secret)
  const context: StoreContext = { ...rest, githubSecrets: parsed }
  return (name) => {
    const known = opened.get(name)
    if (known !== undefined) return known
    const { kind: kindName = name, ...settings } = config.stores.get(name) ?? {}
    const fresh = openStore(name, { kindName: String(kindName), settings, context })
    opened.set(name, fresh)
    return fresh
  }
}

function openStore(
  name: string,
  { kindName, settings, context }: { kindName: string; settings: unknown; context: StoreContext },
): OpenStore {
  const kinds: Readonly<Record<string, StoreKind>> = STORES
  const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined
  const parsed = kind?.settings.safeParse(settings)
  if (kind === undefined || parsed?.success !== true)
    throw new ActionError({
      code: 'CONFIG_INVALID',
      message: `the store \`${name}\` has ${kind === undefined ? 'an unknown kind' : 'settings that its kind does not have'}`,
      hint:
        kind === undefined
          ? `kinds are: ${Object.keys(STORES).join(', ')}`
          : `see the kind \`${kindName}\` in docs/reference.md`,
    })
  return { store: kind.open(parsed.data, context), ownsProperty: kind.addressing === 'key#property' }
}
