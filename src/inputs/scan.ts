import type { Secret } from '../secret.ts'
import { SEVERITIES, type Severity } from '../scan/rules/rule.ts'
import type { Parser } from './parser.ts'
import { readRun, type RunInputs } from './run.ts'

/** What is looked at: what a change adds (net, or with each of its commits), all files, or all files and all commits. */
export const SCOPES = ['diff', 'commits', 'tree', 'history'] as const

export type Scope = (typeof SCOPES)[number]

export interface ScanInputs extends RunInputs {
  readonly mode: 'scan'
  /** Undefined: what the event calls for. */
  readonly scope: Scope | undefined
  /** Whether the index is looked at instead of what is committed. */
  readonly staged: boolean
  /** From this severity on a finding fails the run. */
  readonly failOn: Severity | 'never'
  /** Path; undefined: the default. */
  readonly baseline: string | undefined
  readonly writeBaseline: boolean
  /** Paths of files to write. */
  readonly sarif: string | undefined
  readonly report: string | undefined
  /** For fetching from origin alone. */
  readonly token: Secret | undefined
}

export function readScan(parser: Parser): ScanInputs {
  return {
    mode: 'scan',
    ...readRun(parser),
    scope: parser.word('scan', SCOPES),
    staged: parser.flag('staged'),
    failOn: parser.word('fail-on', [...SEVERITIES, 'never']) ?? 'low',
    baseline: parser.text('baseline'),
    writeBaseline: parser.flag('write-baseline'),
    sarif: parser.text('sarif'),
    report: parser.text('report'),
    token: parser.hidden('token'),
  }
}
