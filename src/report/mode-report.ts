import type { OutputName } from '../output-table.ts'
import type { Log } from '../effects.ts'

/** Markdown lines; of the rows, as many are shown as fit. */
export interface SummaryBody {
  readonly head: readonly string[]
  readonly rows: readonly string[]
}

/** A line of the audit log, beside what every line has. */
export interface AuditLine {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

/** What a mode tells of its outcome. Each place where a run is reported takes its part; none holds a value. */
export interface ModeReport {
  /** Says in the log how the run ended. */
  readonly describe: (log: Log) => void
  /** The heading of the summary; undefined where the run did not do what it was to do. */
  readonly title: string | undefined
  readonly summary: SummaryBody
  /** Outputs beside `plan` and `error-code`. */
  readonly outputs: Readonly<Partial<Record<OutputName, string>>>
  /** The content of the plan file; undefined where there is none. */
  readonly planFile: string | undefined
  readonly audit: {
    /** The word for the whole run. */
    readonly kind: string
    /** Whose Secrets; undefined where it is about none. */
    readonly set: string | undefined
    readonly lines: readonly AuditLine[]
  }
}
