import type { Problem } from '../error.ts'
import type { Mode } from '../input-table.ts'
import { LATER_STORES } from '../stores/index.ts'
import { placeholders, type Use } from '../values/template.ts'
import type { Config } from './config.ts'
import { allTemplates } from './names.ts'
import type { ConfigFile } from './schema/file.ts'
import type { Locate } from './validate.ts'

/** What the chosen environment uses of features that this version does not have: each is refused by name. */
export function unavailable(
  file: ConfigFile,
  config: Config,
  { mode, locate }: { mode: Mode; locate: Locate },
): readonly Problem[] {
  const used = usedValues(config)
  const wrongMode = [...deliveries(config, mode, locate), ...suffixes(config, mode)]
  // What an operator reads is neither read nor judged here.
  if (wrongMode.length === 0 && (READ_ELSEWHERE.includes(config.deliver) || handsOver(config.deliver, mode)))
    return []
  return [
    ...wrongMode,
    ...(file.policy === undefined ? [] : [later('`policy`', locate(['policy'], { key: true }))]),
    ...Object.entries(file.values ?? {}).flatMap(([name, { require, rotate }]) => {
      if (!used.names.has(name)) return []
      const at = (field: string): Problem['at'] => locate(['values', name, field], { key: true })
      return [
        ...(require === undefined ? [] : [later('`require`', at('require'))]),
        ...(rotate === undefined ? [] : [later('`rotate`', at('rotate'))]),
      ]
    }),
    ...Object.entries(file.stores ?? {}).flatMap(([name, { kind }]) =>
      used.stores.has(name) && (LATER_STORES as readonly string[]).includes(kind)
        ? [later(`the store kind \`${kind}\``, locate(['stores', name, 'kind']))]
        : [],
    ),
  ]
}

/** Deliveries for which no value is read here. */
const READ_ELSEWHERE: readonly string[] = ['external-secret', 'ecs']

/** `mode: apply` hands Secrets over that somebody else makes from now on: it reads no value. */
function handsOver(deliver: Config['deliver'], mode: Mode): boolean {
  return mode === 'apply' && (deliver === 'sealed-secret' || deliver === 'external-secret')
}

function deliveries({ environment, deliver }: Config, mode: Mode, locate: Locate): readonly Problem[] {
  if (deliver === 'apply' || mode === 'render' || handsOver(deliver, mode)) return []
  const path = environment === undefined ? ['deliver'] : ['environments', environment, 'deliver']
  return [
    {
      code: 'INPUT_INVALID',
      message: `\`deliver: ${deliver}\` is rendered, not written to the cluster`,
      hint: 'use `mode: render`, or choose an environment with `deliver: apply`',
      at: locate(path),
    },
  ]
}

/** Who renders has no cluster to ask for the latest name, and no workload to point to it. */
function suffixes({ secrets, deliver }: Config, mode: Mode): readonly Problem[] {
  if (deliver === 'apply' && mode !== 'render') return []
  return secrets
    .filter(({ generations }) => generations !== undefined)
    .map(({ id, at }) => ({
      code: 'CONFIG_INVALID',
      message: `\`name-suffix\` of ${id} is for Secrets that are written to the cluster`,
      hint: 'remove it for this environment: `null` does so in an overlay',
      at,
    }))
}

/** The declared values that stand in a Secret, and the stores that any value in use is read from. */
function usedValues(config: Config): { names: ReadonlySet<string>; stores: ReadonlySet<string> } {
  const uses = allTemplates(config).flatMap(({ template }) => placeholders(template))
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
