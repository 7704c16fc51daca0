import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FILTERS, type Filter } from './filters.ts'
import { describeReference } from './reference.ts'
import { parseTemplate, renderTemplate, type Template, type Use } from './template.ts'

function parse(text: string, environment?: string): Template {
  const parsed = parseTemplate(text, { environment, secretLiterals: false })
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.value
}

function render(text: string, values: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const rendered = renderTemplate(parse(text), (use) => Buffer.from(values[nameOf(use)] ?? ''))
  if (!rendered.ok) throw new Error(rendered.message)
  return Buffer.from(rendered.value).toString('utf8')
}

function nameOf(use: Use): string {
  return use.kind === 'value' ? use.name : describeReference(use.reference)
}

/** The parts in short: texts, and placeholders as `[name filters]`. */
function partsOf(text: string, environment?: string): (string | string[])[] {
  return parse(text, environment).parts.map((part) =>
    part.kind === 'literal' ? part.text : [nameOf(part.use), ...part.filters],
  )
}

const unicode = fc.string({ unit: 'grapheme' })

describe('parseTemplate', () => {
  it.each<[string, (string | string[])[]]>([
    ['', []],
    ['plain', ['plain']],
    ['$', ['$']],
    ['$5 {a} $', ['$5 {a} $']],
    ['${a}', [['a']]],
    ['${ a }', [['a']]],
    ['a${b}c', ['a', ['b'], 'c']],
    ['${a}${b}', [['a'], ['b']]],
    ['${a|uri}', [['a', 'uri']]],
    ['${ a | json | base64 }', [['a', 'json', 'base64']]],
    ['${env://A}', [['env://A']]],
    ['${aws://k?version=2#/a/b|uri}', [['aws://k?version=2#/a/b', 'uri']]],
    ['${x://a%7Db%7Cc}', [['x://a%7Db%7Cc']]],
    ['$${a}', ['${a}']],
    ['$${', ['${']],
    ['$$${a}', ['$${a}']],
    ['$${${a}', ['${', ['a']]],
    ['${a}$${b}', [['a'], '${b}']],
    ['a.b_c-1${a.b_c-1}', ['a.b_c-1', ['a.b_c-1']]],
  ])('reads %j', (text, parts) => {
    expect(partsOf(text)).toEqual(parts)
  })

  it.each([
    ['${aws://x/{environment}/y#p}', 'aws://x/prod/y#p'],
    ['${aws://{environment}/{environment}}', 'aws://prod/prod'],
  ])('puts the environment into %s', (text, reference) => {
    expect(partsOf(text, 'prod')).toEqual([[reference]])
  })

  it.each([
    ['${', 'never closed'],
    ['a ${b', 'never closed'],
    ['${a ${b}', 'never closed'],
    ['${env://{environment}', 'never closed'],
    ['${{ secrets.A }}', 'workflows only'],
    ['${}', 'no value name and no reference'],
    ['${ }', 'no value name and no reference'],
    ['${a b}', 'no value name and no reference'],
    ['${-a}', 'no value name and no reference'],
    ['${a|}', 'unknown filter'],
    ['${a|upper}', 'unknown filter'],
    ['${a|URI}', 'unknown filter'],
    ['${env://A|}', 'unknown filter'],
    ['${ENV://A}', 'not a reference'],
    ['${env://{environment}}', 'no environment is chosen'],
  ])('refuses %j: %s', (text, message) => {
    const parsed = parseTemplate(text, { environment: undefined, secretLiterals: false })
    expect(parsed.ok ? '' : parsed.message).toContain(message)
  })

  it('takes any text, where each `${` is escaped, for itself', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(unicode, fc.constantFrom('$', '{', '${', '$$', '}')), { maxLength: 8 }),
        (pieces) => {
          const text = pieces.join('')
          expect(render(text.replaceAll('${', () => '$${'))).toBe(text)
        },
      ),
    )
  })

  it('reads back a template that was written from its parts', () => {
    const literal = unicode
      .filter((text) => !text.includes('${') && !text.endsWith('$'))
      .map((text) => ({ text }))
    const placeholder = fc
      .tuple(
        fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
        fc.array(fc.constantFrom<Filter>(...FILTERS), { maxLength: 2 }),
      )
      .map(([name, filters]) => ({ name, filters }))
    fc.assert(
      fc.property(fc.array(fc.tuple(literal, placeholder), { maxLength: 5 }), (pairs) => {
        const text = pairs
          .map(([{ text }, { name, filters }]) => `${text}\${${[name, ...filters].join('|')}}`)
          .join('')
        const parts = pairs.flatMap(([{ text }, { name, filters }]) => [
          ...(text === '' ? [] : [text]),
          [name, ...filters],
        ])
        expect(partsOf(text)).toEqual(parts)
      }),
    )
  })

  it('quotes nothing of a text that is no template', () => {
    const canary = ['Zq7', 'hunter2'].join('-')
    const piece = fc.constantFrom('${', '}', '{', '|', '://', '%', ' ', '#', canary, 'env', '$')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const parsed = parseTemplate(pieces.join(''), { environment: undefined, secretLiterals: true })
        expect(parsed.ok ? '' : JSON.stringify(parsed)).not.toContain(canary)
      }),
      { numRuns: 500 },
    )
  })
})

