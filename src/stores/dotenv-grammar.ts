/**
 * The one grammar of `.env` files that is read here.
 *
 * - UTF-8, with or without a byte order mark; a line ends in LF or CRLF.
 * - A line is blank, a comment (its first character that is no blank is `#`), or `NAME=value`, with or without `export `
 *   before it. Blanks (spaces and tabs) around NAME and value don't count. NAME is a letter or `_`, then letters, digits,
 *   `_`, `.` and `-`. A name may be set once.
 * - An unquoted value ends with its line, or before a `#` that follows a blank: in `A=b#c` there is no comment. It holds
 *   no control characters but tabs, and every other character, `\` and quotes too, stands for itself.
 * - A value that begins with a quote ends at the next such quote, which may be on a later line; after it, only blanks and
 *   a comment may follow. A line end in it is LF, whatever the file has.
 * - In single quotes every character stands for itself.
 * - In double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are escapes, and no other is allowed.
 * - Nothing is interpolated: `$` is a dollar sign everywhere.
 */

export interface DotenvEntry {
  readonly value: string
  /** The line that it begins on, from 1. */
  readonly line: number
}

/** What is wrong with a line. Never holds a name or anything else of the file: any of it may be a piece of a secret. */
export interface DotenvProblem {
  readonly line: number
  readonly message: string
  readonly hint: string
}

export interface Dotenv {
  readonly entries: ReadonlyMap<string, DotenvEntry>
  readonly problems: readonly DotenvProblem[]
}

/** One statement: where the next one begins, and what this one set or why it could not; neither for a blank line. */
interface Statement {
  readonly end: number
  readonly entry?: { readonly name: string; readonly value: string }
  readonly problem?: DotenvProblem
}

/** Where a statement stands: `at` is the position of its value, or of the statement itself. */
interface Cursor {
  readonly text: string
  readonly at: number
  readonly line: number
}

const BLANK_LINE = /[ \t]*(?:#[^\n]*)?\r?(?:\n|$)/y
const ASSIGNMENT = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=/y
const OPENING_QUOTE = /[ \t]*(["'])/y
const AFTER_QUOTE = /(?:[ \t]+#[^\n]*|[ \t]*)\r?(?:\n|$)/y
const CONTROL = /[^\P{Cc}\t]/u
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' }

/** Reads the whole file, all its problems together. Where there are any, the entries are not to be relied on. */
export function parseDotenv(content: Uint8Array | string): Dotenv {
  const text = typeof content === 'string' ? content : decode(content)
  if (typeof text !== 'string') return { entries: new Map(), problems: [text] }
  const entries = new Map<string, DotenvEntry>()
  const problems: DotenvProblem[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const { end, entry, problem } = parseStatement({ text, at, line })
    const first = entry === undefined ? undefined : entries.get(entry.name)
    if (problem !== undefined) problems.push(problem)
    else if (first !== undefined) problems.push(duplicate(first.line, line))
    else if (entry !== undefined) entries.set(entry.name, { value: entry.value, line })
    line += countLines(text, at, end)
    at = end
  }
  return { entries, problems }
}

function parseStatement(cursor: Cursor): Statement {
  const { text, at, line } = cursor
  const blank = matchAt(BLANK_LINE, text, at)
  if (blank !== undefined) return { end: at + blank[0].length }
  const assignment = matchAt(ASSIGNMENT, text, at)
  if (assignment === undefined)
    return {
      end: lineEnd(text, at),
      problem: {
        line,
        message: 'not `NAME=value`',
        hint: 'comment it out with `#`; a value of several lines needs quotes',
      },
    }
  const name = assignment[1] ?? ''
  const start = at + assignment[0].length
  const quote = matchAt(OPENING_QUOTE, text, start)
  if (quote === undefined) return parseUnquoted({ text, at: start, line }, name)
  return parseQuoted({ text, at: start + quote[0].length, line }, name, quote[1] ?? '')
}

function parseUnquoted({ text, at, line }: Cursor, name: string): Statement {
  const end = lineEnd(text, at)
  const raw = text.slice(at, end).replace(/\r?\n?$/, '')
  const comment = raw.search(/[ \t]#/)
  const value = trimBlanks(comment === -1 ? raw : raw.slice(0, comment))
  if (CONTROL.test(value))
    return {
      end,
      problem: {
        line,
        message: 'a control character in an unquoted value',
        hint: 'put the value into quotes; in double quotes a carriage return is `\\r`',
      },
    }
  return { end, entry: { name, value } }
}

function parseQuoted({ text, at, line }: Cursor, name: string, quote: string): Statement {
  const close = closingQuote(text, at, quote)
  if (close === -1)
    return {
      end: text.length,
      problem: {
        line,
        message: 'a quote that opens here is never closed',
        hint: `close it with ${quote}, or put a value that begins with ${quote} into the other quotes`,
      },
    }
  const rest = matchAt(AFTER_QUOTE, text, close + 1)
  if (rest === undefined)
    return { end: lineEnd(text, close), problem: textAfterQuote(line, line + countLines(text, at, close)) }
  const end = close + 1 + rest[0].length
  const raw = text.slice(at, close).replaceAll('\r\n', '\n')
  if (quote === "'") return { end, entry: { name, value: raw } }
  const unescaped = unescape(raw)
  if (typeof unescaped === 'string') return { end, entry: { name, value: unescaped } }
  return {
    end,
    problem: {
      line: line + countLines(raw, 0, unescaped.unknownAt),
      message: 'an unknown escape in double quotes',
      hint: 'write `\\\\` for a backslash, or use single quotes; the escapes are \\n \\r \\t \\" \\\\ \\$',
    },
  }
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === quote) return at
    if (quote === '"' && text[at] === '\\') at++
  }
  return -1
}

function unescape(raw: string): string | { unknownAt: number } {
  let unknownAt = -1
  const value = raw.replace(/\\([^])/g, (_escape, char: string, at: number) => {
    const meant = ESCAPES[char]
    if (meant === undefined && unknownAt === -1) unknownAt = at
    return meant ?? ''
  })
  return unknownAt === -1 ? value : { unknownAt }
}

/** The text, or the line that is not UTF-8. No byte of a longer sequence is a line feed, so lines can be tried alone. */
function decode(bytes: Uint8Array): string | DotenvProblem {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let line = 1
  for (let at = 0, end = 0; at < bytes.length; at = end + 1, line++) {
    end = bytes.indexOf(0x0a, at)
    if (end === -1) end = bytes.length
    try {
      strict.decode(bytes.subarray(at, end))
    } catch {
      return {
        line,
        message: 'not UTF-8',
        hint: 'save the file as UTF-8; keep binary values as files (file://) or in base64',
      }
    }
  }
  return strict.decode(bytes)
}

function duplicate(first: number, line: number): DotenvProblem {
  return {
    line,
    message: `sets a variable that line ${String(first)} has set already`,
    hint: 'keep one of the two lines',
  }
}

function textAfterQuote(opened: number, line: number): DotenvProblem {
  const where = opened === line ? '' : ` of the value that begins on line ${String(opened)}`
  return {
    line,
    message: `text after the closing quote${where}`,
    hint: 'only a comment after a blank may follow; a double quote inside double quotes is `\\"`',
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

/** Where the next line begins. */
function lineEnd(text: string, at: number): number {
  const feed = text.indexOf('\n', at)
  return feed === -1 ? text.length : feed + 1
}

function countLines(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}

function trimBlanks(text: string): string {
  let [start, end] = [0, text.length]
  while (isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t'
}
