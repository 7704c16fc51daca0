import { createHmac } from 'node:crypto'
import { contentOf } from './content.ts'
import type { Finding } from './finding.ts'
import { addedLines, linesOf, type Added, type Lines } from './lines.ts'
import { lineHashes } from './line-hash.ts'
import type { Layer, Match } from './match.ts'
import { neighbourhoods } from './neighbourhood.ts'
import { settle, type Claim } from './overlap.ts'
import { scanText, type ScanText } from './text.ts'
import { startWatch, type Watch } from './watch.ts'

/** One version of a file that is asked about. */
export interface ScanFile {
  /** In the repository. What is no UTF-8 in it stands as U+FFFD. */
  readonly path: string
  readonly bytes: Buffer
  /** The versions whose lines are not asked about; undefined: every line is. */
  readonly before: readonly Buffer[] | undefined
  /** The commit whose version it is; undefined: the head's. */
  readonly commit: string | undefined
}

export interface Bench {
  readonly layers: readonly Layer[]
  readonly now: () => number
  /** Milliseconds that one file may take. */
  readonly fileLimitMs: number
  /** Of this run alone: what it makes of a value tells nobody else anything. */
  readonly key: Uint8Array
}

/** A finding, and what it is judged by. */
export interface Sighting {
  readonly finding: Finding
  readonly match: Match
  readonly text: ScanText
  /** Offsets of the line's content. */
  readonly line: { readonly start: number; readonly end: number }
  /** The same for the same rule and secret, in this run. */
  readonly identity: string
}

export interface Examined {
  readonly sightings: readonly Sighting[]
  /** Why it was not looked at, or not as a whole. */
  readonly unscanned: string | undefined
}

/** Looks at one file with every layer: plain, synchronous, touching nothing. */
export function examine(file: ScanFile, bench: Bench): Examined {
  const content = contentOf(file.bytes)
  if (content.kind === 'closed') return { sightings: [], unscanned: content.why }
  const watch = startWatch(bench.fileLimitMs, bench.now)
  const text = scanText(file.path, content.bytes)
  const layers =
    content.kind === 'text' ? bench.layers : bench.layers.filter(({ name }) => name === 'known-value')
  const added = file.before === undefined ? undefined : addedLines(text.bytes, file.before.map(comparable))
  const claims = layers.flatMap((layer) => look(layer, { text, added, watch }))
  const sightings = claims.length === 0 ? [] : locate(claims, { file, text, added, bench })
  const unscanned = watch.stopped
    ? `it took longer than ${bench.fileLimitMs} ms: not looked at to its end`
    : undefined
  return { sightings, unscanned }
}

/** The text that lines are compared with. */
function comparable(bytes: Buffer): Buffer {
  const content = contentOf(bytes)
  return content.kind === 'closed' ? bytes : content.bytes
}

interface View {
  readonly text: ScanText
  readonly added: Added | undefined
  readonly watch: Watch
}

function look(layer: Layer, { text, added, watch }: View): readonly Claim[] {
  const matches =
    layer.whole || added === undefined
      ? layer.match(text, watch)
      : neighbourhoods(text, added).flatMap(({ part, offset }) =>
          layer
            .match(part, watch)
            .map((match) => ({ ...match, start: match.start + offset, end: match.end + offset })),
        )
  return matches.flatMap((match) => {
    const rule = layer.rules.find(({ id }) => id === match.rule)
    return rule === undefined ? [] : [{ match, layer: layer.name, rule }]
  })
}

interface Location {
  readonly file: ScanFile
  readonly text: ScanText
  readonly added: Added | undefined
  readonly bench: Bench
}

function locate(claims: readonly Claim[], { file, text, added, bench }: Location): readonly Sighting[] {
  const lines = linesOf(text.bytes)
  const asked = claims.flatMap((claim) => {
    const line = firstAdded(claim.match, lines, added)
    return line === undefined ? [] : [{ ...claim, line }]
  })
  const columns = columnCounter(text.bytes)
  const settled = settle(asked)
  const hidden = claims.map(({ match: { start, end }, rule: { id } }) => ({ start, end, rule: id }))
  const hashes = lineHashes(
    text.latin1,
    hidden,
    settled.map(({ line }) => line),
  )
  return settled.map(({ match, layer, rule, line: nth }) => {
    const { key, secret } = match
    const line = { start: lines.start(nth), end: lines.end(nth) }
    const column = columns(line.start, Math.max(line.start, match.start))
    const place = { path: file.path, line: nth + 1, column, commit: file.commit }
    const { id, severity } = rule
    return {
      finding: { rule: id, layer, severity, ...place, key, secret, lineHash: hashes.get(nth) ?? '' },
      match,
      text,
      line,
      identity: identityOf(match, { text, key: bench.key }),
    }
  })
}

/** The first line of a match that was added; undefined where none was. */
function firstAdded({ start, end }: Match, lines: Lines, added: Added | undefined): number | undefined {
  const first = lines.at(start)
  if (added === undefined) return first
  const last = lines.at(Math.max(start, end - 1))
  for (let line = first; line <= last; line++) if (added[line] === 1) return line
  return undefined
}

/** Columns in code points, from 1. Places asked for one after the other cost the distance between them. */
function columnCounter(bytes: Buffer): (lineStart: number, at: number) => number {
  let line = -1
  let offset = 0
  let column = 1
  return (lineStart, at) => {
    if (line !== lineStart || at < offset) [line, offset, column] = [lineStart, lineStart, 1]
    for (; offset < at; offset++) if (((bytes[offset] as number) & 0xc0) !== 0x80) column++
    return column
  }
}

function identityOf(
  { rule, secret, start, end }: Match,
  { text, key }: { text: ScanText; key: Uint8Array },
): string {
  const hmac = createHmac('sha256', key).update(secret === undefined ? `${rule}\0` : `=${secret}`)
  return (secret === undefined ? hmac.update(text.bytes.subarray(start, end)) : hmac).digest('base64')
}
