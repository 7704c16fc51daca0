import { describe, expect, it } from 'vitest'
import { EMPTY_BASELINE, parseBaseline } from './baseline.ts'
import { createJudge, type AllowEntry, type JudgeBasis } from './judge.ts'
import { scanText } from './text.ts'
import type { Sighting } from './examine.ts'

const VALUE = 'hunter2-canary'

/** A finding of `VALUE` on the line of `text` that has it. */
function sightingIn(text: string, finding: Partial<Sighting['finding']> = {}): Sighting {
  const whole = scanText(finding.path ?? 'k8s/s.yaml', Buffer.from(text))
  const start = whole.latin1.indexOf(VALUE)
  const lineStart = whole.latin1.lastIndexOf('\n', start) + 1
  const lineEnd = whole.latin1.indexOf('\n', start)
  return {
    finding: {
      rule: 'kubernetes-secret',
      layer: 'kubernetes',
      severity: 'high',
      path: whole.path,
      line: 1,
      column: 1,
      key: 'Secret/db data.password',
      secret: undefined,
      commit: undefined,
      lineHash: 'a:1',
      ...finding,
    },
    match: { rule: 'kubernetes-secret', start, end: start + VALUE.length },
    text: whole,
    line: { start: lineStart, end: lineEnd === -1 ? whole.latin1.length : lineEnd },
    identity: 'x',
  }
}

function judging(basis: Partial<JudgeBasis> & { base?: string } = {}) {
  const { base, ...rest } = basis
  return createJudge({
    baseline: EMPTY_BASELINE,
    allow: [],
    trusted: false,
    baseText: (path) => Promise.resolve(base === undefined ? undefined : scanText(path, Buffer.from(base))),
    ...rest,
  })
}

const LINE = `password: ${VALUE} # secretferry:allow kubernetes-secret a test password`

describe('a comment', () => {
  it('allows what the base has with the same comment, wherever in the file', async () => {
    const { judge, notes } = judging({ base: `other: 1\n\n    ${LINE}\n` })
    expect(await judge(sightingIn(`  ${LINE}\n`))).toEqual({ by: 'inline', reason: 'a test password' })
    expect(notes()).toEqual([])
  })

  it.each([
    ['is no comment of the base', `password: ${VALUE}\n`],
    ['is in a file that the base has not', undefined],
    ['stands behind another value there', LINE.replace('hunter2', 'hunter1')],
  ])('that the change itself makes allows nothing: it %s', async (_what, base) => {
    const { judge, notes } = judging(base === undefined ? {} : { base })
    expect(await judge(sightingIn(LINE))).toBeUndefined()
    expect(notes()).toEqual([
      '1 finding is marked as allowed by the change itself: it counts once the base branch has the mark',
    ])
  })

  it('decides alone where the text is trusted', async () => {
    expect(await judging({ trusted: true }).judge(sightingIn(LINE))).toMatchObject({ by: 'inline' })
  })

  it.each([
    ['another rule', `p: ${VALUE} # secretferry:allow dotenv because`],
    ['no reason', `p: ${VALUE} # secretferry:allow kubernetes-secret`],
    ['no rule', `p: ${VALUE} # secretferry:allow`],
    ['a reason that ends the comment only', `p: ${VALUE} /* secretferry:allow kubernetes-secret */`],
    ['the next line', `p: ${VALUE} # secretferry:allow-next-line kubernetes-secret because`],
    ['the line before', `# secretferry:allow kubernetes-secret because\np: ${VALUE}`],
  ])('about %s allows nothing', async (_what, text) => {
    expect(await judging({ trusted: true }).judge(sightingIn(text))).toBeUndefined()
  })

  it('may stand on the line before, both of which the base has to have', async () => {
    const text = `# secretferry:allow-next-line kubernetes-secret fixture\np: ${VALUE}\n`
    expect(await judging({ base: text }).judge(sightingIn(text))).toEqual({ by: 'inline', reason: 'fixture' })
    expect(await judging({ base: `p: ${VALUE}\n` }).judge(sightingIn(text))).toBeUndefined()
  })

  const others = [
    'gitleaks:allow',
    'betterleaks:allow',
    'trufflehog:ignore',
    'pragma: allowlist secret',
    'pragma: whitelist secret',
    'ggignore',
    'kingfisher:ignore',
    'secretlint-disable-line',
    'nosec',
    'nosec B105',
    'nosec G101',
    'noqa: S105',
    'checkov:skip=CKV_SECRET_6:test',
  ]
  it.each(others)('of another tool is taken too: %s', async (marker) => {
    const text = `p: ${VALUE} #${marker.startsWith('no') ? ' ' : ''}${marker}\n`
    expect(await judging({ trusted: true }).judge(sightingIn(text))).toMatchObject({ by: 'inline' })
    expect(await judging({}).judge(sightingIn(text))).toBeUndefined()
    const known = { layer: 'known-value', rule: 'known-value' } as const
    expect(await judging({ trusted: true }).judge(sightingIn(text, known))).toBeUndefined()
  })

  it.each(['secretlint-disable-next-line', 'pragma: allowlist nextline secret'])(
    'of another tool, on the line before: %s',
    async (marker) => {
      expect(await judging({ trusted: true }).judge(sightingIn(`# ${marker}\np: ${VALUE}\n`))).toMatchObject({
        by: 'inline',
      })
    },
  )

  it.each(['nosec B608', 'noqa: E501', 'allow', 'disallow'])(
    'of another tool that is about something else allows nothing: %s',
    async (marker) => {
      expect(await judging({ trusted: true }).judge(sightingIn(`p: ${VALUE} # ${marker}\n`))).toBeUndefined()
    },
  )

  it('allows a known value where it names the rule', async () => {
    const known = { layer: 'known-value', rule: 'known-value' } as const
    const text = `p: ${VALUE} # secretferry:allow known-value it is the user’s name\n`
    expect(await judging({ trusted: true }).judge(sightingIn(text, known))).toMatchObject({ by: 'inline' })
  })
})

