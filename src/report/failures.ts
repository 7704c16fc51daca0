import { ActionError, type Problem } from '../error.ts'

/** The failures as one: every problem once, the first failure's before the second's. */
export function joinFailures(
  first: ActionError | undefined,
  second: ActionError | undefined,
): ActionError | undefined {
  if (first === undefined || second === undefined) return first ?? second
  const known = new Set(first.problems.map(identify))
  const fresh = second.problems.filter((problem) => !known.has(identify(problem)))
  const cause: unknown = first.cause ?? second.cause
  return new ActionError([...first.problems, ...fresh], cause === undefined ? undefined : { cause })
}

/** The same failure with every text of it scrubbed, for the log and the summary alike. */
export function legible(failure: ActionError, scrub: (text: string) => string): ActionError {
  const show = ({ message, hint, ...rest }: Problem): Problem => ({
    ...rest,
    message: scrub(message),
    hint: scrub(hint),
  })
  const [first, ...rest] = failure.problems
  return new ActionError([show(first), ...rest.map(show)], { cause: failure.cause })
}

function identify({ code, message }: Problem): string {
  return `${code} ${message}`
}
