import { LAYERS, type LayerName, type Match } from './match.ts'
import { SEVERITIES, type RuleInfo } from './rules/rule.ts'

/** What a layer says of a place. */
export interface Claim {
  readonly match: Match
  readonly layer: LayerName
  readonly rule: RuleInfo
}

/**
 * One claim for each place: a known value wins, for it names the secret; then what is more severe; then what knows the
 * structure. The winner takes the structural key of one that it has beaten. In the order of places.
 */
export function settle<C extends Claim>(claims: readonly C[]): readonly C[] {
  const settled: C[] = []
  const sorted = claims.toSorted((a, b) => a.match.start - b.match.start || rank(a) - rank(b))
  for (const claim of sorted) {
    const last = settled.at(-1)
    if (last === undefined || claim.match.start >= last.match.end) settled.push(claim)
    else settled[settled.length - 1] = rank(claim) < rank(last) ? withKey(claim, last) : withKey(last, claim)
  }
  return settled
}

function rank({ layer, rule }: Claim): number {
  const severity = layer === 'known-value' ? -1 : SEVERITIES.indexOf(rule.severity)
  return severity * LAYERS.length + LAYERS.indexOf(layer)
}

function withKey<C extends Claim>(winner: C, { match: { key } }: Claim): C {
  if (winner.match.key !== undefined || key === undefined) return winner
  return { ...winner, match: { ...winner.match, key } }
}
