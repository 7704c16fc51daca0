import type fc from 'fast-check'

/** One way in for what others write: what is given to it, and how it is run. */
export interface Target<T = unknown> {
  readonly name: string
  readonly inputs: fc.Arbitrary<T>
  /**
   * Runs the code under test. Answers every text that it would print, in which the canary must not be; throws what that
   * throws, of which only an ActionError is right.
   */
  readonly run: (input: T) => readonly string[] | Promise<readonly string[]>
  /** Whether the canary stands in the input as a name, which may be said. Asked only where it was found. */
  readonly isNamed?: (input: T) => boolean
}

/** The value that is planted in inputs, and must turn up in no text that is printed. Unlike anything else. */
export const CANARY = ['canary', 'fuzz', '5b1c9e07d2a84f63be10c7f9'].join('-')
