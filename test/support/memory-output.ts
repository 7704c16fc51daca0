import type { FileEdit, FoundFile, OutputFiles } from '../../src/output-files.ts'

/** Output directories in memory, by `directory/name`. */
export function memoryOutput(seed: Readonly<Record<string, string>> = {}): OutputFiles & {
  readonly files: Map<string, string>
} {
  const files = new Map(Object.entries(seed))
  return {
    files,
    list: (directory) =>
      Promise.resolve(
        new Map(
          [...files]
            .filter(([path]) => path.startsWith(`${directory}/`))
            .map(([path, text]) => {
              const name = path.slice(directory.length + 1)
              return [name, foundFile(name, text)]
            }),
        ),
      ),
    edit: (directory, edits: readonly FileEdit[]) => {
      for (const { name, content } of edits)
        if (content === undefined) files.delete(`${directory}/${name}`)
        else files.set(`${directory}/${name}`, Buffer.from(content).toString('utf8'))
      return Promise.resolve()
    },
    walk: () => Promise.resolve(files),
    isTemporary: () => Promise.resolve(false),
  }
}

/** A file as it is found in an output directory. */
export function foundFile(name: string, text: string, overrides: Partial<FoundFile> = {}): FoundFile {
  return { name, kind: 'file', text, readOnly: false, mode: 0o644, stamp: text, ...overrides }
}
