import { describe, expect, test } from 'vitest'
import type { Bench, ScanFile } from './examine.ts'
import { ruleMatcher } from './rule-matcher.ts'
import type { Rule } from './rules/rule.ts'
import type { Layer } from './match.ts'
import { scan, type Judge, type ScanResult, type Source } from './scan.ts'

const remedy = 'https://example.com/rotate'
const token: Rule = {
  id: 'token',
  description: 'a token',
  severity: 'critical',
  remedy,
  pattern: /\btok_[a-z0-9]{8}\b/,
  keywords: ['tok_'],
}
const any: Rule = {
  ...token,
  id: 'assigned',
  severity: 'medium',
  pattern: /password=(\S{1,50})/,
  keywords: ['password'],
}
const patterns: Layer = {
  name: 'pattern',
  whole: false,
  rules: [token, any],
  match: ruleMatcher([token, any]),
}
const known: Layer = {
  name: 'known-value',
  whole: false,
  rules: [{ id: 'known', description: 'a known value', severity: 'critical', remedy }],
  match: ({ latin1 }) => {
    const start = latin1.indexOf('hunter2hunter2')
    return start < 0 ? [] : [{ rule: 'known', start, end: start + 14, secret: 'DB_PASSWORD' }]
  },
}
const structure: Layer = {
  name: 'kubernetes',
  whole: true,
  rules: [{ id: 'data', description: 'a Secret', severity: 'high', remedy }],
  match: ({ latin1 }) => {
    const found = /^kind: Secret[^]*?^ {2}(\w+): (\S+)/m.exec(latin1)
    if (found === null) return []
    const [whole, key = '', value = ''] = found
    const end = found.index + whole.length
    return [{ rule: 'data', start: end - value.length, end, key }]
  },
}

describe('where it is', () => {
  test('line and column in code points, and no value anywhere', async () => {
    const { found } = await scanned([file('a.txt', 'x\r\nüß😀 tok_12345678\r\n')])
    expect(found).toMatchObject([{ rule: 'token', layer: 'pattern', path: 'a.txt', line: 2, column: 5 }])
    expect(JSON.stringify(found)).not.toContain('12345678')
  })

  test('a hash of the line does not change with the value or with lines before it, and counts repetitions', async () => {
    const tail = '\n'.repeat(200)
    const one = await scanned([file('a', `token: tok_12345678 # mine${tail}`)])
    const two = await scanned([
      file('a', `\n\n  token: tok_87654321 # mine${tail}token: tok_87654321 # mine${tail}`),
    ])
    const other = await scanned([file('a', 'token: tok_12345678 # yours\n')])
    expect(hashes(one)[0]).toBe(hashes(two)[0])
    expect(hashes(two)[1]).toBe(hashes(two)[0]?.replace(/1$/, '2'))
    expect(hashes(other)[0]).not.toBe(hashes(one)[0])
  })
})

describe('what lines are asked about', () => {
  test('those that were added, whatever the layer has to see', async () => {
    const manifest = 'kind: Secret\ndata:\n  token: b2xk\n'
    const changed = manifest.replace('b2xk', 'bmV3')
    expect((await scanned([file('s.yaml', changed, { before: [manifest] })])).found).toMatchObject([
      { rule: 'data', line: 3, key: 'token' },
    ])
    expect((await scanned([file('s.yaml', manifest, { before: [manifest] })])).found).toEqual([])
    expect((await scanned([file('s.yaml', `# new\n${manifest}`, { before: [manifest] })])).found).toEqual([])
  })

  test('far away ones are found where they are', async () => {
    const before = 'old line\n'.repeat(20_000)
    const now = `${before}tok_12345678\n${before}`
    expect((await scanned([file('a', now, { before: [before] })])).found).toMatchObject([{ line: 20_001 }])
  })
})

describe('one place, several layers', () => {
  test('a known value wins, as it names the secret', async () => {
    const { found } = await scanned([file('a', 'password=hunter2hunter2')])
    expect(found).toMatchObject([{ rule: 'known', secret: 'DB_PASSWORD' }])
  })

  test('then what is more severe, with the key that structure gives', async () => {
    const { found } = await scanned([file('a', 'kind: Secret\nstringData:\n  api: tok_12345678\n')])
    expect(found).toMatchObject([{ rule: 'token', key: 'api' }])
  })
})

describe('former commits', () => {
  test('what they added is told once, and only where the head has it no more', async () => {
    const { found } = await scanned([
      file('a', 'tok_11111111\n'),
      file('a', 'tok_11111111\n', { commit: 'c1' }),
      file('b', 'tok_22222222\n', { commit: 'c1' }),
      file('b', 'tok_22222222\n', { commit: 'c2' }),
    ])
    expect(found.map(({ path, commit }) => [path, commit])).toEqual([
      ['a', undefined],
      ['b', 'c1'],
    ])
  })
})

describe('what is not found, or not looked at', () => {
  test('allowed is told apart, with what allows it', async () => {
    const judge: Judge = ({ finding }) =>
      finding.path === 'test' ? { by: 'path', reason: 'made up' } : undefined
    const result = await scanned([file('test', 'tok_12345678'), file('src', 'tok_12345678')], judge)
    expect(result.found).toMatchObject([{ path: 'src' }])
    expect(result.allowed).toMatchObject([{ by: 'path', reason: 'made up', finding: { path: 'test' } }])
  })

  test('a binary file is searched for known values alone', async () => {
    const { found, unscanned } = await scanned([file('a', 'tok_12345678\0\u0001hunter2hunter2')])
    expect(found).toMatchObject([{ rule: 'known' }])
    expect(unscanned).toEqual([])
  })

  test('an archive, what the source could not get, and what took too long', async () => {
    const { unscanned, files } = await scanned([
      file('a.zip', 'PK\u0003\u0004'),
      { path: 'sub', why: 'a submodule', lost: false },
      file('slow', 'tok_12345678 '.repeat(40_000)),
    ])
    expect(unscanned.map(({ path }) => path)).toEqual(['a.zip', 'sub', 'slow'])
    expect(files).toBe(2)
  })
})

function file(
  path: string,
  content: string,
  { before, commit }: { before?: readonly string[]; commit?: string } = {},
): ScanFile {
  return { path, bytes: Buffer.from(content), before: before?.map((each) => Buffer.from(each)), commit }
}

function hashes({ found }: ScanResult): readonly string[] {
  return found.map(({ lineHash }) => lineHash)
}

async function scanned(sources: readonly Source[], judge: Judge = () => undefined): Promise<ScanResult> {
  let clock = 0
  const bench: Bench = {
    layers: [known, structure, patterns],
    now: () => clock++,
    fileLimitMs: 5,
    key: Buffer.from('of this run'),
  }
  async function* each(): AsyncGenerator<Source> {
    for (const source of sources) yield await Promise.resolve(source)
  }
  return scan(each(), bench, judge)
}
