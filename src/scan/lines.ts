/** The lines of a text. A line ends with its line feed; a carriage return before it belongs to no line's content. */
export interface Lines {
  readonly count: number
  /** From 0. */
  at(offset: number): number
  start(line: number): number
  /** After its content. */
  end(line: number): number
}

const LINE_FEED = 10
const CARRIAGE_RETURN = 13

export function linesOf(bytes: Buffer): Lines {
  const starts = [0]
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) starts.push(at + 1)
  if (starts.length > 1 && starts.at(-1) === bytes.length) starts.pop()
  const start = (line: number): number => starts[line] ?? bytes.length
  return {
    count: starts.length,
    start,
    at(offset) {
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (start(middle) <= offset) low = middle
        else high = middle - 1
      }
      return low
    },
    end(line) {
      const next = line + 1 < starts.length ? start(line + 1) - 1 : endOfText(bytes)
      return next > start(line) && bytes[next - 1] === CARRIAGE_RETURN ? next - 1 : next
    },
  }
}

function endOfText(bytes: Buffer): number {
  return bytes.at(-1) === LINE_FEED ? bytes.length - 1 : bytes.length
}

/** For each line of a text, 1 where it is one that was added. */
export type Added = Uint8Array

/**
 * The lines of `now` that none of the versions before it accounts for. What all have alike at the beginning and the end is
 * not added; of what is between, a line is that has stood there before, in as many places. A line that was moved is no
 * new one; one that stands twice now and stood once counts as added in both places. Time grows with the texts alone.
 */
export function addedLines(now: Buffer, before: readonly Buffer[]): Added {
  const lines = linesOf(now)
  const added = new Uint8Array(lines.count).fill(1)
  for (const each of before) for (const line of standing(now, lines, each)) added[line] = 0
  return added
}

function* standing(now: Buffer, lines: Lines, before: Buffer): Generator<number> {
  const old = linesOf(before)
  const same = (a: number, b: number): boolean =>
    now.compare(before, old.start(b), old.end(b), lines.start(a), lines.end(a)) === 0
  const most = Math.min(lines.count, old.count)
  let head = 0
  while (head < most && same(head, head)) yield head++
  let tail = 0
  while (tail < most - head && same(lines.count - 1 - tail, old.count - 1 - tail)) {
    yield lines.count - 1 - tail
    tail++
  }
  const middle = { from: head, to: lines.count - tail }
  const text = (of: Buffer, at: Lines, line: number): string =>
    of.toString('latin1', at.start(line), at.end(line))
  const stood = count(range(head, old.count - tail), (line) => text(before, old, line))
  const stands = count(range(middle.from, middle.to), (line) => text(now, lines, line))
  for (const line of range(middle.from, middle.to)) {
    const content = text(now, lines, line)
    if ((stands.get(content) ?? 0) <= (stood.get(content) ?? 0)) yield line
  }
}

function count(lines: Iterable<number>, text: (line: number) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) {
    const content = text(line)
    counts.set(content, (counts.get(content) ?? 0) + 1)
  }
  return counts
}

function* range(from: number, to: number): Generator<number> {
  for (let at = from; at < to; at++) yield at
}
