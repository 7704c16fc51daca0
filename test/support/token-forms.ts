/** What the tests of scan rules state about a token's form, from which texts with and without one are made. */

/** Characters of an alphabet, as many as are said. */
export interface Chars {
  readonly alphabet: string
  readonly min: number
  readonly max: number
}

/** Computed from what comes before it in the token. */
export type Sum = (before: string) => string

export type Part = string | Chars | Sum

export interface Form {
  /** What stands before the token, and after it. */
  readonly before: string
  readonly after: string
  /** The name at the beginning of `before`, of which each letter counts. */
  readonly name: string
  readonly parts: readonly Part[]
  /** Misses that this form can't have: what makes them would be a token too. */
  readonly without: readonly (
    'short' | 'long' | 'strange' | 'altered' | 'sum' | 'inside' | 'name' | 'upper'
  )[]
}

const LOWER = 'qjxkzvbmwgfpyudclhrnistoae'
const UPPER = 'QJXKZVBMWGFPYUDCLHRNISTOAE'
const DIGITS = '7390251846'

export const LETTERS = `${LOWER}${UPPER}`
/** Mixed, so that a few in a row are of every kind. */
export const WORD = Array.from(
  LOWER,
  (letter, nth) =>
    `${letter}${nth % 5 < 2 ? DIGITS.charAt(((nth - (nth % 5)) / 5) * 2 + (nth % 5)) : ''}${UPPER.charAt(25 - nth)}`,
).join('')
export const URL64 = `${WORD}_-`
export const BASE64 = `${WORD}+/`
export const HEX = '7c3a9f0b2e5d1846'
export const UPPER_HEX = HEX.toUpperCase()
export const LOWER_WORD = `${LOWER}${DIGITS}`
export const UPPER_WORD = `${UPPER}${DIGITS}`
export const BASE32 = `${UPPER}752463`
export const NUMBER = DIGITS
export { LOWER, UPPER }

export function chars(alphabet: string, min: number, max = min): Chars {
  return { alphabet, min, max }
}

export const word = (min: number, max?: number): Chars => chars(WORD, min, max)
export const url64 = (min: number, max?: number): Chars => chars(URL64, min, max)
export const hex = (min: number, max?: number): Chars => chars(HEX, min, max)

/** A UUID in lower case. */
export const UUID: readonly Part[] = [hex(8), '-', hex(4), '-', hex(4), '-', hex(4), '-', hex(12)]

/** A token, in quotes. */
export function form(...parts: readonly (Part | readonly Part[])[]): Form {
  return { before: 'send("', after: '")', name: '', parts: parts.flat(), without: [] }
}

/** A value, told by the name that it is assigned to. */
export function named(name: string, ...parts: readonly (Part | readonly Part[])[]): Form {
  return { before: `${name} = "`, after: '"\n', name, parts: parts.flat(), without: [] }
}

/** A value in the midst of a text, of whose beginning each character counts. */
export function within(before: string, after: string, ...parts: readonly (Part | readonly Part[])[]): Form {
  return { before, after, name: before, parts: parts.flat(), without: ['upper'] }
}

export function without(given: Form, ...what: Form['without']): Form {
  return { ...given, without: [...given.without, ...what] }
}

/** Something that is found in a text, or nothing. */
export interface Example {
  readonly text: string
  readonly secret: string | undefined
  readonly why: string
}

/** Tokens of the shortest and the longest form that have every character of each alphabet between them. */
export function hitsOf({ before, after, parts, without: none }: Form): readonly Example[] {
  const rounds = Math.max(
    2,
    ...parts.map((part) => (isChars(part) ? Math.ceil(part.alphabet.length / part.min) + 1 : 1)),
  )
  const hits = Array.from({ length: Math.min(rounds, 64) }, (_, round) => {
    const secret = write(parts, { round, long: round % 2 === 1 })
    return {
      text: `${round === 1 && !none.includes('upper') ? before.toUpperCase() : before}${secret}${after}`,
      secret,
      why: `hit ${round}`,
    }
  })
  return hits
}

