import type { Log } from '../../effects.ts'
import { singleLine } from '../../foreign-text.ts'
import type { ScanOutcome } from '../../outcome.ts'
import type { Finding } from '../../scan/finding.ts'
import { plural } from '../plural.ts'
import { fails, gapsOf, remedyFor, rulesById, verdictOf, whatIs, worstFirst } from './words.ts'

/** The runner keeps ten annotations of a kind in a step and drops the rest without a word (docs/scanning.md). */
const ANNOTATIONS = 10
/** Lines of the log. The report files have all. */
const LINES = 1000

/** Says in the log what was found, worst first, and how it ended. */
export function describeScan(outcome: ScanOutcome, log: Log): void {
  const findings = worstFirst(outcome.result.found)
  const failing = findings.filter((finding) => fails(finding, outcome.failOn))
  const others = findings.filter((finding) => !fails(finding, outcome.failOn))
  // The failure of the run is the tenth error.
  annotate(failing, { outcome, room: ANNOTATIONS - 1, say: log.error.bind(log) })
  annotate(others, { outcome, room: ANNOTATIONS - 1, say: log.warning.bind(log) })
  if (others.length >= ANNOTATIONS) log.warning(moreOf(others.length - ANNOTATIONS + 1))
  const rules = rulesById(outcome)
  sayAll('What was found', findings, { line: (finding) => lineOf(finding, rules), log })
  sayAll('What was not looked at or for', gapsOf(outcome), { line: (gap) => gap, log })
  log.info(verdictOf(outcome))
}

/** How many findings have no annotation of their own. */
export function moreOf(count: number): string {
  return `${plural(count, 'more finding')}: see the log, the summary and the SARIF file for all of them`
}

/** Findings that fail the run, beyond those that have an annotation. */
export function unannotated({ result: { found }, failOn }: ScanOutcome): number {
  return Math.max(0, found.filter((finding) => fails(finding, failOn)).length - (ANNOTATIONS - 1))
}

interface Annotating {
  readonly outcome: ScanOutcome
  readonly room: number
  readonly say: Log['error']
}

function annotate(findings: readonly Finding[], { outcome, room, say }: Annotating): void {
  const rules = rulesById(outcome)
  for (const finding of findings.slice(0, room)) {
    const { path, line, column, rule, severity, commit } = finding
    const text = `${whatIs(finding, rules)}. ${remedyFor(finding, rules)} [${rule}, ${severity}]`
    // What the head has no more has no line there.
    const label = commit === undefined ? {} : { label: singleLine(`${path}:${line}`) }
    say(text, commit === undefined ? { file: path, line, column } : label)
  }
}

function lineOf(finding: Finding, rules: ReturnType<typeof rulesById>): string {
  const { path, line, column, severity, rule } = finding
  return `  ${severity} ${singleLine(path)}:${line}:${column} ${whatIs(finding, rules)} [${rule}]`
}

function sayAll<T>(
  title: string,
  all: readonly T[],
  { line, log }: { line: (each: T) => string; log: Log },
): void {
  if (all.length === 0) return
  const lines = all.slice(0, LINES).map(line)
  const rest = all.length - lines.length
  log.group(title, rest > 0 ? [...lines, `  ${rest} more`] : lines)
}
