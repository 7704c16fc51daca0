import { Lexer } from 'yaml'
import type { Place, Problem } from '../error.ts'

/**
 * How many tokens a document may have: words, signs and line ends, eight a line. Measured for hostile ones
 * (docs/adr/0008-yaml.md): so many are refused within 0.9 s, a mebibyte of them took up to 7 s and 1.5 GB. Five
 * thousand Secrets of five keys have 250,000.
 */
const TOKEN_LIMIT = 300_000
/** Brackets in each other: the parser takes the square of them. What is read has fewer levels by far. */
const BRACKET_LIMIT = 100
/** No shorter text can take long. */
const SHORT = 10_000

/** More of something than is parsed, and where it begins to be. */
interface Excess {
  readonly offset: number
  readonly what: string
}

/** Where the document has more than is parsed; undefined where it has not. Never parses it. */
export function findExcess(text: string): Excess | undefined {
  if (text.length <= SHORT) return undefined
  let [tokens, brackets, offset] = [0, 0, 0]
  for (const token of new Lexer().lex(text)) {
    tokens += weigh(token)
    brackets = Math.max(0, brackets + bracketOf(token))
    if (tokens > TOKEN_LIMIT) return { offset, what: 'over 300,000 words, signs and line ends' }
    if (brackets > BRACKET_LIMIT) return { offset, what: 'over 100 brackets in each other' }
    if (!MARKS.includes(token)) offset += token.length
  }
  return undefined
}

/** The problem of a text of which there is more than is parsed; undefined where there is not. */
export function tooMuch(text: string, locate: (line: number, column: number) => Place): Problem | undefined {
  const excess = findExcess(text)
  if (excess === undefined) return undefined
  const lines = text.slice(0, excess.offset).split('\n')
  return {
    code: 'CONFIG_INVALID',
    message: `more YAML than is read: ${excess.what}`,
    hint: 'keep what is needed here, and large values in files or stores',
    at: locate(lines.length, (lines.at(-1)?.length ?? 0) + 1),
  }
}

/** What the lexer says of the text and is no part of it: a document or scalar begins, the flow ends by an error. */
const MARKS: readonly string[] = ['\u0002', '\u0018', '\u001f']

/** A quoted text is one token, but each of its escapes costs as much as one where it is not valid. */
function weigh(token: string): number {
  if (!token.startsWith('"')) return 1
  let escapes = 0
  for (let at = token.indexOf('\\'); at !== -1; at = token.indexOf('\\', at + 2)) escapes++
  return 1 + escapes
}

function bracketOf(token: string): number {
  if (token === '[' || token === '{') return 1
  return token === ']' || token === '}' ? -1 : 0
}
