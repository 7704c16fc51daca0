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
