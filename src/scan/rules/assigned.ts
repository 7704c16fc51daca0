import { after } from './token.ts'

interface Assignment {
  /** Of the variable, field, option or attribute: in lower case, found in any. */
  readonly name: RegExp
  readonly value: RegExp
  /** Characters of the value's alphabet besides those of words. */
  readonly more?: string
}

/**
 * What stands between a name and its value in code, YAML, JSON (that in strings too), TOML, XML, shells and calls:
 * quotes and brackets that close, one sign, quotes that open.
 */
export const BETWEEN = String.raw`[\\"'\x60\])]{0,4}(?:[ \t]{0,20}(?::=|=>|={1,3}|[:,>(])[ \t]{0,20}|[ \t]{1,4})[\\"'\x60([]{0,4}`

/** The pattern of a value that has no form of its own, so that the name it is assigned to has to tell it. */
export function assigned({ name, value, more = '' }: Assignment): RegExp {
  return new RegExp(`(?<key>${anyCase(name.source)})${BETWEEN}(?<secret>${value.source})${after(more)}`)
}

/** `api` → `[aA][pP][iI]`: the value's letters keep their case. */
function anyCase(source: string): string {
  return source.replace(/\\.|\[[^\]]*\]|[a-z]/g, (each) =>
    each.length === 1 ? `[${each}${each.toUpperCase()}]` : each,
  )
}
