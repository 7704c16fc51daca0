export interface Line {
  readonly start: number
  /** The first character that is no white space. */
  readonly content: number
  /** After the last one that is none. */
  readonly end: number
  /** A template's directives alone on a line say nothing of the document. */
  readonly kind: 'text' | 'blank' | 'comment' | 'template'
}

/** The lines of `text` from `from` to `to`. */
export function linesOf(text: string, from: number, to: number): readonly Line[] {
  const lines: Line[] = []
  let template = false
  for (let start = from; start < to;) {
    const newline = text.indexOf('\n', start)
    const next = newline === -1 || newline >= to ? to : newline + 1
    const [content, end] = trim(text, start, next)
    const line = { start, content, end }
    const opened: boolean = template || startsTemplate(text, line)
    lines.push({ ...line, kind: opened ? 'template' : kindOf(text, line) })
    template = opened && !isClosed(text.slice(content, end))
    start = next
  }
  return lines
}

/** Groups of lines between `---` and `...` at the column where the text begins. */
export function documentsOf(text: string, lines: readonly Line[]): readonly (readonly Line[])[] {
  const first = lines.find(({ kind }) => kind === 'text')
  const column = first === undefined ? 0 : first.content - first.start
  const groups: Line[][] = [[]]
  for (const line of lines) {
    const separates = line.content - line.start === column && isSeparator(text, line)
    if (separates) groups.push([])
    else groups.at(-1)?.push(line)
  }
  return groups.filter((group) => group.length > 0)
}

function trim(text: string, start: number, next: number): readonly [number, number] {
  let end = next
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  let content = start
  while (content < end && isSpace(text.charCodeAt(content))) content++
  return [content, end]
}

/** Everything up to the blank, line ends included. */
export function isSpace(code: number): boolean {
  return code <= 32
}

function kindOf(text: string, { content, end }: { content: number; end: number }): Line['kind'] {
  if (content === end) return 'blank'
  return text[content] === '#' ? 'comment' : 'text'
}

/** `{{ if … }}`, or one that goes on in the next lines; not `{{ .key }}: value`. */
function startsTemplate(text: string, { content, end }: { content: number; end: number }): boolean {
  if (!text.startsWith('{{', content)) return false
  const line = text.slice(content, end)
  const close = line.lastIndexOf('}}')
  return close === -1 || (close + 2 === line.length && !line.includes('}}: '))
}

/** Whether no directive goes on behind the line, of which it is known that one began in it or before. */
function isClosed(line: string): boolean {
  const close = line.lastIndexOf('}}')
  return close !== -1 && close > line.lastIndexOf('{{')
}

function isSeparator(text: string, { content, end }: Line): boolean {
  const mark = text.startsWith('---', content) || text.startsWith('...', content)
  return mark && (end === content + 3 || isSpace(text.charCodeAt(content + 3)))
}
