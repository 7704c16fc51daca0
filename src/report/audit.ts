import type { ActionError } from '../error.ts'
import type { Applied } from '../kubernetes/apply.ts'
import type { Outcome, Provenance } from '../outcome.ts'

/**
 * The audit log of a run: JSON lines, one a Secret that was written or undone and one for the run. Names only. The
 * `request_id` is the API server's Audit-Id, under which its own audit log has the same write.
 */
export function auditLines(
  {
    outcome,
    failure,
    provenance,
  }: { outcome: Outcome | undefined; failure: ActionError | undefined; provenance: Provenance },
  { startedAt, now }: { startedAt: number; now: number },
): string {
  const set = outcome?.set.name ?? null
  const line = (level: string, message: string, rest: object): string =>
    JSON.stringify({
      ts: new Date(now).toISOString(),
      level,
      logger: 'secretferry',
      message,
      ...provenanceFields(provenance),
      set,
      ...rest,
    })
  const changes = (outcome?.applied ?? [])
    .filter(({ fate }) => fate !== 'unchanged' && fate !== 'not-written')
    .map((applied) => line(levelOf(applied), `secret ${applied.fate}`, changeFields(applied)))
  const end = line(failure === undefined ? 'info' : 'error', `run ${outcome?.kind ?? 'failed'}`, {
    request_id: null,
    duration_ms: now - startedAt,
    error_code: failure?.code ?? null,
  })
  return `${[...changes, end].join('\n')}\n`
}

function provenanceFields({ actor, repository, run, commit }: Provenance): object {
  return { actor: actor ?? null, repository: repository ?? null, run: run ?? null, commit: commit ?? null }
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
