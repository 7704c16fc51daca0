import { didYouMean } from '../config/suggest.ts'
import type { Problem } from '../error.ts'

/** Modes of the design that this version does not have. */
export const LATER_MODES = ['rotate', 'check'] as const

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
