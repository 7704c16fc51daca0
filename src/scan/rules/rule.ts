export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const

export type Severity = (typeof SEVERITIES)[number]

/** What is said of a rule, of whichever layer. */
export interface RuleInfo {
  readonly id: string
  /** What it finds, in a few words: `GitHub personal access token`. */
  readonly description: string
  readonly severity: Severity
  /** The page that tells how to revoke or rotate it. */
  readonly remedy: string
}

/** The named groups of a match. */
export type Groups = Readonly<Record<string, string | undefined>>

/** A form that a secret has. */
export interface Rule extends RuleInfo {
  /**
   * The group named `secret`, else group 1, else the whole, is the secret; a group named `key` is the name of what it is
   * assigned to, and becomes the match's key. Every repeat is bounded, and no flag is needed but `i`, `m` or `s`. It is run
   * over the neighbourhood of a keyword only, as `reach` tells, of text with one code unit a byte.
   */
  readonly pattern: RegExp
  /** In lower case, found in any case. Each match holds one, or has one within its reach. */
  readonly keywords: readonly string[]
  /** The bytes before a keyword's start and after its end that a match with it can span. */
  readonly reach?: { readonly before: number; readonly after: number }
  /** Whether what the pattern found is really one: checksum, structure, entropy. It is given the pattern's named groups too. */
  readonly check?: (secret: string, groups: Groups) => boolean
}

/** The `reach` of a rule that tells none: lines of code, with room for the longest tokens. */
export const REACH = { before: 128, after: 512 }
