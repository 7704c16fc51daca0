import { parseDocument, type Document, type LineCounter } from 'yaml'

const OPTIONS = {
  schema: 'failsafe',
  resolveKnownTags: false,
  prettyErrors: false,
  // The parser's own check is quadratic in the keys of a mapping.
  uniqueKeys: false,
  logLevel: 'error',
} as const

/** The document with whatever errors are in it; undefined where it nests deeper than the parser can go. */
export function parseFailsafe(text: string, lineCounter: LineCounter): Document | undefined {
  const { stackTraceLimit } = Error
  // Nobody reads the stacks of its errors, and of tens of thousands they take longer than all the rest.
  Error.stackTraceLimit = 0
  try {
    return parseDocument(text, { ...OPTIONS, lineCounter })
  } catch (error) {
    // It makes an error of a stack that overflows, but not wherever that happens.
    if (error instanceof RangeError) return undefined
    throw error
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
