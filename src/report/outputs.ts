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

interface Ending {
  readonly planPath: string | undefined
  readonly failure: ActionError | undefined
  readonly scanning?: boolean
}

/** The step's outputs. None holds a value; keys and names only. `failure` is set where there is no report. */
export function outputsOf(
  report: Pick<ModeReport, 'outputs'> | undefined,
  { planPath, failure, scanning = false }: Ending,
): Readonly<Record<OutputName, string>> {
  // A scan that came to no end has a word too: nobody is to take none for `clean`.
  const unknown = scanning ? { 'scan-result': 'could-not-look' } : {}
  return {
    ...NOTHING,
    ...unknown,
    ...report?.outputs,
    plan: planPath ?? '',
    'error-code': failure?.code ?? '',
  }
}
