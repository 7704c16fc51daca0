/** What is wrong, and what to do. Neither ever holds a value. */
export interface Finding {
  readonly message: string
  readonly hint: string
}

/** `problems` stop the run; `warnings` are said. */
export interface Findings {
  readonly problems: readonly Finding[]
  readonly warnings: readonly Finding[]
}

export const NO_FINDINGS: Findings = { problems: [], warnings: [] }

export function joinFindings(all: readonly Findings[]): Findings {
  return {
    problems: all.flatMap(({ problems }) => problems),
    warnings: all.flatMap(({ warnings }) => warnings),
  }
}

/** The findings of one thing that is wrong. */
export function problem(message: string, hint: string): Findings {
  return { problems: [{ message, hint }], warnings: [] }
}

/** The findings of one thing that is to be said. */
export function warning(message: string, hint: string): Findings {
  return { problems: [], warnings: [{ message, hint }] }
}
