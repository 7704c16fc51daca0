/** What stands in documentation in place of a token: words, one character again and again, characters in their order. */
const WORDS =
  /example|placeholder|change_?me|replace_?me|redacted|dummy|sample|secret_?key|your_?|<|x{6}|\*{3}|\.{3}|12345678|abcdefgh|87654321|0a1b2c3d|deadbeef|do-?not|aabbcc/i
const REPEATED = /(.)\1{6}/
/** Random texts of this length have more different characters than this. */
const LONG = 16
const FEWEST = 6

/** Whether a token is one of documentation: not random at all. */
export function isPlaceholder(token: string): boolean {
  if (WORDS.test(token) || REPEATED.test(token)) return true
  return token.length >= LONG && new Set(token).size < FEWEST
}
