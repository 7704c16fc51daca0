import { describe, expect, it } from 'vitest'
import { matchesPath } from './path-list.ts'

describe('a pattern of paths', () => {
  it.each([
    ['docs/**', 'docs/a/b.md', true],
    ['docs/**', 'docs', false],
    ['docs/', 'docs/a/b.md', true],
    ['docs', 'docs/a', true],
    ['docs', 'mydocs/a', false],
    ['docs', 'a/docs', false],
    ['/docs', 'docs/a', true],
    ['./docs', 'docs/a', true],
    ['**/*.snap', 'a.snap', true],
    ['**/*.snap', 'a/b/c.snap', true],
    ['**/*.snap', 'a/b/c.snapshot', false],
    ['*.md', 'a/b.md', false],
    ['*.md', 'b.md', true],
    ['a/**/z', 'a/z', true],
    ['a/**/z', 'a/b/c/z', true],
    ['a/**/z', 'a/b/c/y', false],
    ['test/*/x?.yaml', 'test/one/x1.yaml', true],
    ['test/*/x?.yaml', 'test/one/two/x1.yaml', false],
    ['**', 'any/thing', true],
    ['a[1].txt', 'a[1].txt', true],
    ['a.txt', 'aXtxt', false],
    ['', 'a', false],
  ])('%s means %s: %s', (pattern, path, means) => {
    expect(matchesPath(pattern, path)).toBe(means)
  })

  it('takes no time for many stars', () => {
    const before = process.cpuUsage()
    expect(matchesPath('**/a/'.repeat(60) + 'b', 'a/'.repeat(2000) + 'c')).toBe(false)
    expect(matchesPath('*a'.repeat(60) + 'b', 'a'.repeat(5000))).toBe(false)
    expect(process.cpuUsage(before).user).toBeLessThan(500_000)
  })
})
