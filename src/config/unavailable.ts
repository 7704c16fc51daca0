import type { Problem } from '../error.ts'
import { LATER_STORES } from '../stores/index.ts'
import { placeholders, type Use } from '../values/template.ts'
import type { Config } from './config.ts'
import { templatesOf } from './names.ts'
import type { Plain } from './document.ts'
import { isMapping } from './overlay.ts'
import type { ConfigFile } from './schema/file.ts'
import type { Locate } from './validate.ts'

/** What the chosen environment uses of features that this version does not have: each is refused by name. */
export function unavailable(
  file: ConfigFile,
  config: Config,
  { root, locate }: { root: Plain; locate: Locate },
): readonly Problem[] {
  const used = usedValues(config)
  return [
    ...deliveries(root, config.environment, locate),
    ...(file.policy === undefined ? [] : [later('`policy`', locate(['policy'], { key: true }))]),
    ...Object.entries(file.values ?? {}).flatMap(([name, { require, rotate }]) => {
      if (!used.names.has(name)) return []
      const at = (field: string): Problem['at'] => locate(['values', name, field], { key: true })
      return [
        ...(require === undefined ? [] : [later('`require`', at('require'))]),
        ...(rotate === undefined ? [] : [later('`rotate`', at('rotate'))]),
      ]
    }),
    ...Object.entries(file.secrets).flatMap(([id, { restart }]) =>
      restart === undefined || restart === 'none'
        ? []
        : [later('`restart` other than `none`', locate(['secrets', id, 'restart'], { key: true }))],
    ),
    ...Object.entries(file.stores ?? {}).flatMap(([name, { kind }]) =>
      used.stores.has(name) && (LATER_STORES as readonly string[]).includes(kind)
        ? [later(`the store kind \`${kind}\``, locate(['stores', name, 'kind']))]
        : [],
    ),
  ]
}

function deliveries(root: Plain, environment: string | undefined, locate: Locate): readonly Problem[] {
  if (environment === undefined || !isMapping(root) || !isMapping(root['environments'])) return []
  const chosen = root['environments'][environment]
  const deliver = isMapping(chosen) ? chosen['deliver'] : undefined
  if (typeof deliver !== 'string' || deliver === 'apply') return []
  return [later(`\`deliver: ${deliver}\``, locate(['environments', environment, 'deliver']))]
}

/** The declared values that stand in a Secret, and the stores that any value in use is read from. */
function usedValues(config: Config): { names: ReadonlySet<string>; stores: ReadonlySet<string> } {
  const uses = config.secrets.flatMap(templatesOf).flatMap(({ template }) => placeholders(template))
  const names = new Set(uses.flatMap(({ use }) => (use.kind === 'value' ? [use.name] : [])))
  const storeOf = (use: Use): string | undefined =>
    use.kind === 'value' ? config.values.get(use.name)?.from.store : use.reference.store
  return { names, stores: new Set(uses.flatMap(({ use }) => storeOf(use) ?? [])) }
}

function later(what: string, at: Problem['at']): Problem {
  return {
    code: 'NOT_AVAILABLE',
    message: `${what} is not available yet in this version`,
    hint: 'remove it from what the chosen environment uses, or wait for the version that has it',
    ...(at === undefined ? {} : { at }),
  }
}
