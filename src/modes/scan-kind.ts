import type { ScanOutcome } from '../outcome.ts'
import { fails } from '../report/scan/words.ts'
import type { ScanPlan } from '../scan/plan.ts'
import type { ScanResult } from '../scan/scan.ts'

/**
 * The word for what came of a scan. What could not be looked at is told before findings that fail nothing: with these the
 * run would pass on what it did not see.
 */
export function kindOf(
  { found, allowed, unscanned, files }: Pick<ScanResult, 'found' | 'allowed' | 'unscanned' | 'files'>,
  { whole, failOn }: Pick<ScanPlan, 'whole'> & Pick<ScanOutcome, 'failOn'>,
): ScanOutcome['kind'] {
  if (found.some((finding) => fails(finding, failOn))) return 'found'
  if (unscanned.some(({ lost }) => lost) || (files === 0 && (whole || unscanned.length > 0)))
    return 'could-not-look'
  if (found.length > 0) return 'found'
  return allowed.length > 0 ? 'allowed' : 'clean'
}
