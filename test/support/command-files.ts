import type { RunnerMasker } from './runner-masking.ts'

/** GITHUB_STEP_SUMMARY of more bytes is dropped, with an error. */
const SUMMARY_LIMIT = 1024 * 1024

/**
 * The pairs of a GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STATE file: `name=value`, or `name<<delimiter` and lines up to the
 * delimiter. Throws where the runner would fail the step. A later pair of the same name wins.
 */
export function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {}
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (let n = 0; n < lines.length; n++) {
    const line = lines[n] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs[named(line.slice(0, equals))] = line.slice(equals + 1)
      continue
    }
    if (heredoc < 0) throw new Error('Invalid format')
    const delimiter = line.slice(heredoc + 2)
    const end = lines.indexOf(delimiter, n + 1)
    if (delimiter === '' || end < 0) throw new Error('Invalid value. Matching delimiter not found')
    pairs[named(line.slice(0, heredoc))] = lines.slice(n + 1, end).join('\n')
    n = end
  }
  return pairs
}

function named(name: string): string {
  if (name === '') throw new Error('Invalid format: a name must not be empty')
  return name
}

/** The names of outputs that a job could not hand on: the runner skips one that its masks would change. */
export function droppedJobOutputs(outputs: Readonly<Record<string, string>>, masker: RunnerMasker): string[] {
  return Object.entries(outputs)
    .filter(([, value]) => masker.mask(value) !== value)
    .map(([name]) => name)
}

/** The summary as the run's page shows it, masked line by line; undefined where the runner drops it for its size. */
export function readSummary(text: string, masker: RunnerMasker): string | undefined {
  if (Buffer.byteLength(text) > SUMMARY_LIMIT) return undefined
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => masker.mask(line))
    .join('\n')
}
