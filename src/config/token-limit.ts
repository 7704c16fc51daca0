import { Lexer } from 'yaml'
import type { Place, Problem } from '../error.ts'

/**
 * How many tokens a document may have: words, signs and line ends, eight a line. Measured for hostile ones
 * (docs/adr/0008-yaml.md): so many are read or refused within 0.8 s, a mebibyte of them took up to 7 s and 1.5 GB. Five
 * thousand Secrets of five keys have 250,000.
 */
const TOKEN_LIMIT = 260_000
/** Brackets in each other: the parser takes the square of them. What is read has fewer levels by far. */
const BRACKET_LIMIT = 100

/** More of something than is parsed, and where it begins to be. */
export interface Excess {
  readonly offset: number
  readonly what: string
}

/** The parser's tokens of the text, or what there is more of than is parsed. Never parses it. */
export function tokensOf(text: string): { tokens: readonly string[] } | { excess: Excess } {
  const tokens: string[] = []
  let [weight, brackets, offset] = [0, 0, 0]
  for (const token of new Lexer().lex(text)) {
    weight += weigh(token, brackets, tokens.at(-1))
    brackets = Math.max(0, brackets + bracketOf(token))
    if (weight > TOKEN_LIMIT) return { excess: { offset, what: 'over 260,000 words, signs and line ends' } }
    if (brackets > BRACKET_LIMIT) return { excess: { offset, what: 'over 100 brackets in each other' } }
    if (!MARKS.includes(token)) offset += token.length
    tokens.push(token)
  }
  return { tokens }
}

/** The problem of a text of which there is more than is parsed. */
export function tooMuch(
  text: string,
  excess: Excess,
  locate: (line: number, column: number) => Place,
): Problem {
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

/**
 * A quoted text is one token, but each of its escapes costs as much as one where it is not valid. A colon after nothing
 * has an empty key, and a list's hyphen has no place in brackets: each costs the parser as much as three.
 */
function weigh(token: string, brackets: number, before = ''): number {
  if (token === ':' && /^[\s:?,[{-]*$/.test(before)) return 3
  if (token === '-' && brackets > 0) return 3
  if (!token.startsWith('"')) return 1
  let escapes = 0
  for (let at = token.indexOf('\\'); at !== -1; at = token.indexOf('\\', at + 2)) escapes++
  return 1 + escapes
}

function bracketOf(token: string): number {
  if (token === '[' || token === '{') return 1
  return token === ']' || token === '}' ? -1 : 0
}
