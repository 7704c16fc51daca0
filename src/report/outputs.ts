import type { ActionError } from '../error.ts'
import type { OutputName } from '../output-table.ts'
import type { ModeReport } from './mode-report.ts'

/** What the outputs are where there is nothing to tell. */
const NOTHING: Readonly<Record<OutputName, string>> = {
  changed: 'false',
  created: '[]',
  updated: '[]',
  unchanged: '[]',
  deleted: '[]',
  restarted: '[]',
  results: '[]',
  files: '[]',
  'commit-sha': '',
  'pull-request': '',
  'ecs-secrets': '',
  plan: '',
  'scan-result': '',
  findings: '',
  allowed: '',
  'findings-by-layer': '',
  degraded: '',
  sarif: '',
  report: '',
  'error-code': '',
}

/** The step's outputs. None holds a value; keys and names only. `failure` is set where there is no report. */
export function outputsOf(
  report: Pick<ModeReport, 'outputs'> | undefined,
  { planPath, failure }: { planPath: string | undefined; failure: ActionError | undefined },
): Readonly<Record<OutputName, string>> {
  return { ...NOTHING, ...report?.outputs, plan: planPath ?? '', 'error-code': failure?.code ?? '' }
}
