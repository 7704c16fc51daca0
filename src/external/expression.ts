import type { Filter } from '../values/filters.ts'

/** A piece of what an operator's template makes: text as it stands, or an expression of Go's text/template. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `pipeline` is one without its braces; its value is a string. */
  | { readonly kind: 'expression'; readonly pipeline: string }

/** Each filter in Go's functions and Sprig's: the bytes are those of values/filters.ts. */
const FILTERS: Readonly<Record<Filter, string>> = {
  // QueryEscape leaves what RFC 3986 leaves, and makes `+` of a space; a plus in the value is `%2B` by then.
  uri: 'urlquery | replace "+" "%20"',
  base64: 'b64enc',
  json: 'toJson',
}

/** The expression that is the value of `secretKey`, with filters. */
export function valueOf(secretKey: string, filters: readonly Filter[]): Piece {
  const field = /^[A-Za-z_][A-Za-z0-9_]*$/.test(secretKey) ? `.${secretKey}` : `index . ${quote(secretKey)}`
  return { kind: 'expression', pipeline: [field, ...filters.map((filter) => FILTERS[filter])].join(' | ') }
}

/** The template that gives the pieces one after the other. */
export function templateText(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => (piece.kind === 'text' ? escapeText(piece.text) : `{{ ${piece.pipeline} }}`))
    .join('')
}

/** The pieces as a single expression, under more of a pipeline: `print` puts nothing between strings. */
export function joined(pieces: readonly Piece[], then: string): Piece {
  const [only, ...more] = pieces
  if (only !== undefined && more.length === 0 && only.kind === 'expression')
    return { kind: 'expression', pipeline: `${only.pipeline} | ${then}` }
  const operands = pieces.map((piece) => (piece.kind === 'text' ? quote(piece.text) : `(${piece.pipeline})`))
  return { kind: 'expression', pipeline: `print ${operands.join(' ')} | ${then}` }
}

/** Text that stands for itself in a template: no brace of it begins an action, not together with one that follows. */
export function escapeText(text: string): string {
  return text.replace(/\{{2,}|\{$/g, (braces) => `{{ ${quote(braces)} }}`)
}

/** A string of Go; JSON's escapes are Go's too. */
function quote(text: string): string {
  return JSON.stringify(text)
}
