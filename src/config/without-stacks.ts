/**
 * What `work` answers or throws, with errors that have no stacks. The parser makes one for each fault of a text, of which
 * nobody reads the stack: making tens of thousands of them takes longer than all the rest.
 */
export function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return work()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
