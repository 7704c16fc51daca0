import { examine, type Bench, type ScanFile, type Sighting } from './examine.ts'
import type { Finding } from './finding.ts'

/** Why a finding is none to act on: what allows it, and the reason that was given. */
export interface Allowance {
  readonly by: 'inline' | 'baseline' | 'path' | 'rule'
  readonly reason: string | undefined
}

/** Decides on a finding; undefined: it stands. It is asked about each, in order. */
export type Judge = (sighting: Sighting) => Promise<Allowance | undefined> | Allowance | undefined

/** What was not looked at, or not as a whole, and why. Paths are not yet fit to be printed. */
export interface Unscanned {
  readonly path: string
  readonly why: string
  /** Whether it should have been looked at: Git did not have it. */
  readonly lost: boolean
}

export interface ScanResult {
  /** That stand, in the order of files; those of the head first. */
  readonly found: readonly Finding[]
  readonly allowed: readonly (Allowance & { readonly finding: Finding })[]
  readonly unscanned: readonly Unscanned[]
  readonly files: number
  readonly size: number
}

/** What comes from where the files are: a version of a file, or one that can't be had. */
export type Source = ScanFile | Unscanned

/**
 * Looks at one file after the other. What a former commit added is told only where the head has it no more, and each
 * secret once.
 */
export async function scan(sources: AsyncIterable<Source>, bench: Bench, judge: Judge): Promise<ScanResult> {
  const found: Finding[] = []
  const allowed: (Allowance & { finding: Finding })[] = []
  const unscanned: Unscanned[] = []
  const known = new Set<string>()
  let files = 0
  let size = 0
  const decide = async (sighting: Sighting): Promise<void> => {
    const { finding, identity } = sighting
    if (finding.commit !== undefined && known.has(identity)) return
    known.add(identity)
    const allowance = await judge(sighting)
    if (allowance === undefined) found.push(finding)
    else allowed.push({ ...allowance, finding })
  }
  for await (const source of sources) {
    if ('why' in source) {
      unscanned.push(source)
      continue
    }
    const examined = examine(source, bench)
    files++
    size += source.bytes.length
    if (examined.unscanned !== undefined)
      unscanned.push({ path: source.path, why: examined.unscanned, lost: false })
    for (const sighting of examined.sightings) await decide(sighting)
  }
  return { found, allowed, unscanned, files, size }
}
