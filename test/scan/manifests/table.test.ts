import { afterAll, describe, expect, it } from 'vitest'
import { kubernetes } from '../../../src/scan/manifests/layer.ts'
import { examine } from '../../../src/scan/examine.ts'
import { AROUND } from './around.ts'
import type { Row } from './row.ts'
import { SECRETS } from './secrets.ts'
import { WORKLOADS } from './workloads.ts'

const TABLE: readonly Row[] = [...SECRETS, ...WORKLOADS, ...AROUND]

interface Marked {
  readonly text: string
  /** The lines, from 1, on which something is to be found. */
  readonly lines: readonly number[]
  /** What is to be found, and where. */
  readonly spans: readonly {
    readonly start: number
    readonly end: number
    readonly first: number
    readonly last: number
  }[]
}

/** The file without its marks, and what they marked. */
function unmark(marked: string): Marked {
  let text = ''
  const spans: { start: number; end: number; first: number; last: number }[] = []
  for (const piece of marked.split(/(?=[«»])/)) {
    const bare = piece.replace(/^[«»]/, '')
    const line = text.split('\n').length
    const start = Buffer.byteLength(text)
    if (piece.startsWith('«'))
      spans.push({
        start,
        end: start + Buffer.byteLength(bare),
        first: line,
        last: line + bare.split('\n').length - 1,
      })
    text += bare
  }
  return { text, spans, lines: spans.map(({ first }) => first) }
}

const BENCH = { layers: [kubernetes], now: () => 0, fileLimitMs: 60_000, key: new Uint8Array(32) }

function look(path: string, text: string, before?: string) {
  const bytes = Buffer.from(text)
  const given = before === undefined ? undefined : [Buffer.from(before)]
  return examine({ path, bytes, before: given, commit: undefined }, BENCH).sightings
}

const counts = { whole: { expected: 0, reported: 0, right: 0 }, line: { expected: 0, reported: 0, right: 0 } }

describe(`${TABLE.length} manifests`, () => {
  it('are enough of both kinds, none twice', () => {
    const with_ = TABLE.filter(({ text }) => text.includes('«')).length
    expect(TABLE.length).toBeGreaterThanOrEqual(150)
    expect(Math.min(with_, TABLE.length - with_)).toBeGreaterThanOrEqual(60)
    expect(new Set(TABLE.map(({ name }) => name)).size).toBe(TABLE.length)
  })

  it.each(TABLE)('$name: the whole file', ({ path, text }) => {
    const marked = unmark(text)
    const found = look(path, marked.text).map(({ match: { start, end } }) =>
      marked.text.length === Buffer.byteLength(marked.text)
        ? marked.text.slice(start, end)
        : Buffer.from(marked.text).subarray(start, end).toString(),
    )
    const wanted = marked.spans.map(({ start, end }) =>
      Buffer.from(marked.text).subarray(start, end).toString(),
    )
    counts.whole.expected += wanted.length
    counts.whole.reported += found.length
    counts.whole.right += found.filter((each) => wanted.includes(each)).length
    expect(found.toSorted()).toEqual(wanted.toSorted())
  })

  it.each(TABLE)('$name: each line alone', ({ path, text }) => {
    const marked = unmark(text)
    const lines = marked.text.split('\n')
    for (const [index, line] of lines.entries()) {
      if (line.trim() === '') continue
      const before = lines.with(index, `${line.slice(0, 3)}# another`).join('\n')
      const wanted = marked.spans.filter(({ first, last }) => first <= index + 1 && index + 1 <= last)
      const found = look(path, marked.text, before)
      counts.line.expected += wanted.length
      counts.line.reported += found.length
      counts.line.right += Math.min(found.length, wanted.length)
      expect(
        found.map(({ finding }) => finding.line),
        `line ${index + 1}: ${line}`,
      ).toEqual(wanted.map(() => index + 1))
    }
  })

  afterAll(() => {
    for (const [what, { expected, reported, right }] of Object.entries(counts)) {
      const percent = (part: number, of: number): string =>
        `${part} of ${of} (${((100 * part) / of).toFixed(1)} %)`
      process.stdout.write(
        `manifests, ${what}: recall ${percent(right, expected)}, precision ${percent(right, reported)}\n`,
      )
    }
  })
})
