import { linesOf, type Added } from './lines.ts'
import { scanText, type ScanText } from './text.ts'

/** Bytes round a line that was added which are looked at with it: room for a private key. */
const ROOM = 8 * 1024

export interface Part {
  readonly part: ScanText
  /** Where it begins in the whole. */
  readonly offset: number
}

/** The parts of a text in which lines were added, each with its surroundings; those that meet are one. */
export function neighbourhoods(text: ScanText, added: Added): readonly Part[] {
  const lines = linesOf(text.bytes)
  const spans: { start: number; end: number }[] = []
  for (let line = added.indexOf(1); line >= 0; line = added.indexOf(1, line + 1)) {
    const start = Math.max(0, lines.start(line) - ROOM)
    const end = Math.min(text.bytes.length, lines.end(line) + ROOM)
    const last = spans.at(-1)
    if (last !== undefined && start <= last.end) last.end = end
    else spans.push({ start, end })
  }
  return spans.map(({ start, end }) => ({
    part: scanText(text.path, text.bytes.subarray(start, end)),
    offset: start,
  }))
}
