import type { Place, Problem } from '../error.ts'
import { STORES } from '../stores/index.ts'
import { placeholders } from '../values/template.ts'
import { templatesOfProbe } from '../verify/templates.ts'
import type { Config, SecretSpec, TemplateSpec } from './config.ts'
import { MOST_PROBLEMS } from './parser.ts'
import { listNames, suggest } from './suggest.ts'

/** Placeholders of values that are not declared, and references to stores that are not there; the first hundred. */
export function unknownNames(config: Config): readonly Problem[] {
  const stores = [...new Set([...Object.keys(STORES), ...config.stores.keys()])]
  const known = { store: new Set(stores), value: config.values }
  const values = [...config.values.values()].map(({ from, at }): Named => ({
    what: 'store',
    name: from.store,
    at,
  }))
  const uses = allTemplates(config).flatMap(({ template, at }) =>
    placeholders(template).map(({ use }): Named =>
      use.kind === 'value'
        ? { what: 'value', name: use.name, at }
        : { what: 'store', name: use.reference.store, at },
    ),
  )
  const names = { store: stores, value: [...config.values.keys()] }
  return [...values, ...uses]
    .filter(({ what, name }) => !known[what].has(name))
    .slice(0, MOST_PROBLEMS)
    .map((named) => unknown(named, names[named.what]))
}

interface Named {
  readonly what: 'store' | 'value'
  readonly name: string
  readonly at: Place
}

/** Every template of the configuration, with its place: of Secrets and of checks. */
export function allTemplates({ secrets, checks, seal: { fingerprintKey } }: Config): readonly TemplateSpec[] {
  return [
    ...(fingerprintKey === undefined ? [] : [fingerprintKey]),
    ...secrets.flatMap(templatesOf),
    ...checks.flatMap(({ probe }) => templatesOfProbe(probe).map(([, template]) => template)),
  ]
}

/** Every template of a Secret, with its place. */
export function templatesOf({ data, registries }: SecretSpec): readonly TemplateSpec[] {
  return [
    ...data.values(),
    ...registries.flatMap(({ username, password, email }) =>
      email === undefined ? [username, password] : [username, password, email],
    ),
  ]
}

/** The unknown name itself is not quoted: it may be a piece of a value. */
function unknown({ what, name, at }: Named, known: readonly string[]): Problem {
  const near = suggest(name, known)
  return {
    code: 'CONFIG_INVALID',
    message: `a placeholder or reference names a ${what} that is not declared${near === undefined ? '' : `: did you mean \`${near}\`?`}`,
    hint:
      near === undefined
        ? `declared are: ${known.length === 0 ? 'none' : listNames(known)}`
        : `correct it, or declare the ${what}`,
    at,
  }
}
