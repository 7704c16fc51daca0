/**
 * What a tolerant reader makes of YAML, JSON, or a template of either. Offsets are into the text that was read; a scalar's
 * span has neither its quotes nor its block header. Texts have one code unit a byte where the text that was read has.
 */
export type Node = Scalar | Mapping | Sequence

export interface Scalar {
  readonly kind: 'scalar'
  readonly style: 'plain' | 'quoted' | 'block'
  readonly start: number
  readonly end: number
  /** Escapes resolved, lines joined, a block's indentation taken off. */
  readonly text: string
}

export interface Entry {
  readonly key: string
  /** Undefined: nothing, an alias, or what lies too deep. */
  readonly value: Node | undefined
}

export interface Mapping {
  readonly kind: 'mapping'
  /** As they stand, keys that stand twice included: branches of a template write them so. */
  readonly entries: readonly Entry[]
}

export interface Sequence {
  readonly kind: 'sequence'
  readonly items: readonly (Node | undefined)[]
}

/** Levels that are read. What is written by hand or by a tool has twenty. */
export const DEPTH_LIMIT = 64

/** The first value of a key. */
export function child(node: Node | undefined, ...path: readonly string[]): Node | undefined {
  let found = node
  for (const key of path)
    found = found?.kind === 'mapping' ? found.entries.find((entry) => entry.key === key)?.value : undefined
  return found
}

export function textAt(node: Node | undefined, ...path: readonly string[]): string | undefined {
  const found = child(node, ...path)
  return found?.kind === 'scalar' ? found.text : undefined
}

export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.kind === 'mapping' ? node.entries : []
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'sequence' ? node.items.filter((item) => item !== undefined) : []
}