describe('the baseline', () => {
  const baseline = parseBaseline('# known\nkubernetes-secret k8s/s.yaml Secret/db data.password\n', 'b')
  const text = `p: ${VALUE}\n`

  it('allows each of its findings once, where the base has the secret', async () => {
    const { judge } = judging({ baseline, base: `moved\nlines\n${text}` })
    expect(await judge(sightingIn(text))).toEqual({ by: 'baseline', reason: undefined })
    expect(await judge(sightingIn(text))).toBeUndefined()
  })

  it.each([
    ['a new value at the old place', { base: 'p: hunter1\n' }, {}],
    ['a file that the base has not', {}, {}],
    ['another key', { base: text }, { key: 'Secret/db data.token' }],
    ['another path', { base: text }, { path: 'other.yaml' }],
    ['another rule', { base: text }, { rule: 'dotenv' }],
  ])('does not allow %s', async (_what, basis, finding) => {
    expect(await judging({ baseline, ...basis }).judge(sightingIn(text, finding))).toBeUndefined()
  })

  it('counts where the text is trusted', async () => {
    expect(await judging({ baseline, trusted: true }).judge(sightingIn(text))).toEqual({
      by: 'baseline',
      reason: undefined,
    })
  })
})

describe('the configuration', () => {
  const entry: AllowEntry = { paths: ['test/**'], rules: undefined, keys: undefined, reason: 'fixtures' }
  const text = `p: ${VALUE}\n`
  const allowed = { by: 'path', reason: 'fixtures' }

  it.each([
    ['a path', entry, {}, allowed],
    ['another path', entry, { path: 'src/a' }, undefined],
    ['a rule', { ...entry, rules: ['kubernetes-secret'] }, {}, allowed],
    ['another rule', { ...entry, rules: ['dotenv'] }, {}, undefined],
    ['a key', { ...entry, keys: ['Secret/db data.password'] }, {}, allowed],
    ['another key', { ...entry, keys: ['Secret/db data.token'] }, {}, undefined],
    ['no key', { ...entry, keys: ['Secret/db data.token'] }, { key: undefined }, undefined],
    [
      'a known value, which is to be named',
      entry,
      { layer: 'known-value' as const, rule: 'known-value' },
      undefined,
    ],
    [
      'a known value that is',
      { ...entry, rules: ['known-value'] },
      { layer: 'known-value' as const, rule: 'known-value' },
      allowed,
    ],
  ])('allows by paths, rules and keys: %s', async (_what, each, finding, verdict) => {
    expect(await judging({ allow: [each] }).judge(sightingIn(text, { path: 'test/a', ...finding }))).toEqual(
      verdict,
    )
  })
})
