import { createHash } from 'node:crypto'

/** Bytes of a line, on either side of what was found, that its hash is made of: a line may be a whole program. */
const SIDE = 128

export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Answers a hash for a place and the rule that found something there: of the line round it with all that was found left
 * out, and of how many times the same has come before. `spans` is all that was found; `latin1` the text.
 */
export function lineHashes(
  spans: readonly Span[],
  latin1: string,
): (place: Span, line: Span, rule: string) => string {
  const hidden = merge(spans)
  const seen = new Map<string, number>()
  return (place, line, rule) => {
    const view = {
      start: Math.max(line.start, place.start - SIDE),
      end: Math.min(line.end, Math.max(place.start, place.end) + SIDE),
    }
    const content = hide(latin1, hidden, view)
    const hash = createHash('sha256').update(`${rule}\0${content}`, 'latin1').digest('hex').slice(0, 16)
    const times = (seen.get(hash) ?? 0) + 1
    seen.set(hash, times)
    return `${hash}:${times}`
  }
}

/** The same places, none of which overlaps another, by where they start. */
function merge(spans: readonly Span[]): readonly Span[] {
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}

/** The text of `view` with a mark for each hidden span, without white space. */
function hide(text: string, hidden: readonly Span[], view: Span): string {
  let content = ''
  let at = view.start
  for (let nth = firstEndingAfter(hidden, view.start); nth < hidden.length; nth++) {
    const { start, end } = hidden[nth] as Span
    if (start >= view.end) break
    content += `${text.slice(at, Math.max(at, start))}*`
    at = Math.max(at, end)
  }
  return (content + text.slice(at, Math.max(at, view.end))).replaceAll(/\s+/g, '')
}

function firstEndingAfter(spans: readonly Span[], offset: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle] as Span).end > offset) high = middle
    else low = middle + 1
  }
  return low
}
