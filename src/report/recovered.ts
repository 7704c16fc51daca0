import type { Log } from '../effects.ts'
import type { Recovered } from '../journal/recover.ts'
import { fullName } from '../kubernetes/consumers/kinds.ts'
import { plural } from './plural.ts'
import { FATES } from './result.ts'
import { describeBack } from './rollouts.ts'

/** Says what earlier runs had left unfinished and what became of it, object by object. */
export function describeRecovered(recovered: readonly Recovered[], log: Log): void {
  for (const each of recovered) {
    log.warning(summarizeRecovered(each))
    if (each.putBack.length > 0)
      log.group(
        'What became of the workloads that it was to restart',
        each.putBack.map((one) => `  ${fullName(one.restart)}: ${describeBack(one)}`),
      )
    if (each.restored.length > 0)
      log.group(
        'What became of what it had written',
        each.restored.map(
          ({ namespace, name, fate, reason }) =>
            `  ${namespace}/${name}: ${FATES[fate]}${reason === undefined ? '' : ` (${reason})`}`,
        ),
      )
  }
}

/** One sentence on what an earlier run had left. */
export function summarizeRecovered({ run, finished, restored }: Recovered): string {
  if (finished)
    return `the run ${run} was cut off when all was written: that was kept, and its journal cleaned`
  const back = restored.filter(({ fate }) => fate === 'restored' || fate === 'removed').length
  const left = restored.filter(({ fate }) => fate === 'stuck').length
  const rest =
    left === 0 ? '' : `; ${left} not, for somebody else has changed ${left === 1 ? 'it' : 'them'} since`
  return `the run ${run} was cut off: put back what it had left unfinished: ${plural(back, 'Secret')}${rest}`
}
