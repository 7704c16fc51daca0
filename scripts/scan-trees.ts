/** Findings of the pattern layer per million lines, by rule, of trees that are at hand: `node scripts/scan-trees.ts DIRECTORY…`. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { contentOf } from '../src/scan/content.ts'
import { patternLayer } from '../src/scan/patterns.ts'
import { RULES } from '../src/scan/rules/index.ts'
import { scanText } from '../src/scan/text.ts'
import { NO_WATCH } from '../src/scan/watch.ts'
import { markdownTable } from './markdown-table.ts'

/** Larger files are data. */
const LARGEST = 20 * 1024 * 1024
/** The same text again (a package in two versions) tells nothing new of a rule, so that each is counted once. */
const seen = new Set<string>()
const layer = patternLayer(RULES)
const counts = new Map<string, number>()
let lines = 0
let bytes = 0

for (const directory of process.argv.slice(2)) for (const file of filesBelow(directory)) look(file)
const rows = [...counts]
  .sort(([, a], [, b]) => b - a)
  .map(([rule, count]) => [`\`${rule}\``, String(count), ((count / lines) * 1e6).toFixed(2)])
process.stdout.write(
  `${(bytes / 1e6).toFixed(0)} MB, ${(lines / 1e6).toFixed(1)} million lines\n\n${markdownTable(['rule', 'findings', 'per million lines'], rows)}\n`,
)

function* filesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name)
    if (entry.isDirectory()) yield* filesBelow(file)
    else if (entry.isFile() && statSync(file).size <= LARGEST) yield file
  }
}

function look(file: string): void {
  const content = contentOf(readFileSync(file))
  if (content.kind !== 'text') return
  const text = scanText(file, content.bytes)
  bytes += content.bytes.length
  for (const byte of content.bytes) if (byte === 10) lines++
  for (const { rule, start, end } of layer.match(text, NO_WATCH)) {
    const what = `${rule} ${text.latin1.slice(start, end)}`
    if (seen.has(what)) continue
    seen.add(what)
    counts.set(rule, (counts.get(rule) ?? 0) + 1)
  }
}
