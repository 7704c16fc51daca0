import { anyCase, DIGIT, inverse, LINE_BREAK, setOf, SPACE, union, WORD } from './byte-set.ts'
import { PatternError, type Assertion, type ByteSet, type Node, type Parsed } from './node.ts'

/** The highest number of a repeat. */
const MOST = 1000

const SIGNS: Readonly<Record<string, { readonly min: number; readonly max: number }>> = {
  '*': { min: 0, max: Infinity },
  '+': { min: 1, max: Infinity },
  '?': { min: 0, max: 1 },
}

interface State {
  readonly source: string
  at: number
  readonly groups: (string | undefined)[]
  readonly flags: { readonly i: boolean; readonly s: boolean }
}

/**
 * Parses a pattern in the syntax of RE2, which is that of JavaScript without look-around and back-references; `^` and `$` are
 * those of lines.
 */
export function parsePattern(pattern: string): Parsed {
  const [prefix = '', letters = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? []
  const flags = { i: letters.includes('i'), s: letters.includes('s') }
  const state: State = { source: pattern, at: prefix.length, groups: [undefined], flags }
  const node = alternatives(state)
  if (state.at < pattern.length) throw new PatternError(`has a ")" too many at ${state.at}`)
  return { node, groups: state.groups }
}

function alternatives(state: State): Node {
  const of = [sequence(state)]
  while (state.source[state.at] === '|') {
    state.at++
    of.push(sequence(state))
  }
  return of.length === 1 ? (of[0] as Node) : { kind: 'any', of }
}

function sequence(state: State): Node {
  const of: Node[] = []
  while (state.at < state.source.length && !/[|)]/.test(state.source.charAt(state.at)))
    of.push(repeated(state))
  return of.length === 1 ? (of[0] as Node) : { kind: 'all', of }
}

function repeated(state: State): Node {
  let node = atom(state)
  const match = /^(?:([*+?])|\{(\d{1,5})(?:(,)(\d{0,5}))?\})(\??)/.exec(state.source.slice(state.at))
  if (match === null) return node
  state.at += match[0].length
  const { min, max } = bounds(match)
  node = { kind: 'repeat', of: node, min, max, lazy: match[5] === '?' }
  if (/^[*+?]|^\{\d/.test(state.source.slice(state.at)))
    throw new PatternError(`repeats a repeat at ${state.at}`)
  return node
}

function bounds([, sign, low = '', comma, high = '']: RegExpExecArray): { min: number; max: number } {
  if (sign !== undefined) return SIGNS[sign] ?? { min: 0, max: Infinity }
  const min = Number(low)
  const max = comma === undefined ? min : high === '' ? Infinity : Number(high)
  if ([min, max].some((each) => each > MOST && each !== Infinity))
    throw new PatternError(`repeats more than ${MOST} times`)
  if (max < min) throw new PatternError('has a repeat whose bounds are the wrong way round')
  return { min, max }
}

function atom(state: State): Node {
  const character = state.source.charAt(state.at)
  switch (character) {
    case '(':
      return group(state)
    case '[':
      return set(classSet(state), state)
    case '\\':
      return escape(state)
    case '.':
      state.at++
      return { kind: 'set', set: state.flags.s ? setOf([0, 255]) : inverse(LINE_BREAK) }
    case '^':
      return assertion(state, 'line-start')
    case '$':
      return assertion(state, 'line-end')
    default:
      return literal(state)
  }
}

function literal(state: State): Node {
  const character = String.fromCodePoint(state.source.codePointAt(state.at) ?? 0)
  if (/^[*+?]/.test(character)) throw new PatternError(`repeats nothing at ${state.at}`)
  state.at += character.length
  const bytes = [...Buffer.from(character)].map((byte) => set(setOf([byte, byte]), state))
  return bytes.length === 1 ? (bytes[0] as Node) : { kind: 'all', of: bytes }
}

function set(bytes: ByteSet, { flags }: State): Node {
  return { kind: 'set', set: flags.i ? anyCase(bytes) : bytes }
}

function assertion(state: State, what: Assertion, size = 1): Node {
  state.at += size
  return { kind: 'assert', what }
}

function group(state: State): Node {
  const opening = /^\((?:\?(?::|P?<([A-Za-z_]\w{0,40})>))?(?!\?)/.exec(state.source.slice(state.at))
  if (opening === null)
    throw new PatternError(`has a group that is not taken at ${state.at}: look-around has no linear time`)
  const captures = opening[0] !== '(?:'
  const nth = captures ? state.groups.push(opening[1]) - 1 : 0
  const begin = state.at
  state.at += opening[0].length
  const of = alternatives(state)
  if (state.source[state.at] !== ')') throw new PatternError(`has a "(" that is not closed at ${begin}`)
  state.at++
  return captures ? { kind: 'group', of, nth } : of
}

function escape(state: State): Node {
  const edge = { b: 'word-edge', B: 'no-word-edge' } as const
  const letter = state.source.charAt(state.at + 1)
  if (letter in edge) return assertion(state, edge[letter as keyof typeof edge], 2)
  return set(escaped(state), state)
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 }
const CLASSES: Readonly<Record<string, ByteSet>> = {
  d: DIGIT,
  D: inverse(DIGIT),
  w: WORD,
  W: inverse(WORD),
  s: SPACE,
  S: inverse(SPACE),
}

/** `\d`, `\n`, `\x41`, or a sign. */
function escaped(state: State): ByteSet {
  const [all = '', digits] = /^\\(?:x([0-9A-Fa-f]{2})|[^])?/.exec(state.source.slice(state.at)) ?? []
  const character = all.charAt(1)
  state.at += all.length
  const byte = digits === undefined ? CONTROLS[character] : Number.parseInt(digits, 16)
  if (byte !== undefined) return setOf([byte, byte])
  const known = CLASSES[character]
  if (known !== undefined) return known
  if (character === '' || /[A-Za-z0-9]|[^\0-\x7f]/.test(character))
    throw new PatternError(`has an escape that is not taken at ${state.at - all.length}`)
  return setOf([character.charCodeAt(0), character.charCodeAt(0)])
}

function classSet(state: State): ByteSet {
  const begin = state.at++
  const isInverse = state.source[state.at] === '^'
  if (isInverse) state.at++
  const sets: ByteSet[] = []
  while (state.source[state.at] !== ']') {
    if (state.at >= state.source.length) throw new PatternError(`has a "[" that is not closed at ${begin}`)
    sets.push(member(state))
  }
  state.at++
  if (sets.length === 0) throw new PatternError(`has an empty class at ${begin}`)
  const bytes = union(sets)
  return isInverse ? inverse(state.flags.i ? anyCase(bytes) : bytes) : bytes
}

function member(state: State): ByteSet {
  const first = single(state)
  if (state.source[state.at] !== '-' || state.source[state.at + 1] === ']') return first
  state.at++
  const [from, to] = [only(first), only(single(state))]
  if (from === undefined || to === undefined || to < from)
    throw new PatternError(`has a range that is none before ${state.at}`)
  return setOf([from, to])
}

function single(state: State): ByteSet {
  const character = state.source.charAt(state.at)
  if (character === '\\') return escaped(state)
  if (character > '\x7f') throw new PatternError(`has a character that is no ASCII in a class at ${state.at}`)
  state.at++
  return setOf([character.charCodeAt(0), character.charCodeAt(0)])
}

function only(bytes: ByteSet): number | undefined {
  const first = bytes.indexOf(1)
  return first >= 0 && bytes.indexOf(1, first + 1) < 0 ? first : undefined
}
