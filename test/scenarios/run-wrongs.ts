import type { ActionRun } from '../support/run-action.ts'

/** What of the end of a run that got a signal is not as promised. */
export function findWrongEnd(
  { signal: by, exitCode, outputs }: ActionRun,
  { signal, verdict }: { signal: 'SIGTERM' | 'SIGKILL'; verdict: string },
): readonly string[] {
  const promised = exitCode === 0 ? ['after'] : ['before', 'after']
  const code = outputs['error-code'] ?? ''
  return [
    ...(promised.includes(verdict) ? [] : [`it ended in ${verdict}`]),
    ...(signal === 'SIGTERM' && by !== null ? ['it did not end by itself'] : []),
    ...(exitCode === 1 && code !== 'CANCELLED' ? [`its error code is ${code}`] : []),
  ]
}

/** What is wrong with the run after it, which declares nothing that has to be changed. */
export function findWrongNext({ exitCode, outputs }: ActionRun): readonly string[] {
  return [
    ...(exitCode === 0 ? [] : [`the next run failed with ${outputs['error-code'] ?? 'nothing'}`]),
    ...(outputs['changed'] === 'false' ? [] : ['the next run changed something']),
  ]
}

export function withLog({ log }: ActionRun, wrongs: readonly string[]): readonly string[] {
  return wrongs.length === 0 ? [] : [`${wrongs.join('; ')}\n${log}\n`]
}
