import { didYouMean } from '../config/suggest.ts'
import type { Problem } from '../error.ts'
import type { Parser } from './parser.ts'

/** Modes of the design that this version does not have. */
export const LATER_MODES = ['render', 'rotate', 'rollback', 'check', 'scan'] as const

/** Inputs of the design that this version does not have: refused by name, so that none is ignored in silence. */
export function laterInputs({ text }: Pick<Parser, 'text'>): readonly Problem[] {
  const restart = (text('restart') ?? 'none') === 'none'
  return [
    ...(restart
      ? []
      : [later('`restart` other than `none`', 'restart workloads in a later step: kubectl rollout restart')]),
  ]
}

/** A mode that is none of `available`. */
export function wrongMode(mode: string, available: readonly string[]): Problem {
  const list = available.map((word) => `\`${word}\``).join(', ')
  const planned = LATER_MODES.some((word) => word === mode)
  if (planned) return later(`\`mode: ${mode}\``, `the modes now are: ${list}`)
  const hint = didYouMean(mode, [...available, ...LATER_MODES])
  return { code: 'INPUT_INVALID', message: 'an unknown `mode`', hint }
}

function later(what: string, hint: string): Problem {
  return { code: 'NOT_AVAILABLE', message: `${what} is not available yet in this version`, hint }
}