/** One thing wrong at a time. */
export function missesOf({ before, after, name, parts, without: none }: Form): readonly Example[] {
  const misses: Example[] = []
  const add = (secret: string, why: string): void => {
    misses.push({ text: `${before}${secret}${after}`, secret: undefined, why })
  }
  if (!none.includes('inside')) {
    const whole = write(parts, { round: 0, long: true })
    for (const each of ['x', 'Q', '7', '_']) add(`${whole}${each}`, `${each} after it`)
    if (/\W$/.test(before)) add(`x${whole}`, 'x before it')
  }
  const shortest = write(parts, { round: 0, long: false })
  if (!none.includes('name'))
    for (const spoiled of spoiledOf(name)) {
      const text = `${spoiled}${before.slice(name.length)}${shortest}${after}`
      misses.push({ text, secret: undefined, why: `"${name}" spoiled` })
    }
  for (const [nth, part] of parts.entries()) {
    const instead = (other: Part): string => write(parts.with(nth, other), { round: 0, long: false })
    if (typeof part === 'string' && !none.includes('altered')) {
      for (let at = 0; at < part.length; at++)
        for (const other of othersThan(part[at] ?? ''))
          add(instead(`${part.slice(0, at)}${other}${part.slice(at + 1)}`), `"${part}" altered at ${at}`)
    } else if (typeof part === 'function') {
      if (none.includes('sum')) continue
      const sum = part(write(parts.slice(0, nth), { round: 0, long: false }))
      add(instead(`${sum.startsWith('1') ? '2' : '1'}${sum.slice(1)}`), 'wrong sum')
    } else if (isChars(part)) {
      if (!none.includes('short')) add(instead(chars(part.alphabet, part.min - 1)), `part ${nth} short`)
      if (!none.includes('long')) add(instead(chars(part.alphabet, part.max + 1)), `part ${nth} long`)
      if (!none.includes('strange'))
        for (const stranger of strangersTo(part.alphabet)) {
          const own = write([chars(part.alphabet, part.min)], { round: 0, long: false })
          const middle = part.min >> 1
          add(
            instead(`${own.slice(0, middle)}${stranger}${own.slice(middle + 1)}`),
            `part ${nth} with ${stranger}`,
          )
        }
    }
  }
  return misses
}

interface How {
  readonly round: number
  readonly long: boolean
}

/** One token of these parts. */
export function write(parts: readonly Part[], { round, long }: How = { round: 0, long: false }): string {
  let text = ''
  for (const [nth, part] of parts.entries()) {
    if (typeof part === 'string') text += part
    else if (typeof part === 'function') text += part(text)
    else text += pick(part.alphabet, long ? part.max : part.min, round * (part.min || 1) + nth * 5)
  }
  return text
}

/** The alphabet from `start` on, over and over. Alphabets are in no order, so this looks like no sequence. */
function pick(alphabet: string, size: number, start: number): string {
  return Array.from(
    { length: Math.max(0, size) },
    (_, nth) => alphabet[(start + nth) % alphabet.length],
  ).join('')
}

/** One of each kind of characters that the alphabet has not. */
function strangersTo(alphabet: string): readonly string[] {
  return ['b', 'g', 'q', 'B', 'G', 'Q', '9', '1', '-', '_', '+', '/', '=', '.', '~', ' '].filter(
    (each) => !alphabet.includes(each),
  )
}

/** A text with one character changed. */
export function spoiledOf(text: string): readonly string[] {
  return Array.from(text).flatMap((character, at) =>
    ['#', character === 'x' ? 'z' : 'x'].map((other) => `${text.slice(0, at)}${other}${text.slice(at + 1)}`),
  )
}

/** One of each kind of characters. */
function othersThan(character: string): readonly string[] {
  return ['x', 'X', '1', '-', '_'].filter((each) => each.toLowerCase() !== character.toLowerCase())
}

function isChars(part: Part): part is Chars {
  return typeof part === 'object'
}
