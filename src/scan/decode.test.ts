import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from './decode.ts'
import { patternLayer } from './patterns.ts'
import { RULES } from './rules/index.ts'
import { scanText } from './text.ts'
import { NO_WATCH } from './watch.ts'

const TOKEN = ['gh', 'p_', 'zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17'].join('')
const INSIDE = `# settings\nGITHUB = ${TOKEN} ;\n`
const layer = patternLayer(RULES)

const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  percent: (text) => encodeURIComponent(text).replaceAll('p', '%70'),
  'every character by percent': (text) => text.replace(/[^]/g, (each) => `%${hex(each, 2)}`),
  'escapes of Unicode': (text) => text.replace(/[^]/g, (each) => `\\u${hex(each, 4)}`),
  'escapes of bytes': (text) => text.replace(/[^]/g, (each) => `\\x${hex(each, 2)}`),
  'UTF-16 in base64': (text) => Buffer.from(text, 'utf16le').toString('base64'),
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0')
}

function found(content: string): readonly string[] {
  const text = scanText('file', Buffer.from(content))
  return layer
    .match(text, NO_WATCH)
    .filter(({ rule }) => rule === 'github-personal-access-token')
    .map(({ start, end }) => text.latin1.slice(start, end))
}

describe('a token is found where it is', () => {
  test.each(Object.keys(ENCODINGS))('%s', (name) => {
    const encode = ENCODINGS[name] as (text: string) => string
    const spans = found(`x = "${encode(INSIDE)}"; y`)
    expect(spans.length).toBeGreaterThan(0)
    for (const span of spans) {
      expect(`x = "${encode(INSIDE)}"; y`).toContain(span)
      expect(span.length).toBeGreaterThanOrEqual(TOKEN.length)
      expect(span.length).toBeLessThanOrEqual(encode(TOKEN).length + 8)
    }
  })

  const names = Object.keys(ENCODINGS)
  const nested = names.flatMap((outer) => names.map((inner) => [outer, inner] as const))
  test.each(nested)('%s of %s', (outer, inner) => {
    const written = ENCODINGS[outer]?.(ENCODINGS[inner]?.(INSIDE) ?? '') ?? ''
    const spans = found(`x = "${written}"`)
    expect(spans.length).toBeGreaterThan(0)
    for (const span of spans) expect(written).toContain(span)
  })

  test('three times, and no more', () => {
    const encode = ENCODINGS['base64'] as (text: string) => string
    expect(found(encode(encode(encode(INSIDE)))).length).toBe(1)
    expect(found(encode(encode(encode(encode(INSIDE))))).length).toBe(0)
  })
})

test('what is encoded is given once, with its places', () => {
  const bytes = Buffer.from(`a ${Buffer.from('the quick brown fox jumps').toString('base64')} b`)
  const decoded = decode(bytes, 1000)
  expect(decoded?.bytes.toString().startsWith('the quick brown fox jumps\n\0\n')).toBe(true)
  expect(decoded?.origin(0, 25)).toEqual({ start: 2, end: 36 })
  expect(decoded?.origin(4, 9)).toEqual({ start: 8, end: 14 })
})

test.each([
  'someVeryLongIdentifierOfCode',
  'a/path/to/some/where/else/Source',
  '0123456789',
  '% \\ %zz \\q',
  '',
])('nothing is encoded in %s', (text) => {
  expect(decode(Buffer.from(text), 1000)).toBeUndefined()
})

test('no more is decoded than was allowed', () => {
  const bytes = Buffer.from(`${Buffer.from('words and words'.repeat(9)).toString('base64')} `.repeat(50))
  expect(decode(bytes, 500)?.bytes.length).toBeLessThanOrEqual(500 + 3)
})

test('any bytes are taken, and places are in the text', () => {
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ maxLength: 60 }).map((text) => Buffer.from(Buffer.from(text).toString('base64'))),
    fc.string({ maxLength: 60 }).map((text) => Buffer.from(Buffer.from(text).toString('hex'))),
    fc
      .constantFrom('%', '%4', '%41', '\\', '\\x4', '\\u0041', '\\u00', 'A'.repeat(40))
      .map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (all) => {
      const bytes = Buffer.concat(all)
      const decoded = decode(bytes, 1 << 20)
      if (decoded === undefined) return
      for (let at = 0; at < decoded.bytes.length; at += 7) {
        const { start, end } = decoded.origin(at, Math.min(at + 5, decoded.bytes.length))
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(bytes.length)
      }
    }),
  )
})
