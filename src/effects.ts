import type { Place } from './error.ts'
import type { OutputFiles } from './output-files.ts'
import type { KnownProcess, ProcessIdentity } from './process-identity.ts'
import type { Secret } from './secret.ts'

/** Everything that touches the world, built once in main.ts. A test passes an object literal. */
export interface Effects {
  /** The process's environment. On Windows its lookups ignore case. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Cryptographically random bytes. */
  readonly random: (size: number) => Uint8Array
  /** Makes a Secret: registers every mask that the value needs, then wraps it. `name` is what a warning calls it. */
  readonly secret: (value: Uint8Array | string, name: string) => Secret
  /** Makes a Secret of a value that was found in the cluster: masked where that does no harm, without a word. */
  readonly live: (value: Uint8Array) => Secret
  /** Makes a Secret of text that the repository shows to everybody: not masked, not as a live value either. */
  readonly literal: (value: Uint8Array) => Secret
  /** Makes foreign text printable: values replaced, one line, control and bidirectional characters escaped. */
  readonly scrub: (foreign: string) => string
  /** HTTP for remote stores and GitHub, through the proxy that the environment names. Never given a value but in a body or header. */
  readonly fetch: typeof globalThis.fetch
  readonly log: Log
  readonly processes: Processes
  /** Whether one commit comes before another in the local clone; undefined where it does not tell. */
  readonly ancestry: (ancestor: string, descendant: string) => Promise<boolean | undefined>
  readonly files: Files
  /** Where files are rendered to. */
  readonly output: OutputFiles
  /** Writes to standard output as it is; fails where that takes it no more. Undefined where that is a log: only a local render has none there. */
  readonly print: ((content: Secret) => Promise<void>) | undefined
}

/** This process among others, as far as the system tells. */
export interface Processes {
  /** Undefined where the system does not tell. */
  readonly self: ProcessIdentity | undefined
  /** Whether a process is surely gone: it ran on this very machine, and runs no more. False where nobody can tell. */
  readonly isGone: (other: KnownProcess) => boolean
}

/** What the run says. Every text given to it is ours or was scrubbed. */
export interface Log {
  info(text: string): void
  debug(text: string): void
  notice(text: string, at?: Place): void
  warning(text: string, at?: Place): void
  error(text: string, at?: Place): void
  group(title: string, lines: readonly string[]): void
  /** A group whose lines come one by one; what else is said meanwhile stands in it too. */
  section(title: string): Section
}

export interface Section {
  info(text: string): void
  end(): void
}

/** The files that the run may read: those really inside the workspace or RUNNER_TEMP, never under `.git`. */
export interface Files {
  /**
   * The bytes of the file at `path` (relative to the workspace, or absolute); undefined when there is none.
   * Throws an ActionError when it lies outside, is no regular file, is larger than `limit` bytes, can't be read, or
   * differs from the base commit where the event demands that it does not.
   */
  read(path: string, limit: number): Promise<Uint8Array | undefined>
  /** Appends to the file, made with mode 0600 where there is none. The same places as `read`. */
  append(path: string, content: string): Promise<void>
  /** Writes the file anew, whatever it held, made with mode 0600 where there is none. The same places as `read`. */
  write(path: string, content: string): Promise<void>
  /** `path` as annotations name it: relative to the workspace, with forward slashes. */
  display(path: string): string
}
