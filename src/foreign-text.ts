/** Characters of foreign text that are printed in one go: enough for any honest message, too few to flood a log. */
const LONGEST = 2000

/**
 * Text from elsewhere as one harmless line: line breaks shown as ` ⏎ `, control, bidirectional and invisible
 * characters as `\u{…}`, nothing in it that the runner takes for a command, at most 2,000 characters.
 */
export function singleLine(foreign: string): string {
  // What lies far behind the limit need not be escaped first; escaping only ever lengthens.
  const joined = foreign
    .slice(0, 4 * LONGEST)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ⏎ ')
  const escaped = joined.replaceAll('\t', ' ').replace(INVISIBLE, escape)
  const shown = escaped.length > LONGEST || foreign.length > 4 * LONGEST ? shorten(escaped) : escaped
  return breakCommands(shown)
}

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

function shorten(text: string): string {
  return `${text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}…`
}

/** A line of our own with names from elsewhere in it: one line, nothing in it invisible or a command to the runner. */
export function ownLine(text: string): string {
  const joined = text.replace(/[\r\n]+/g, ' ⏎ ').replaceAll('\t', ' ')
  return breakCommands(joined.replace(INVISIBLE, escape))
}

/** The runner obeys `::command::` at the start of a line and `##[command]` anywhere in one. */
function breakCommands(text: string): string {
  return text.replaceAll('##[', '## [').replace(/^\s*::/, ': :')
}

/** `text` with every find of a needle replaced by `***`; overlapping and adjacent finds become one, as in the runner. */
export function redact(text: string, needles: Iterable<string>): string {
  let shown = ''
  let from = 0
  let covered = -1
  for (const { start, end } of findAll(text, needles).sort((a, b) => a.start - b.start)) {
    if (start > covered) shown += `${text.slice(from, start)}***`
    covered = Math.max(covered, end)
    from = covered
  }
  return shown + text.slice(from)
}

function findAll(text: string, needles: Iterable<string>): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      found.push({ start: at, end: at + needle.length })
    }
  }
  return found
}
