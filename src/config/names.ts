import type { Place, Problem } from '../error.ts'
import { STORES } from '../stores/index.ts'
import { placeholders } from '../values/template.ts'
import type { Config, SecretSpec, TemplateSpec } from './config.ts'
import { suggest } from './suggest.ts'

/** Placeholders of values that are not declared, and references to stores that are not there. */
export function unknownNames(config: Config): readonly Problem[] {
  const stores = new Set([...Object.keys(STORES), ...config.stores.keys()])
  const values = [...config.values.values()].flatMap(({ from, at }) =>
    stores.has(from.store) ? [] : [unknown({ what: 'store', name: from.store, known: [...stores], at })],
  )
  const uses = config.secrets.flatMap(templatesOf).flatMap(({ template, at }) =>
    placeholders(template).flatMap(({ use }) => {
      if (use.kind === 'value')
        return config.values.has(use.name)
          ? []
          : [unknown({ what: 'value', name: use.name, known: [...config.values.keys()], at })]
      const { store } = use.reference
      return stores.has(store) ? [] : [unknown({ what: 'store', name: store, known: [...stores], at })]
    }),
  )
  return [...values, ...uses]
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
function unknown({
  what,
  name,
  known,
  at,
}: {
  what: string
  name: string
  known: readonly string[]
  at: Place
}): Problem {
  const near = suggest(name, known)
  return {
    code: 'CONFIG_INVALID',
    message: `a placeholder or reference names a ${what} that is not declared${near === undefined ? '' : `: did you mean \`${near}\`?`}`,
    hint:
      near === undefined
        ? `declared are: ${known.length === 0 ? 'none' : known.join(', ')}`
        : `correct it, or declare the ${what}`,
    at,
  }
}
