import type { ActionError } from '../error.ts'
import type { Applied } from '../kubernetes/apply.ts'
import type { Recovered } from '../journal/recover.ts'
import type { Outcome, Provenance } from '../outcome.ts'

/**
 * The audit log of a run: JSON lines, one a Secret that was written or undone and one for the run. Names only. The
 * `request_id` is the API server's Audit-Id, under which its own audit log has the same write.
 */
export function auditLines(
  { outcome, failure, provenance }: Told,
  { startedAt, now }: { startedAt: number; now: number },
): string {
  const frame = {
    ts: new Date(now).toISOString(),
    logger: 'secretferry',
    ...provenanceFields(provenance),
    set: outcome?.set.name ?? null,
  }
  const end: Line = {
    level: failure === undefined ? 'info' : 'error',
    message: `run ${outcome?.kind ?? 'failed'}`,
    request_id: null,
    duration_ms: now - startedAt,
    error_code: failure?.code ?? null,
  }
  const lines = [...(outcome === undefined ? [] : objectLines(outcome)), end]
  return lines.map((line) => `${JSON.stringify({ ...frame, ...line })}\n`).join('')
}

interface Told {
  readonly outcome: Outcome | undefined
  readonly failure: ActionError | undefined
  readonly provenance: Provenance
}

interface Line {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

/** A line for each Secret that was touched, those first that an earlier run had left unfinished. */
function objectLines({ recovered, applied }: Outcome): readonly Line[] {
  const earlier = recovered.flatMap(({ run, restored }) =>
    restored.map((each) => ({
      level: 'warning',
      message: `secret ${each.fate} after an earlier run was cut off`,
      ...recoveredFields(run, each),
    })),
  )
  const touched = applied.filter(({ fate }) => fate !== 'unchanged' && fate !== 'not-written')
  return [
    ...earlier,
    ...touched.map((each) => ({
      level: levelOf(each),
      message: `secret ${each.fate}`,
      ...changeFields(each),
    })),
  ]
}

function provenanceFields({ actor, repository, run, commit }: Provenance): object {
  return { actor: actor ?? null, repository: repository ?? null, run: run ?? null, commit: commit ?? null }
}

function recoveredFields(run: string, { namespace, name, reason }: Recovered['restored'][number]): object {
  const why = reason === undefined ? {} : { reason }
  return { request_id: null, duration_ms: null, namespace, name, earlier_run: run, ...why }
}

function levelOf({ fate }: Applied): string {
  return fate === 'written' ? 'info' : fate === 'stuck' || fate === 'unknown' ? 'error' : 'warning'
}

function changeFields({ change, auditId, durationMs, reason }: Applied): object {
  const { namespace, name } = change.manifest
  return {
    request_id: auditId ?? null,
    duration_ms: durationMs ?? null,
    namespace,
    name,
    keys: change.keys.map(({ key, action }) => ({ key, action })),
    action: change.action,
    ...(reason === undefined ? {} : { reason }),
  }
}
