import type { Recovered } from '../journal/recover.ts'
import type { Applied } from '../kubernetes/apply.ts'
import type { ApplyOutcome } from '../outcome.ts'
import type { AuditLine } from './mode-report.ts'
import { rolloutLines } from './rollouts.ts'
import { verificationLines } from './verification.ts'

/** A line for each Secret that was touched, those first that an earlier run had left unfinished. */
export function auditOf({ recovered, applied, rollouts, verified }: ApplyOutcome): readonly AuditLine[] {
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
    ...rolloutLines(rollouts),
    ...verificationLines(verified),
  ]
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
