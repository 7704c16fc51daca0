import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addedLines, linesOf } from './lines.ts'

describe('lines', () => {
  test.each([
    ['', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['a\r\n\nb\n', ['a', '', 'b']],
    ['\n', ['']],
  ])('of %j', (content, expected) => {
    const bytes = Buffer.from(content)
    const lines = linesOf(bytes)
    const contents = Array.from({ length: lines.count }, (_, line) =>
      bytes.toString('utf8', lines.start(line), lines.end(line)),
    )
    expect(contents).toEqual(expected)
  })

  test('every offset is in the line that starts at or before it', () => {
    const bytes = Buffer.from('a\nbc\r\n\nd')
    expect([...bytes.keys()].map((offset) => linesOf(bytes).at(offset))).toEqual([0, 0, 1, 1, 1, 1, 2, 3])
  })
})

describe('added lines', () => {
  test.each([
    ['one in the middle', 'a\nx\nb\n', ['a\nb\n'], ['x']],
    ['line ends alone', 'a\r\nb\r\n', ['a\nb\n'], []],
    ['the last without its line feed', 'a\nb', ['a\nb\n'], []],
    ['a line that was moved', 'b\na\n', ['a\nb\n'], []],
    ['a line that stands twice now', 'x\na\nb\nx\n', ['a\nx\nb\n'], ['x', 'x']],
    ['one more at the end', 'a\nx\n', ['a\n'], ['x']],
    ['everything', 'a\nb\n', [''], ['a', 'b']],
    ['what neither parent of a merge has', 'a\nb\nc\n', ['a\nb\n', 'c\n'], []],
    ['what a merge adds', 'a\nevil\nb\n', ['a\n', 'b\n'], ['evil']],
  ])('%s', (_, now, before, expected) => {
    expect(added(now, before)).toEqual(expected)
  })

  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((each) => each.join('\n'))

  test('a text adds nothing to itself, and everything that was not there before', () => {
    fc.assert(
      fc.property(text, text, (now, before) => {
        expect(added(now, [now])).toEqual([])
        const had = before.split('\n')
        const fresh = contents(now).filter((line) => !had.includes(line))
        expect(added(now, [before])).toEqual(expect.arrayContaining(fresh))
      }),
    )
  })

  test('takes no more than linear time for texts that have nothing alike', () => {
    const before = Buffer.from(Array.from({ length: 200_000 }, (_, nth) => `old ${nth}`).join('\n'))
    const now = Buffer.from(Array.from({ length: 200_000 }, (_, nth) => `new ${nth}`).join('\n'))
    expect(addedLines(now, [before]).reduce((sum, each) => sum + each, 0)).toBe(200_000)
  })
})

function added(now: string, before: readonly string[]): readonly string[] {
  const flags = addedLines(
    Buffer.from(now),
    before.map((each) => Buffer.from(each)),
  )
  return contents(now).filter((_, line) => flags[line] === 1)
}

function contents(text: string): readonly string[] {
  return text.replace(/\n$/, '').replaceAll('\r', '').split('\n')
}
