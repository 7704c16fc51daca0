import type { Node, Scalar } from './yaml/tree.ts'

/** A scalar with the key that it stands under, however deep. */
export interface Leaf extends Scalar {
  readonly key: string
}

export function leavesOf(nodes: readonly (Node | undefined)[], key = ''): readonly Leaf[] {
  return nodes.flatMap((node) => {
    if (node === undefined) return []
    if (node.kind === 'scalar') return [{ ...node, key }]
    if (node.kind === 'sequence') return leavesOf(node.items, key)
    return node.entries.flatMap((entry) => leavesOf([entry.value], entry.key))
  })
}
