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

/** `text` with each of the `finds`, which come in order, replaced by `***`; overlapping and adjacent ones become one, as in the runner. */
export function redact(
  text: string,
  finds: Iterable<{ readonly start: number; readonly end: number }>,
): string {
  let shown = ''
  let from = 0
  let covered = -1
  for (const { start, end } of finds) {
    if (start > covered) shown += `${text.slice(from, start)}***`
    covered = Math.max(covered, end)
    from = covered
  }
  return shown + text.slice(from)
}
