import { expect, test } from 'vitest'
import type { ScanOutcome } from '../outcome.ts'
import type { Finding } from '../scan/finding.ts'
import { kindOf } from './scan-kind.ts'

const low: Finding = {
  layer: 'pattern',
  rule: 'x',
  severity: 'low',
  path: 'a',
  line: 1,
  column: 1,
  key: undefined,
  secret: undefined,
  commit: undefined,
  lineHash: '',
}
const archive = { path: 'a.zip', why: 'an archive', lost: false }
const lost = { path: 'b', why: 'not in this clone', lost: true }
const allowed = { finding: low, by: 'inline', reason: 'a test' } as const

type Result = Parameters<typeof kindOf>[0]
const result = (given: Partial<Result>): Result => ({
  found: [],
  allowed: [],
  unscanned: [],
  files: 3,
  ...given,
})

test.each<[ScanOutcome['kind'], Partial<Result>, ScanOutcome['failOn']]>([
  ['clean', {}, 'low'],
  ['clean', { unscanned: [archive] }, 'low'],
  ['allowed', { allowed: [allowed] }, 'low'],
  ['found', { found: [low], allowed: [allowed] }, 'low'],
  ['found', { found: [low], unscanned: [lost] }, 'low'],
  ['found', { found: [low] }, 'high'],
  ['could-not-look', { found: [low], unscanned: [lost] }, 'high'],
  ['could-not-look', { found: [low], unscanned: [lost] }, 'never'],
  ['could-not-look', { allowed: [allowed], unscanned: [lost] }, 'low'],
  ['could-not-look', { files: 0, unscanned: [archive] }, 'low'],
])('%s: of %j, failing on %s', (kind, given, failOn) => {
  expect(kindOf(result(given), { whole: false, failOn })).toBe(kind)
})

test('of a tree there has to be a file, of a change there need be none', () => {
  const kinds = [true, false].map((whole) => kindOf(result({ files: 0 }), { whole, failOn: 'low' }))
  expect(kinds).toEqual(['could-not-look', 'clean'])
})
