import type { LayerName } from './match.ts'
import type { Severity } from './rules/rule.ts'

/** What is reported. It holds no value, and no length of one. */
export interface Finding {
  readonly rule: string
  readonly layer: LayerName
  readonly severity: Severity
  /** In the repository, with forward slashes; not yet fit to be printed. */
  readonly path: string
  /** From 1, in the version of the file that the commit holds. */
  readonly line: number
  /** From 1, in code points of the line. */
  readonly column: number
  readonly key: string | undefined
  /** The name of the known secret. */
  readonly secret: string | undefined
  /** The commit that added it, where it stands in the head no more; undefined: it stands there. */
  readonly commit: string | undefined
  /** Of the line with the found span replaced by the rule's id. */
  readonly lineHash: string
}
