/** A word of which GitHub could make a link, an image, a mention, a reference or HTML: by its own filters too, after any escape. */
const LIVELY = /[@<>[\]]|:\/\/|^\W*www\.|#\d|^\W*GH-\d/i
const SPECIAL = /[\\()!*_~#&|$]/g

/**
 * Text in which foreign names may stand, as one line of Markdown that shows it as it is: what could come alive is shown
 * as code, where nothing does. Names in backticks, as our own messages have them, are code too.
 */
export function asMarkdown(text: string): string {
  const parts = text.replace(/\s+/g, ' ').trim().split('`')
  const balanced = parts.length % 2 === 1 && parts.every((part, at) => at % 2 === 0 || part.trim() !== '')
  if (!balanced) return plain(parts.join('ˋ'))
  return parts.map((part, at) => (at % 2 === 1 ? codeSpan(part) : plain(part, at === 0))).join('')
}

/** Text as code. A backtick in it becomes one that ends nothing. */
export function codeSpan(text: string): string {
  return `\`${text.replaceAll('`', 'ˋ')}\``
}

/** The same in a table, whose cells a `|` would end in code too. */
export function codeCell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|')
}

function plain(text: string, first = true): string {
  const shown = text
    .split(' ')
    .map((word) => (LIVELY.test(word) ? codeSpan(word) : word.replace(SPECIAL, '\\$&')))
    .join(' ')
  // What would begin a list or a line across.
  return first ? shown.replace(/^(\d*)([-+.=])/, '$1\\$2') : shown
}
