import { didYouMean } from './config/suggest.ts'
import type { Problem } from './error.ts'
import type { InputName } from './input-table.ts'

const LATER_MODES = ['render', 'rotate', 'rollback', 'check', 'scan']

/** Inputs of the design that this version does not have: refused by name, so that none is ignored in silence. */
export function laterInputs(text: (name: InputName) => string | undefined): Problem[] {
  const later = (what: string, hint: string): Problem => ({
    code: 'NOT_AVAILABLE',
    message: `${what} is not available yet in this version`,
    hint,
  })
  const problems: Problem[] = []
  const mode = text('mode') ?? 'apply'
  if (LATER_MODES.includes(mode)) problems.push(later(`\`mode: ${mode}\``, 'the only mode now is `apply`'))
  else if (mode !== 'apply')
    problems.push({
      code: 'INPUT_INVALID',
      message: 'an unknown `mode`',
      hint: didYouMean(mode, ['apply', ...LATER_MODES]),
    })
  if ((text('restart') ?? 'none') !== 'none')
    problems.push(
      later('`restart` other than `none`', 'restart workloads in a later step: kubectl rollout restart'),
    )
  for (const name of ['adopt', 'force-conflicts'] as const)
    if ((text(name) ?? 'false') !== 'false')
      problems.push(later(`\`${name}\``, `remove \`${name}\` from the step`))
  return problems
}
