import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDotenv } from './dotenv-grammar.ts'

/** The values by name, of a text without problems. */
function read(content: Uint8Array | string): Record<string, string> {
  const { entries, problems } = parseDotenv(content)
  expect(problems).toEqual([])
  return Object.fromEntries([...entries].map(([name, { value }]) => [name, value]))
}

function problems(content: Uint8Array | string): [number, string][] {
  return parseDotenv(content).problems.map(({ line, message }) => [line, message])
}

describe('what a line sets', () => {
  test.each<[string, Record<string, string>]>([
    ['', {}],
    ['\n\n', {}],
    ['A=1', { A: '1' }],
    ['A=1\nB=2', { A: '1', B: '2' }],
    ['A=', { A: '' }],
    ['A=\nB=2', { A: '', B: '2' }],
    ['A=""', { A: '' }],
    ["A=''", { A: '' }],
    ['export A=1', { A: '1' }],
    ['  export\tA=1', { A: '1' }],
    ['export=1', { export: '1' }],
    ['exportA=1', { exportA: '1' }],
    [' A = 1 ', { A: '1' }],
    ['A\t=\t1\t', { A: '1' }],
    ['_a.b-c9=1', { '_a.b-c9': '1' }],
    ['A=b=c==', { A: 'b=c==' }],
    ['A=two words', { A: 'two words' }],
    ['a=1\nA=2', { a: '1', A: '2' }],
    ['__proto__=1', JSON.parse('{"__proto__":"1"}') as Record<string, string>],
  ])('%j', (content, expected) => {
    expect(read(content)).toEqual(expected)
  })
})

describe('comments', () => {
  test.each<[string, Record<string, string>]>([
    ['# A=1', {}],
    ['   #A=1\nB=2', { B: '2' }],
    ['A=1 # one', { A: '1' }],
    ['A=1\t#one', { A: '1' }],
    ['A=b#c', { A: 'b#c' }],
    ['A=#c', { A: '#c' }],
    ['A= #c', { A: '' }],
    ['A= # c', { A: '' }],
    ['A="b #c"', { A: 'b #c' }],
    ["A='b #c'", { A: 'b #c' }],
    ['A="b" # c', { A: 'b' }],
    ["A='b'\t# it's", { A: 'b' }],
    ['#"unclosed\nA=1', { A: '1' }],
  ])('%j', (content, expected) => {
    expect(read(content)).toEqual(expected)
  })
})

