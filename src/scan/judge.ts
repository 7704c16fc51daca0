import { baselineLine, cleanKey, type Baseline } from './baseline.ts'
import type { Sighting } from './examine.ts'
import { markersIn } from './markers.ts'
import { matchesPath } from './path-list.ts'
import type { Allowance, Judge } from './scan.ts'
import type { ScanText } from './text.ts'

/** What the configuration allows: findings in these paths, of these rules, with these keys. */
export interface AllowEntry {
  readonly paths: readonly string[]
  /** Undefined: all. */
  readonly rules: readonly string[] | undefined
  readonly keys: readonly string[] | undefined
  readonly reason: string
}

export interface JudgeBasis {
  readonly baseline: Baseline
  readonly allow: readonly AllowEntry[]
  /** Whether what is looked at decides itself, as after a push; else only what the base has too counts. */
  readonly trusted: boolean
  /** The base's version of a file; undefined where it has none. */
  readonly baseText: (path: string) => Promise<ScanText | undefined>
}

export interface Judging {
  readonly judge: Judge
  /** What is to be said at the end: marks that do not count yet, entries that nothing needs. */
  readonly notes: () => readonly string[]
}

/** Decides on findings by what the base commit allows: paths, comments, the baseline. */
export function createJudge(basis: JudgeBasis): Judging {
  const left = new Map(basis.baseline.entries)
  const base = createBase(basis)
  let fresh = 0
  return {
    async judge(sighting) {
      const entry = basis.allow.find((each) => covers(each, sighting))
      if (entry !== undefined) return { by: 'path', reason: entry.reason }
      const comment = markerFor(sighting)
      if (comment !== undefined && (await base.hasLines(sighting, comment.lines)))
        return { by: 'inline', reason: comment.reason }
      if (comment !== undefined) fresh++
      return takeFromBaseline(sighting, left, base)
    },
    notes: () => (fresh === 0 ? [] : [freshNote(fresh)]),
  }
}

function freshNote(count: number): string {
  const [findings, they] =
    count === 1 ? ['1 finding is', 'it counts'] : [`${count} findings are`, 'they count']
  return `${findings} marked as allowed by the change itself: ${they} once the base branch has the mark`
}

function covers({ paths, rules, keys }: AllowEntry, { finding }: Sighting): boolean {
  if (finding.layer === 'known-value' && rules?.includes(finding.rule) !== true) return false
  if (!paths.some((pattern) => matchesPath(pattern, finding.path))) return false
  if (rules !== undefined && !rules.includes(finding.rule)) return false
  return keys === undefined || (finding.key !== undefined && keys.includes(cleanKey(finding.key)))
}

interface Comment {
  readonly reason: string
  /** The lines that make it: the marker's, and the one it is about. */
  readonly lines: readonly string[]
}

/** The comment on a finding's line, or on the one before, that is about its rule. */
function markerFor({ finding, text: { latin1 }, line }: Sighting): Comment | undefined {
  const own = latin1.slice(line.start, Math.min(line.end, line.start + LINE_LIMIT))
  const before = line.start === 0 ? '' : lineEndingAt(latin1, line.start - 1)
  const fits = ({ rule, own: ours }: { rule: string | undefined; own: boolean }): boolean =>
    ours ? rule === finding.rule : finding.layer !== 'known-value'
  const here = markersIn(own).find((marker) => marker.target === 'same' && fits(marker))
  if (here !== undefined) return { reason: here.reason, lines: [own] }
  const above = markersIn(before).find((marker) => marker.target === 'next' && fits(marker))
  return above === undefined ? undefined : { reason: above.reason, lines: [before, own] }
}

/** No comment stands behind so much. */
const LINE_LIMIT = 20_000

function lineEndingAt(text: string, end: number): string {
  const start = text.lastIndexOf('\n', end - 1) + 1
  return text.slice(Math.max(start, end - LINE_LIMIT), end)
}

interface Base {
  hasLines(sighting: Sighting, lines: readonly string[]): Promise<boolean>
  hasSecret(sighting: Sighting): Promise<boolean>
}

/** The base as far as it is asked for; one version of a file is kept at a time, for findings come file by file. */
function createBase({ trusted, baseText }: JudgeBasis): Base {
  let last: { path: string; text: Promise<ScanText | undefined>; lines?: string } | undefined
  const read = async (path: string): Promise<string> => {
    if (last?.path !== path) last = { path, text: baseText(path) }
    return (await last.text)?.latin1 ?? ''
  }
  return {
    async hasLines({ finding }, lines) {
      if (trusted) return true
      const text = await read(finding.path)
      const wanted = lines.map((line) => line.trim())
      const all = text.split('\n').map((line) => line.trim())
      return all.some((_, at) => wanted.every((line, nth) => all[at + nth] === line))
    },
    async hasSecret({ finding, match, text }) {
      if (trusted) return true
      return (await read(finding.path)).includes(text.latin1.slice(match.start, match.end))
    },
  }
}

/** Each entry of the baseline is for one finding, and in a pull request for a secret that the base has in this file. */
async function takeFromBaseline(
  sighting: Sighting,
  left: Map<string, number>,
  base: Base,
): Promise<Allowance | undefined> {
  const line = baselineLine(sighting.finding)
  const count = left.get(line) ?? 0
  if (count === 0 || !(await base.hasSecret(sighting))) return undefined
  left.set(line, count - 1)
  return { by: 'baseline', reason: undefined }
}
