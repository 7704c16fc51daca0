import type { ScanText } from './text.ts'
import type { Watch } from './watch.ts'
import type { RuleInfo } from './rules/rule.ts'

/** Something found in a text. Internal: offsets are into its `bytes`, and are never printed. */
export interface Match {
  /** The id of one of the layer's rules. */
  readonly rule: string
  readonly start: number
  readonly end: number
  /** Its structural key: `Secret/app/db data.password`, a variable's name. Never made of the value. */
  readonly key?: string
  /** The name of the known secret. */
  readonly secret?: string
}

/** The layers in the order in which they win: a match inside one of an earlier layer is dropped. */
export const LAYERS = ['known-value', 'kubernetes', 'pattern'] as const

export type LayerName = (typeof LAYERS)[number]

/** A way of looking at a text: plain, synchronous, touching nothing. */
export interface Layer {
  readonly name: LayerName
  /** Whether it has to see the whole file, where only some of its lines are asked about. */
  readonly whole: boolean
  readonly rules: readonly RuleInfo[]
  /** In any order, the same place twice perhaps. Throws nothing for any bytes. Ends early where `watch` tells so. */
  match(text: ScanText, watch: Watch): readonly Match[]
}