describe('quotes', () => {
  test.each<[string, Record<string, string>]>([
    ["A='  x  '", { A: '  x  ' }],
    ["A='\\n\\q$X${Y}\"'", { A: '\\n\\q$X${Y}"' }],
    ['A="\\n\\r\\t\\"\\\\\\$"', { A: '\n\r\t"\\$' }],
    ['A="\\\\n"', { A: '\\n' }],
    ['A="it\'s"', { A: "it's" }],
    ['A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
    ["A='one\n\n# two\nB=x'\nC=3", { A: 'one\n\n# two\nB=x', C: '3' }],
    ['A= "x" ', { A: 'x' }],
    ['A=x"y"', { A: 'x"y"' }],
    ['A=`x`', { A: '`x`' }],
    ['A=\\n', { A: '\\n' }],
  ])('%j', (content, expected) => {
    expect(read(content)).toEqual(expected)
  })

  test.each(['$X', '${X}', '$(id)', '`id`', '$2y$10$abc', '$$'])('never interpolate: %s', (text) => {
    expect(read(`X=other\nA=${text}\nB="${text}"\nC='${text}'`)).toEqual({
      X: 'other',
      A: text,
      B: text,
      C: text,
    })
  })
})

describe('line ends and encodings', () => {
  test('CRLF ends a line, and is LF inside quotes', () => {
    expect(read('A=1\r\n\r\n# x\r\nB="2\r\n3"\r\nC=\'4\'\r\nD=5 # x\r\n')).toEqual({
      ...{ A: '1', B: '2\n3', C: '4', D: '5' },
    })
  })

  test('a carriage return that is meant is written as an escape', () => {
    expect(read('A="1\\r\\n2"\r\n')).toEqual({ A: '1\r\n2' })
  })

  test('a last line without its end, of CR only, is a line', () => {
    expect(read('A=1\r')).toEqual({ A: '1' })
  })

  test('a byte order mark is not part of the first name, and one elsewhere is not left out', () => {
    expect(read('\uFEFFA=1')).toEqual({ A: '1' })
    expect(read(Buffer.from('\uFEFFA=\uFEFF1'))).toEqual({ A: '\uFEFF1' })
  })

  test('white space that is no blank is part of the value', () => {
    expect(read('A=\u00A01\u3000')).toEqual({ A: '\u00A01\u3000' })
  })

  test('bytes are UTF-8, or the line that is not is named', () => {
    expect(read(Buffer.from('A=\u{1F511}'))).toEqual({ A: '\u{1F511}' })
    expect(problems(Buffer.concat([Buffer.from('A=1\nB='), Buffer.of(0xe9), Buffer.from('\nC=2')]))).toEqual([
      [2, 'not UTF-8'],
    ])
    expect(problems(Buffer.from('\uFEFFA=1', 'utf16le'))).toEqual([[1, 'not UTF-8']])
  })
})

describe('problems', () => {
  test.each<[string, [number, string][]]>([
    ['A', [[1, 'not `NAME=value`']]],
    ['export A', [[1, 'not `NAME=value`']]],
    ['=1', [[1, 'not `NAME=value`']]],
    ['1A=1', [[1, 'not `NAME=value`']]],
    ['A B=1', [[1, 'not `NAME=value`']]],
    ['A: 1', [[1, 'not `NAME=value`']]],
    ['"A"=1', [[1, 'not `NAME=value`']]],
    ['A=1\rB=2', [[1, 'a control character in an unquoted value']]],
    ['A=\u0000', [[1, 'a control character in an unquoted value']]],
    ['A=1\n\nA=2', [[3, 'sets a variable that line 1 has set already']]],
    [
      'A="x\n\n"\nB=1\nB=2\nA=3',
      [
        [5, 'sets a variable that line 4 has set already'],
        [6, 'sets a variable that line 1 has set already'],
      ],
    ],
    ['A=1\nB="x\nC=3', [[2, 'a quote that opens here is never closed']]],
    ["A=it\nB='it\\'s", [[2, 'text after the closing quote']]],
    ["A='x", [[1, 'a quote that opens here is never closed']]],
    ['A="x\\"', [[1, 'a quote that opens here is never closed']]],
    ['A="x\\', [[1, 'a quote that opens here is never closed']]],
    ['A="x"y', [[1, 'text after the closing quote']]],
    ['A="x"#y', [[1, 'text after the closing quote']]],
    ['A="x\nB="y"\nC=1', [[2, 'text after the closing quote of the value that begins on line 1']]],
    ['A="\\d"', [[1, 'an unknown escape in double quotes']]],
    ['A="x\n\\\ny"\nB=1', [[2, 'an unknown escape in double quotes']]],
    [
      'A\nB=1\nC\n',
      [
        [1, 'not `NAME=value`'],
        [3, 'not `NAME=value`'],
      ],
    ],
  ])('%j', (content, expected) => {
    expect(problems(content)).toEqual(expected)
  })

  test('each has a hint', () => {
    const content = 'A\nB=\u0001\nC="\\d"\nD=1\nD=1\nE="x"y\nF="'
    const hints = parseDotenv(content).problems.map(({ hint }) => hint)
    expect(hints).toHaveLength(6)
    expect(hints).not.toContain('')
  })
})

describe('laws', () => {
  const name = fc.constantFrom('A', 'B_2', '_c.d-e', 'export', 'exported', 'x'.repeat(64))

  test('what is written in double quotes with its escapes is read back', () => {
    const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
    const quote = (value: string) => value.replace(/[\n\r\t"\\$]/g, (char) => escapes[char] ?? `\\${char}`)
    fc.assert(
      fc.property(
        fc.dictionary(
          name,
          fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed()),
        ),
        (values) => {
          const content = Object.entries(values).map(([key, value]) => `${key}="${quote(value)}"\n`)
          expect(read(Buffer.from(content.join('')))).toEqual({ ...values })
        },
      ),
    )
  })

  test('what is written in single quotes is read back', () => {
    const value = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !/['\r]/.test(text))
    fc.assert(
      fc.property(name, value, (key, text) => {
        expect(read(Buffer.from(`${key}='${text}'`))).toEqual({ [key]: text })
      }),
    )
  })

  test('any text ends, and no problem quotes it', () => {
    const line = fc.constantFrom(
      'A',
      'B',
      '=',
      '"',
      "'",
      '\\',
      '#',
      ' ',
      '\n',
      '\r\n',
      'export ',
      'x',
      '$',
      '\u0001',
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (pieces) => {
        const content = `CANARY=zqzq\n${pieces.join('')}`
        const lines = content.split('\n').length
        for (const { line, message, hint } of parseDotenv(content).problems) {
          expect(line).toBeLessThanOrEqual(lines)
          expect(message + hint).not.toContain('zqzq')
        }
      }),
    )
  })

  test('a megabyte of anything is read in a moment', () => {
    for (const piece of ['"', "'", 'A="', '\\', ' ', 'A= ', '\t#', '\n', 'A=1\n', '\uFEFF', "A='\n"]) {
      const started = performance.now()
      parseDotenv(piece.repeat(1_000_000 / piece.length))
      expect(performance.now() - started, JSON.stringify(piece)).toBeLessThan(3000)
    }
  })
})
