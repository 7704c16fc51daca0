import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineHashes } from './line-hash.ts'

/** The same by the definition: a polynomial over what follows each line's start, in whole numbers. */
function byDefinition(text: string): readonly string[] {
  const bare = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replaceAll(/[ \t]/g, '')
  const all = `${bare}\uffff${'\0'.repeat(100)}`
  const starts = [0, ...[...bare.matchAll(/\n/g)].map(({ index }) => index + 1)]
  const counts = new Map<string, number>()
  return starts.map((start) => {
    let hash = 0n
    for (const character of all.slice(start, start + 100).split(''))
      hash = BigInt.asUintN(64, hash * 37n + BigInt(character.charCodeAt(0)))
    const hex = hash.toString(16)
    counts.set(hex, (counts.get(hex) ?? 0) + 1)
    return `${hex}:${counts.get(hex) ?? 0}`
  })
}

const latin1 = (text: string): string => Buffer.from(text).toString('latin1')
const all = (
  text: string,
  hidden: { start: number; end: number; rule: string }[] = [],
): readonly string[] => {
  const lines = text.split('\n').map((_, line) => line)
  const hashes = lineHashes(latin1(text), hidden, lines)
  return lines.map((line) => hashes.get(line) ?? '')
}

describe('the hash of a line', () => {
  it('is GitHub’s', () => {
    // github/codeql-action, src/fingerprints.test.ts.
    expect(all(' a\nb\n  \tc\n d')).toEqual([
      '271789c17abda88f:1',
      '54703d4cd895b18:1',
      '180aee12dab6264:1',
      'a23a3dc5e078b07b:1',
    ])
    expect(all(' hello; \t\nworld!!!\n\n\n  \tGreetings\n End')).toEqual([
      '8b7cf3e952e7aeb2:1',
      'b1ae1287ec4718d9:1',
      'bff680108adb0fcc:1',
      'c6805c5e1288b612:1',
      'b86d3392aea1be30:1',
      'e6ceba753e1a442:1',
    ])
    expect(all('')).toEqual(['c129715d7a2bc9a3:1'])
  })

  it('is that of the definition, for any text', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      '😀',
      ' ',
      '\t',
      '\n',
      '\r\n',
      'same line\n',
      'x'.repeat(99),
      '\u0000',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('')
        expect(all(text)).toEqual(byDefinition(text))
      }),
      { numRuns: 300 },
    )
  })

  it('does not change with what was found, nor with where it stands', () => {
    const text = (secret: string): string => `a: 1\npassword: ${secret}\nb: 2\n`
    const hidden = (secret: string): { start: number; end: number; rule: string }[] => {
      const start = text(secret).indexOf(secret)
      return [{ start, end: start + secret.length, rule: 'kubernetes-secret' }]
    }
    const one = all(text('hunter2'), hidden('hunter2'))
    expect(all(text('another-one'), hidden('another-one'))).toEqual(one)
    expect(one).toEqual(byDefinition(text('kubernetes-secret')))
    const moved = lineHashes(
      `# new\n${text('hunter2')}`,
      hidden('hunter2').map((each) => ({ ...each, start: each.start + 6, end: each.end + 6 })),
      [2],
    )
    expect(moved.get(2)).toBe(one[1])
  })

  it('counts lines that are alike, and keeps the lines of what is hidden', () => {
    const text = 'k: aa\nk: bb\nk: cc\nend'
    const hidden = [3, 9, 15].map((start) => ({ start, end: start + 2, rule: 'r' }))
    const padded = `${text}${'\n'.repeat(100)}`
    expect(new Set(all(padded, hidden).slice(0, 2)).size).toBe(2)
    const key = 'BEGIN\nsecret\nEND\nafter'
    expect(all(key, [{ start: 0, end: 16, rule: 'private-key' }])).toEqual(
      byDefinition('private-key\n\n\nafter'),
    )
  })

  it('takes time for the text alone, however much was found in it', () => {
    const text = 'password: hunter2\n'.repeat(30_000)
    const hidden = Array.from({ length: 30_000 }, (_, n) => ({
      start: n * 18 + 10,
      end: n * 18 + 17,
      rule: 'r',
    }))
    const before = process.cpuUsage()
    const hashes = lineHashes(
      text,
      hidden,
      hidden.map((_, line) => line),
    )
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000)
    expect(new Set(hashes.values()).size).toBe(30_000)
  })
})
