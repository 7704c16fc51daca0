import { ActionError, type Problem } from '../error.ts'
import type { Finding } from './finding.ts'
import type { ScanResult } from './scan.ts'

/** Where it is kept, beside the configuration. */
export const DEFAULT_BASELINE = '.github/secretferry-baseline'

/** What was there already when scanning began: how many findings of each rule, path and structural key. */
export interface Baseline {
  readonly entries: ReadonlyMap<string, number>
}

export const EMPTY_BASELINE: Baseline = { entries: new Map() }

/** The line of a finding. It has no line number, time or value: it stays as it is when lines move. */
export function baselineLine({ rule, path, key }: Pick<Finding, 'rule' | 'path' | 'key'>): string {
  return `${rule} ${escapePath(path)} ${key === undefined ? '-' : cleanKey(key)}`
}

/** Throws where a merge has left its marks, or a line is none of ours; all of them together. */
export function parseBaseline(text: string, file: string): Baseline {
  const entries = new Map<string, number>()
  const problems: Problem[] = []
  for (const [index, written] of text.split('\n').entries()) {
    const line = written.trimEnd()
    if (line === '' || line.startsWith('#')) continue
    const fault = faultOf(line)
    if (fault === undefined) entries.set(line, (entries.get(line) ?? 0) + 1)
    else if (problems.length < MOST_PROBLEMS)
      problems.push({ code: 'CONFIG_INVALID', ...fault, at: { file, line: index + 1 } })
  }
  const [first, ...rest] = problems
  if (first !== undefined) throw new ActionError([first, ...rest])
  return { entries }
}

const MOST_PROBLEMS = 100

function faultOf(line: string): Pick<Problem, 'message' | 'hint'> | undefined {
  if (/^(?:<{7}|={7}|>{7}|\|{7})/.test(line))
    return {
      message: 'the baseline has marks of a merge that did not end',
      hint: 'keep the lines of both sides and delete the marks, or write the baseline anew with `write-baseline`',
    }
  if (!/^[a-z0-9][a-z0-9-]* \S+ \S/.test(line))
    return {
      message: 'a line of the baseline is not a rule, a path and a key',
      hint: 'write the baseline with `write-baseline`, or begin a comment with `#`',
    }
  return undefined
}

/** The content of the file for all that a scan found, sorted so that two of them merge line by line. */
export function renderBaseline({ found, allowed }: Pick<ScanResult, 'found' | 'allowed'>): string {
  const kept = allowed.filter(({ by }) => by === 'baseline').map(({ finding }) => finding)
  const lines = [...found, ...kept].map(baselineLine).sort()
  return [...HEAD, ...lines].map((line) => `${line}\n`).join('')
}

const HEAD = [
  '# Findings that were there before scanning began: rule, path, key. Rotate them, and delete their lines.',
  '# Written by `write-baseline`; it counts from the base commit on. docs/scanning.md tells more.',
]

/** A structural key as the file and the configuration name it: names, and nothing that could end a line. */
export function cleanKey(key: string): string {
  return key.replace(/[^\p{L}\p{N} ._…*\-/:@]+/gu, '_')
}

function escapePath(path: string): string {
  return path.replace(/[\s%\p{Cc}\p{Cf}#]/gu, (character) =>
    encodeURIComponent(character).replace('#', '%23'),
  )
}
