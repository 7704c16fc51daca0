import type { Scalar } from './tree.ts'

/** The offset of the quote that closes the one at `start`, looked for from `from` on; undefined where none is before `to`. */
export function closingQuote(
  text: string,
  start: number,
  { from = start + 1, to }: { from?: number; to: number },
): number | undefined {
  const quote = text[start] ?? ''
  let at = from
  for (;;) {
    const found = text.indexOf(quote, at)
    if (found === -1 || found >= to) return undefined
    if (quote === "'" && text[found + 1] === quote) at = found + 2
    else if (quote === '"' && isEscaped(text, found, start)) at = found + 1
    else return found
  }
}

export function quoted(text: string, start: number, close: number): Scalar {
  const inner = text.slice(start + 1, close)
  const said = text[start] === '"' ? unescape(fold(inner)) : fold(inner).replaceAll("''", "'")
  return { kind: 'scalar', style: 'quoted', start: start + 1, end: close, text: said }
}

export function plain(text: string, start: number, end: number): Scalar {
  return { kind: 'scalar', style: 'plain', start, end, text: fold(text.slice(start, end)) }
}

function isEscaped(text: string, at: number, start: number): boolean {
  let slashes = 0
  while (at - slashes - 1 > start && text[at - slashes - 1] === '\\') slashes++
  return slashes % 2 === 1
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', e: '\u001b' }

function unescape(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[^])/g, (escape) => {
    const code = escape.length > 2 ? String.fromCharCode(parseInt(escape.slice(2), 16)) : undefined
    return code ?? ESCAPES[escape.slice(1)] ?? escape.slice(1)
  })
}

/** Lines that were written below each other are one with blanks between; an empty one ends a line. */
function fold(text: string): string {
  if (!text.includes('\n')) return text
  return text
    .replace(/\\\r?\n[ \t]*/g, '')
    .replace(/[ \t]*\r?\n\s*/g, (gap) => '\n'.repeat(gap.split('\n').length - 2) || ' ')
}
