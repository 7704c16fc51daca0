/** A file that was found in the output directory. */
export interface FoundFile {
  readonly name: string
  /** `other`: a link, a directory, something that is no regular file, or one that is too large to read. */
  readonly kind: 'file' | 'link' | 'other'
  /** Empty where it is no file. */
  readonly text: string
  readonly readOnly: boolean
  /** Its permissions. */
  readonly mode: number
  /** What tells whether it is still the same. */
  readonly stamp: string
}

/** A file of the output directory as it is to be; `content` undefined: gone. */
export interface FileEdit {
  readonly name: string
  readonly content: Uint8Array | undefined
  readonly mode: number
  /** As it was found; undefined where there was none. */
  readonly former: FoundFile | undefined
}

/** The directories that a run may render to: those really inside the workspace or RUNNER_TEMP, never under `.git`. */
export interface OutputFiles {
  /**
   * The YAML and JSON files of the directory, by name; none where it does not exist. Throws an ActionError where it
   * lies outside or can't be read, or where a file differs from the base commit and the event demands that it does not.
   */
  list(directory: string): Promise<ReadonlyMap<string, FoundFile>>
  /**
   * Makes all edits or none: where one fails, every file is put back as it was, and an ActionError is thrown. Throws too
   * where a file is another than was found.
   */
  edit(directory: string, edits: readonly FileEdit[]): Promise<void>
  /** The text of every YAML and JSON file of the workspace by its path, but what is under `.git` or `node_modules`, and links. */
  walk(): Promise<ReadonlyMap<string, string>>
  /** Whether the directory is really inside RUNNER_TEMP. */
  isTemporary(directory: string): Promise<boolean>
}
