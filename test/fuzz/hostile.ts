import fc from 'fast-check'
import { CANARY } from './target.ts'

/** What JSON is made of beside its words. */
export const JSON_SIGNS: readonly string[] = ['{', '}', '[', ']', ',', ':']

/** Texts that have broken parsers, whatever they parse. */
const FRAGMENTS: readonly string[] = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'length', 'prototype'],
  ...[
    '\0',
    '\u0007',
    '\ufeff',
    '\r\n',
    '\r',
    '\n',
    '\n\n',
    '\t',
    '\u00a0',
    '\u0085',
    '\u2028',
    '\v',
    '\u001b[31m',
  ],
  ...['\u202e', '\u2066', '\u200b', '\ud800', '\udfff', '\u{1f600}', 'é', 'ﬀ', '\u0301', '\ufffd', 'İ'],
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    ',',
    ';',
    ':',
    ': ',
    '=',
    '"',
    "'",
    '`',
    '\\',
    '/',
    '|',
    '&',
    '*',
    '?',
    '!',
  ],
  ...[
    '-',
    '- ',
    '%',
    '%2',
    '%zz',
    '%25',
    '@',
    '#',
    ' #',
    '$',
    '~',
    '^',
    '.',
    '..',
    '../',
    '::error::x',
    '##[error]',
  ],
  ...[
    '0',
    '-0',
    '1e999',
    '0x1f',
    '0123',
    'NaN',
    'Infinity',
    '9007199254740993',
    'null',
    'true',
    'no',
    '',
    ' ',
  ],
  ...[
    '""',
    "''",
    '\\n',
    '\\u0000',
    '\\ud800',
    '\\x41',
    '\\q',
    '{}',
    '[]',
    '{"',
    '"}',
    '[[',
    ']]',
    'a'.repeat(300),
  ],
  ...[CANARY, `"${CANARY}"`, ` ${CANARY} `, `\n${CANARY}\n`, Buffer.from(CANARY).toString('base64')],
]

type Edit =
  | { readonly kind: 'cut' | 'double' | 'end'; readonly at: number; readonly size: number }
  | { readonly kind: 'put' | 'replace'; readonly at: number; readonly size: number; readonly text: string }
  | { readonly kind: 'move'; readonly at: number; readonly size: number; readonly to: number }
  | { readonly kind: 'flood'; readonly at: number; readonly size: number; readonly times: number }
  | { readonly kind: 'nest'; readonly text: string; readonly times: number }

/** Whole texts and what becomes of them by a few edits, with the signs of their language put in; texts of such signs alone. */
export function hostileText(corpus: readonly string[], signs: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...signs) },
    { weight: 2, arbitrary: fc.constantFrom(...FRAGMENTS) },
    { weight: 1, arbitrary: anyText(6) },
  )
  const edit = edits(piece)
  return fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .tuple(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 5, size: 'max' }))
        .map(([text, all]) => all.reduce(apply, text)),
    },
    {
      weight: 4,
      arbitrary: fc.array(piece, { maxLength: 25, size: 'max' }).map((pieces) => pieces.join('')),
    },
    { weight: 1, arbitrary: anyText(60) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80, size: 'max' }).map(latin1) },
  )
}

/** Any characters, halves of pairs among them. The library's own strings of such take 100 MB. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  const code = fc.oneof(fc.nat(0xff), fc.nat(0xffff), fc.nat(0x10ffff))
  return fc.array(code, { maxLength, size: 'max' }).map((codes) => String.fromCodePoint(...codes))
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

const place = fc.double({ min: 0, max: 1, noNaN: true })
const small = fc.nat(40)

function edits(piece: fc.Arbitrary<string>): fc.Arbitrary<Edit> {
  const spot = { at: place, size: small }
  return fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: fc.constantFrom('put', 'replace'), text: piece, ...spot }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('cut', 'double', 'end'), ...spot }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('move'), to: place, ...spot }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('nest'),
        text: fc.constantFrom('[', '{', '{"a":', '- ', '? ', '"'),
        times: fc.nat(60),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('flood'),
        ...spot,
        // Seldom as much as files may have.
        times: fc.oneof({ weight: 60, arbitrary: fc.nat(30) }, { weight: 1, arbitrary: fc.nat(40_000) }),
      }),
    },
  )
}

/** No text becomes longer: it is what a file may have. */
const LONGEST = 1024 * 1024

function apply(text: string, edit: Edit): string {
  if (edit.kind === 'nest') return edit.text.repeat(edit.times) + text
  const from = Math.floor(edit.at * text.length)
  const [before, piece, after] = [
    text.slice(0, from),
    text.slice(from, from + edit.size),
    text.slice(from + edit.size),
  ]
  switch (edit.kind) {
    case 'cut':
      return before + after
    case 'double':
      return before + piece + piece + after
    case 'end':
      return before
    case 'put':
      return before + edit.text + piece + after
    case 'replace':
      return before + edit.text + after
    case 'move': {
      const to = Math.floor(edit.to * (before.length + after.length))
      const rest = before + after
      return rest.slice(0, to) + piece + rest.slice(to)
    }
    case 'flood':
      return (before + piece.repeat(edit.times)).slice(0, LONGEST) + after
  }
}

/** JSON of any shape, with keys that objects have already, and the canary. */
export function hostileJson(keys: readonly string[]): fc.Arbitrary<unknown> {
  const key = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...keys) },
    { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', '', CANARY, '\u0000') },
  )
  const leaf = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<unknown>(...FRAGMENTS) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 403),
    },
    { weight: 1, arbitrary: anyText(12) },
  )
  const { node } = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      { weight: 3, arbitrary: leaf },
      { weight: 2, arbitrary: fc.array(tie('node'), { maxLength: 4 }) },
      { weight: 4, arbitrary: fc.array(fc.tuple(key, tie('node')), { maxLength: 5 }).map(objectOf) },
    ),
  }))
  return node
}

/** As JSON.parse makes them: `__proto__` is a key like any other. */
function objectOf(entries: readonly (readonly [string, unknown])[]): unknown {
  return JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
  )
}