describe('renderTemplate', () => {
  it.each([
    ['postgres://u:${p|uri}@h/db', { p: 'a/b@c:d' }, 'postgres://u:a%2Fb%40c%3Ad@h/db'],
    ['{"key": ${p|json}}', { p: 'a"b\\c' }, '{"key": "a\\"b\\\\c"}'],
    ['${p|json|base64}', { p: 'x' }, Buffer.from('"x"').toString('base64')],
    ['${a}-${b}-${a}', { a: '1', b: '2' }, '1-2-1'],
    ['${a}', { a: '${b}' }, '${b}'],
  ])('of %s', (text, values, rendered) => {
    expect(render(text, values)).toBe(rendered)
  })

  const binary = Uint8Array.from([0xff, 0x00, 0x80])

  it('keeps the bytes of a placeholder that stands alone', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const rendered = renderTemplate(parse('${a}'), () => bytes)
        expect(rendered).toEqual({ ok: true, value: Buffer.from(bytes) })
      }),
    )
  })

  it('takes bytes that are no text only as base64', () => {
    expect(render('x${a|base64}', { a: binary })).toBe('x/wCA')
  })

  it.each([
    ['x${a}', 'a value that is not UTF-8 stands in a text'],
    ['${a}${a}', 'a value that is not UTF-8 stands in a text'],
    ['${a|uri}', 'a value that is not UTF-8 under |uri'],
    ['${a|json}', 'a value that is not UTF-8 under |json'],
  ])('refuses bytes that are no text in %s', (text, message) => {
    expect(renderTemplate(parse(text), () => binary)).toMatchObject({ ok: false, message })
  })
})

describe('of every text', () => {
  it('|uri leaves unreserved characters only, and decodes back', () => {
    fc.assert(
      fc.property(unicode, (value) => {
        const encoded = render('${a|uri}', { a: value })
        expect(encoded).toMatch(/^(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/)
        expect(decodeURIComponent(encoded)).toBe(value)
      }),
    )
  })

  it('|base64 decodes back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        const encoded = render('${a|base64}', { a: value })
        expect(encoded).toMatch(/^[A-Za-z0-9+/]*={0,2}$/)
        expect(Buffer.from(encoded, 'base64')).toEqual(Buffer.from(value))
      }),
    )
  })

  it('|json parses back, and has nothing that HTML or JavaScript would take for theirs', () => {
    const text = fc.oneof(
      unicode,
      fc
        .array(fc.constantFrom('<', '>', '&', '\u2028', '\u2029', '"', '\\', '\n', '\u0001'))
        .map((all) => all.join('')),
    )
    fc.assert(
      fc.property(text, (value) => {
        const encoded = render('${a|json}', { a: value })
        expect(JSON.parse(encoded)).toBe(value)
        expect(encoded).not.toMatch(/[<>&\u2028\u2029\n]/)
      }),
    )
  })

  it.each([
    ['a\u2028<b>&', '"a\\u2028\\u003cb\\u003e\\u0026"'],
    ['\u0001\u001f\u007f', '"\\u0001\\u001f\u007f"'],
    ['\b\f\n\r\t', '"\\b\\f\\n\\r\\t"'],
    ['é😀', '"é😀"'],
  ])('|json writes %j as Go does', (value, encoded) => {
    expect(render('${a|json}', { a: value })).toBe(encoded)
  })
})
