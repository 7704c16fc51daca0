import type { Secret } from '../secret.ts'
import type { Finding } from './finding.ts'
import type { Entry } from './manifest.ts'

/** What a value of one line often has by accident. `name` is what the warning calls it. */
const ACCIDENTS: readonly { readonly name: string; readonly hits: (text: string) => boolean }[] = [
  { name: 'a carriage return', hits: (text) => text.includes('\r') },
  { name: 'a byte order mark', hits: (text) => text.includes('\uFEFF') },
  { name: 'a no-break space', hits: (text) => text.includes('\u00A0') },
  { name: 'a character of no width', hits: (text) => /[\u200B-\u200D\u2060]/.test(text) },
]

/**
 * What looks like an accident in a value that is one line of text: an end or a character that nobody sees, quotes around
 * it. Texts of several lines and binary values are left alone, and the last line end of a file is the file's own.
 */
export function checkAppearance(key: string, { value, source }: Entry): readonly Finding[] {
  const line = value === undefined ? undefined : singleLine(value)
  if (line === undefined) return []
  const { text, ended } = line
  const accidents = ACCIDENTS.filter(({ hits }) => hits(text)).map(({ name }) => name)
  return [
    ...(ended && !source.startsWith('file://') ? [endsInNewline(key)] : []),
    ...(accidents.length > 0 ? [holds(key, accidents)] : []),
    ...(isQuoted(text) ? [standsInQuotes(key)] : []),
  ]
}

/** The text without its last line end, and whether it had one; undefined where it is not one line of text. */
function singleLine(value: Secret): { text: string; ended: boolean } | undefined {
  if (!value.isText) return undefined
  const whole = value.reveal()
  const ended = whole.endsWith('\n')
  const text = ended ? whole.replace(/\r?\n$/, '') : whole
  return text === '' || text.includes('\n') ? undefined : { text, ended }
}

function isQuoted(text: string): boolean {
  return text.length >= 2 && /^["'`]/.test(text) && text.at(0) === text.at(-1)
}

function endsInNewline(key: string): Finding {
  return {
    message: `the value of "${key}" is one line and ends in a line end`,
    hint: 'a password with a line end is another password: was it stored with `echo` instead of `printf`?',
  }
}

function holds(key: string, names: readonly string[]): Finding {
  return {
    message: `the value of "${key}" holds ${names.join(' and ')}`,
    hint: 'nobody sees it, and it counts: was the value pasted from a document, or saved on Windows?',
  }
}

function standsInQuotes(key: string): Finding {
  return {
    message: `the value of "${key}" stands in quotes, which are part of it`,
    hint: 'store it without them, unless they are meant',
  }
}
