/**
 * Before a token stands no letter, digit or underscore, unless that ends an escape: in `"\nghp_…"` the token begins after
 * the `n`.
 */
export const BEFORE = String.raw`(?<![0-9A-Za-z_](?<!\\[nrt]))`

/**
 * The pattern of a token that is no part of a longer word. `more` are characters of its alphabet besides those of words:
 * they can't follow it either.
 */
export function token(form: RegExp, more = ''): RegExp {
  return new RegExp(`${BEFORE}(?:${form.source})${after(more)}`, form.flags)
}

/** Where a token ends. */
export function after(more: string): string {
  return `(?![0-9A-Za-z_${more.replaceAll('-', '\\-')}])`
}
