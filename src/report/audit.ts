import type { ActionError } from '../error.ts'
import type { Provenance } from '../outcome.ts'
import type { AuditLine, ModeReport } from './mode-report.ts'

const NOTHING: ModeReport['audit'] = { kind: 'failed', set: undefined, lines: [] }

/**
 * The audit log of a run: JSON lines, one a Secret that was written or undone and one for the run. Names only. The
 * `request_id` is the API server's Audit-Id, under which its own audit log has the same write.
 */
export function auditLines(
  { report, failure, provenance }: Told,
  { startedAt, now }: { startedAt: number; now: number },
): string {
  const { kind, set, lines } = report?.audit ?? NOTHING
  const frame = {
    ts: new Date(now).toISOString(),
    logger: 'secretferry',
    ...provenanceFields(provenance),
    set: set ?? null,
  }
  const end: AuditLine = {
    level: failure === undefined ? 'info' : 'error',
    message: `run ${kind}`,
    request_id: null,
    duration_ms: now - startedAt,
    error_code: failure?.code ?? null,
  }
  return [...lines, end].map((line) => `${JSON.stringify({ ...frame, ...line })}\n`).join('')
}

interface Told {
  readonly report: Pick<ModeReport, 'audit'> | undefined
  readonly failure: ActionError | undefined
  readonly provenance: Provenance
}

function provenanceFields({ actor, repository, run, commit }: Provenance): object {
  return { actor: actor ?? null, repository: repository ?? null, run: run ?? null, commit: commit ?? null }
}
