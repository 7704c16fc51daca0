const ALPHABET = /[A-Za-z0-9+/]/
const PADDING = '='

/**
 * Where Go's decoder stops in `text`; undefined where it is base64. It skips line breaks and wants padding.
 */
export function corruptByte(text: string): number | undefined {
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined
  return scan(text)
}

function scan(text: string): number | undefined {
  let read = 0
  let inQuantum = 0
  while (read < text.length) {
    const character = text.charAt(read++)
    if (isLineBreak(character)) continue
    if (ALPHABET.test(character)) {
      inQuantum = (inQuantum + 1) % 4
      continue
    }
    if (character !== PADDING || inQuantum < 2) return read - 1
    return afterPadding(text, read, inQuantum)
  }
  return inQuantum === 0 ? undefined : read - inQuantum
}

function afterPadding(text: string, start: number, inQuantum: number): number | undefined {
  let read = skipLineBreaks(text, start)
  if (inQuantum === 2) {
    if (read === text.length) return text.length
    if (text.charAt(read) !== PADDING) return read - 1
    read++
  }
  read = skipLineBreaks(text, read)
  return read < text.length ? read : undefined
}

function skipLineBreaks(text: string, from: number): number {
  let read = from
  while (isLineBreak(text.charAt(read))) read++
  return read
}

function isLineBreak(character: string): boolean {
  return character === '\n' || character === '\r'
}
