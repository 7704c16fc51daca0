import type { Effects } from '../effects.ts'
import { ActionError } from '../error.ts'

/** What is thrown and is no ActionError is our fault. Its message may quote a value, so only its place is told. */
export function failureOf(error: unknown, { scrub, log }: Pick<Effects, 'scrub' | 'log'>): ActionError {
  if (error instanceof ActionError) return error
  const frames = framesOf(error)
  const name = error instanceof Error ? error.constructor.name : typeof error
  for (const frame of frames.slice(0, 10)) log.debug(scrub(frame))
  const place = scrub(/[^/\\(]+:\d+:\d+/.exec(frames[0] ?? '')?.[0] ?? 'unknown place')
  return new ActionError(
    {
      code: 'BUG',
      message: `a fault in the action itself: ${name} at ${place}`,
      hint: 'please report it with this line; run again with debug logging for the stack',
    },
    { cause: error },
  )
}

/** The lines of a stack that tell places. A message may have lines like them, and stands before them. */
function framesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return []
  const stack = error.stack ?? ''
  const message = stack.indexOf(error.message)
  if (message < 0) return []
  const lines = stack.slice(message + error.message.length).split('\n')
  return lines.filter((line) => /^\s+at /.test(line))
}
