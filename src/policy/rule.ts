import type { Config } from '../config/config.ts'
import type { Problem } from '../error.ts'
import type { Values } from '../values/resolve.ts'

/** What a rule found: things that stop the run, and things that are only said. */
export interface Findings {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
}

/** A rule on the configuration and its values: plain, synchronous, touching nothing. */
export type Rule = (config: Config, values: Values) => Findings
