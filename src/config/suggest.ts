/** How many names are listed, and how many are compared: a file may declare thousands. */
const LISTED = 20
const COMPARED = 100

/** The candidate that `word` most likely meant, of the first hundred; undefined when none is near. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3))
  const near = candidates
    .slice(0, COMPARED)
    .map((candidate) => ({ candidate, distance: editDistance(normalise(word), normalise(candidate)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.candidate
}

/** `did you mean "x"?` where a candidate is near, else the list of candidates. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = suggest(word, candidates)
  if (near !== undefined) return `did you mean \`${near}\`?`
  return candidates.length === 0 ? 'none are declared' : `known are: ${listNames(candidates)}`
}

/** The names in one line, of very many the first. */
export function listNames(names: readonly string[]): string {
  const rest = names.length - LISTED
  return rest > 0 ? `${names.slice(0, LISTED).join(', ')} and ${rest} more` : names.join(', ')
}

function normalise(word: string): string {
  return word.toLowerCase().replaceAll('_', '-')
}

/** Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours. Long words differ. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3 || a.length > 40) return Infinity
  let before: Row = []
  let last: Row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const next = nextRow({ a, b, before, last }, row)
    before = last
    last = next
  }
  return at(last, b.length)
}

type Row = readonly number[]

function nextRow({ a, b, before, last }: { a: string; b: string; before: Row; last: Row }, row: number): Row {
  const current = [row]
  for (let column = 1; column <= b.length; column++) {
    const same = a[row - 1] === b[column - 1]
    const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
    const kept = Math.min(at(last, column), at(current, column - 1)) + 1
    const replaced = at(last, column - 1) + (same ? 0 : 1)
    current.push(Math.min(kept, replaced, swapped ? at(before, column - 2) + 1 : Infinity))
  }
  return current
}

function at(row: Row, column: number): number {
  return row[column] ?? Infinity
}
