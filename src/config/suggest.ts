/** The candidate that `word` most likely meant; undefined when none is near. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3))
  const near = candidates
    .map((candidate) => ({ candidate, distance: editDistance(normalise(word), normalise(candidate)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.candidate
}

/** `did you mean "x"?` where a candidate is near, else the list of candidates. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = suggest(word, candidates)
  if (near !== undefined) return `did you mean \`${near}\`?`
  return candidates.length === 0 ? 'none are declared' : `known are: ${candidates.join(', ')}`
}

function normalise(word: string): string {
  return word.toLowerCase().replaceAll('_', '-')
}

/** Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours. Long words differ. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3 || a.length > 64) return Infinity
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++)
      current.push(cell({ a, b, rows, current }, row, column))
    rows.push(current)
  }
  return rows[a.length]?.[b.length] ?? Infinity
}

interface Grid {
  readonly a: string
  readonly b: string
  readonly rows: readonly (readonly number[])[]
  readonly current: readonly number[]
}

function cell({ a, b, rows, current }: Grid, row: number, column: number): number {
  const at = (r: number, c: number): number => rows[r]?.[c] ?? Infinity
  const same = a[row - 1] === b[column - 1]
  const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
  return Math.min(
    at(row - 1, column) + 1,
    (current[column - 1] ?? Infinity) + 1,
    at(row - 1, column - 1) + (same ? 0 : 1),
    swapped ? at(row - 2, column - 2) + 1 : Infinity,
  )
}
