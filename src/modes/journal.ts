import { ActionError } from '../error.ts'
import { openJournal, withoutJournal, type SetJournal } from '../journal/open.ts'
import { readProvenance } from '../outcome.ts'
import type { Delivery, Wish } from './deliver.ts'
import { fileOf, placedBy } from './prune.ts'

/** The journals of the set, or none where they are off. Throws where the run can't do without. */
export function journalFor(
  { everywhere, needsJournal }: Wish,
  { config, set, cluster, inputs, world }: Delivery,
): SetJournal {
  const { effects, deadline } = world
  const history = inputs.history ?? config.history ?? 0
  if (inputs.journal ?? config.journal ?? true)
    return openJournal(cluster, effects, {
      set,
      deadline,
      history,
      lockTimeoutMs: inputs.lockTimeoutMs,
      run: readProvenance(effects.env).run,
      file: fileOf(inputs, effects),
      placed: placedBy(config, inputs),
      everywhere: everywhere && inputs.namespace === undefined,
    })
  if (needsJournal !== undefined) throw needsJournal()
  if (history > 0)
    throw new ActionError({
      code: 'INPUT_INVALID',
      message: 'former states are to be kept (`history`), but there is no journal to keep them in',
      hint: 'remove `journal: off`, or set `history` to 0',
    })
  effects.log.notice(
    'journal: off: what is written is put back from memory only, not after the process was killed; and nothing keeps other runs of the set away',
  )
  return withoutJournal
}
