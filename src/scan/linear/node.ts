/** A regular expression, as far as it is one: no look-around, no back-reference. */
export type Node =
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'all'; readonly of: readonly Node[] }
  | { readonly kind: 'any'; readonly of: readonly Node[] }
  | {
      readonly kind: 'repeat'
      readonly of: Node
      readonly min: number
      readonly max: number
      readonly lazy: boolean
    }
  | { readonly kind: 'group'; readonly of: Node; readonly nth: number }
  | { readonly kind: 'assert'; readonly what: Assertion }

export type Assertion = 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge'

/** One entry a byte; 1: it is in the set. */
export type ByteSet = Uint8Array

export interface Parsed {
  readonly node: Node
  /** The names of the groups, by their numbers; undefined: it has none. The first is the whole. */
  readonly groups: readonly (string | undefined)[]
}

/** What is wrong with a pattern, in words that follow “the pattern …”. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}
