import { BETWEEN } from '../../src/scan/rules/assigned.ts'
import { SIGNS } from '../../src/scan/rules/generic.ts'
import { BEFORE } from '../../src/scan/rules/token.ts'

export interface Mutant {
  readonly what: string
  readonly pattern: RegExp
}

/** Pieces that many rules share, and that have tests of their own. */
const SHARED = [BEFORE, BETWEEN, SIGNS, '(?<key>', '(?<secret>']

/**
 * A pattern broken in every way that there is a name for: a literal character dropped, a bound moved by one, a repeat made
 * optional, a character or range taken from a class or added to it, an alternative dropped, an assertion dropped.
 */
export function mutantsOf(pattern: RegExp): readonly Mutant[] {
  const { source, flags } = pattern
  const kept = sharedPlaces(source)
  const mutants: Mutant[] = []
  for (const piece of piecesOf(source)) {
    if (kept.some(([start, end]) => piece.start >= start && piece.end <= end)) continue
    for (const [what, text] of broken(piece)) {
      const mutated = `${source.slice(0, piece.start)}${text}${source.slice(piece.end)}`
      const compiled = compile(mutated, flags)
      if (compiled !== undefined) mutants.push({ what: `${what} at ${piece.start}`, pattern: compiled })
    }
  }
  return mutants
}

function compile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags)
  } catch {
    return undefined
  }
}

function sharedPlaces(source: string): readonly (readonly [number, number])[] {
  return SHARED.flatMap((shared) => {
    const start = source.indexOf(shared)
    return start < 0 ? [] : [[start, start + shared.length] as const]
  })
}

interface Piece {
  readonly kind: 'literal' | 'class' | 'bounds' | 'assertion' | 'alternative'
  readonly start: number
  readonly end: number
  readonly text: string
}

const TOKENS =
  /(?<class>\[(?:\\.|[^\]\\])*\])|(?<bounds>\{\d+(?:,\d*)?\}\??|[?*+](?!<|:|=|!))|(?<assertion>\(\?<?[=!](?:\[(?:\\.|[^\]\\])*\]|\\.|[^()[\]\\])*\)|\\b)|(?<skip>\(\?<\w+>|\(\?:|[()|^$])|(?<literal>\\.|[^\\])/g

function piecesOf(source: string): readonly Piece[] {
  const pieces: Piece[] = []
  for (const match of source.matchAll(TOKENS)) {
    const kind = Object.entries<string | undefined>(match.groups ?? {}).find(
      ([, text]) => text !== undefined,
    )?.[0]
    if (kind === undefined || kind === 'skip') continue
    const [text] = match
    pieces.push({ kind: kind as Piece['kind'], start: match.index, end: match.index + text.length, text })
  }
  return [...pieces, ...alternativesOf(source)]
}

/** `a|` and `|b` of groups that hold no group. */
function alternativesOf(source: string): readonly Piece[] {
  return [
    ...source.matchAll(
      /\((?:\?:|\?<\w+>)?((?:\\.|\[(?:\\.|[^\]\\])*\]|[^()[\]\\])*\|(?:\\.|\[(?:\\.|[^\]\\])*\]|[^()[\]\\])*)\)/g,
    ),
  ].flatMap((match) => {
    const inner = match[1] ?? ''
    const start = match.index + match[0].length - 1 - inner.length
    return [...inner.matchAll(/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^|[\]\\])+\|?/g)].flatMap((each): Piece[] => {
      const last = !each[0].endsWith('|')
      const from = start + each.index - (last ? 1 : 0)
      return [{ kind: 'alternative', start: from, end: start + each.index + each[0].length, text: each[0] }]
    })
  })
}

function broken({ kind, text }: Piece): readonly (readonly [string, string])[] {
  switch (kind) {
    case 'literal':
      return [[`"${text}" dropped`, '']]
    case 'alternative':
      return [[`alternative "${text}" dropped`, '']]
    case 'assertion':
      return [[`assertion ${text} dropped`, '']]
    case 'bounds':
      return bounds(text)
    case 'class':
      return classes(text)
  }
}

function bounds(text: string): readonly (readonly [string, string])[] {
  if (text === '?') return [['optional made required', '']]
  const [, low, comma, high, lazy = ''] = /^\{(\d+)(,?)(\d*)\}(\??)$/.exec(text) ?? []
  if (low === undefined) return [['repeat dropped', '']]
  const min = Number(low)
  if (comma === '')
    return [
      [`{${min}} less one`, `{${min - 1}}${lazy}`],
      [`{${min}} plus one`, `{${min + 1}}${lazy}`],
    ]
  const max = Number(high)
  return [
    [`${text}: low less one`, `{${min - 1},${max}}${lazy}`],
    [`${text}: low plus one`, `{${min + 1},${max}}${lazy}`],
    [`${text}: high less one`, `{${min},${max - 1}}${lazy}`],
    [`${text}: high plus one`, `{${min},${max + 1}}${lazy}`],
  ]
}

function classes(text: string): readonly (readonly [string, string])[] {
  if (text.startsWith('[^')) return []
  // A letter in both cases.
  if (/^\[([a-z])[A-Z]\]$/.test(text) && text[1] === text[2]?.toLowerCase()) return [[`${text} dropped`, '']]
  const members = [...text.slice(1, -1).matchAll(/\\.|[^\\](?:-[^\]\\])?/g)].map(([each]) => each)
  const dropped = members.map((member, nth): readonly [string, string] => [
    `${member} taken from ${text}`,
    `[${members.filter((_, other) => other !== nth).join('')}]`,
  ])
  const added = ['a-z', 'A-Z', '0-9', '_', '\\-']
    .filter(
      (member) =>
        !members.includes(member) && !members.includes('\\w') && !members.includes(member.replace('\\', '')),
    )
    .map((member): readonly [string, string] => [
      `${member} added to ${text}`,
      `[${members.join('')}${member}]`,
    ])
  return [...dropped, ...added]
}
