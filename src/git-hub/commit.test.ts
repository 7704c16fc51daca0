import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGitHub, type GitHubDouble } from '../../test/doubles/github/server.ts'
import { addCommit, ancestry } from '../../test/doubles/github/state.ts'
import { fakeEffects } from '../../test/support/effects.ts'
import { ActionError } from '../error.ts'
import { Secret } from '../secret.ts'
import { openGitHub } from './api.ts'
import { commitFiles, type CommittedFile, type CommitPlan } from './commit-files.ts'
import { pullRequest, type PullPlan } from './pull-request.ts'
import { openRepository, type Repository } from './repository.ts'

const TOKEN = 'ghs_tokenTOKENtokenTOKENtoken'
const bytes = (text: string | undefined): Uint8Array | undefined =>
  text === undefined ? undefined : Buffer.from(text)
const file = (path: string, before: string | undefined, after: string | undefined): CommittedFile => ({
  path,
  before: bytes(before),
  after: bytes(after),
})

const FILES = [
  file('k8s/new.yaml', undefined, 'new'),
  file('k8s/changed.yaml', 'old', 'changed'),
  file('k8s/gone.yaml', 'bye', undefined),
  file('k8s/same.yaml', 'same', 'same'),
]
const PLAN: CommitPlan = { branch: 'main', headline: 'Render', body: 'Set: test', files: FILES, sources: [] }
const PULL: PullPlan = {
  ...PLAN,
  branch: 'secretferry/staging',
  base: 'main',
  title: 'Render',
  pullBody: 'what changed',
  trailer: 'Set: test',
}

let github: GitHubDouble
let repository: Repository
let signal: AbortController

beforeEach(async () => {
  github = await startGitHub({
    fullName: 'octo/app',
    branch: 'main',
    files: {
      'README.md': 'hello',
      'conf.yml': 'x',
      'k8s/changed.yaml': 'old',
      'k8s/gone.yaml': 'bye',
      'k8s/same.yaml': 'same',
      'k8s/deep/other.yaml': 'other',
    },
  })
  github.allow(TOKEN, { contents: 'write', pulls: 'write' })
  signal = new AbortController()
  repository = open(TOKEN)
})
afterEach(() => github.stop())

function open(token: string): Repository {
  const effects = fakeEffects({ fetch: globalThis.fetch })
  const access = { ...effects, token: Secret.of(token, () => undefined), deadline: { signal: signal.signal } }
  const api = openGitHub({ ...access, apiUrl: github.url, graphqlUrl: `${github.url}/api/graphql` })
  return openRepository(api, 'octo/app', (text) => text)
}

/** Somebody else's commit. */
function push(branch: string, files: Readonly<Record<string, string>>, message = 'theirs'): string {
  const content = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))
  const { oid } = addCommit(github.state, github.state.branches.get(branch), { message, files: content })
  github.state.branches.set(branch, oid)
  return oid
}

function filesOn(branch: string): Readonly<Record<string, string>> {
  const commit = github.state.commits.get(github.state.branches.get(branch) ?? '')
  return Object.fromEntries(
    [...(commit?.files ?? [])].map(([path, content]) => [path, Buffer.from(content).toString()]),
  )
}

async function problemOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ActionError)) throw new Error('it did not fail as it should', { cause: error })
  return error.problems[0]
}

const DONE = {
  'README.md': 'hello',
  'conf.yml': 'x',
  'k8s/changed.yaml': 'changed',
  'k8s/same.yaml': 'same',
  'k8s/deep/other.yaml': 'other',
  'k8s/new.yaml': 'new',
}

describe('a commit on the branch', () => {
  it('adds, changes and removes files in one verified commit', async () => {
    const result = await commitFiles(repository, PLAN)
    expect(result).toMatchObject({ kind: 'committed', branch: 'main' })
    expect(filesOn('main')).toEqual(DONE)
    const line = ancestry(github.state, github.state.branches.get('main') ?? '')
    expect(line.map(({ message, verified }) => [message, verified])).toEqual([
      ['Render\n\nSet: test', true],
      ['first', false],
    ])
  })

  it('is not made where the branch has all of it', async () => {
    await commitFiles(repository, PLAN)
    const before = github.state.commits.size
    expect(await commitFiles(repository, PLAN)).toEqual({ kind: 'unchanged', branch: 'main' })
    expect(github.state.commits.size).toBe(before)
  })

  it('comes on top of a branch that moved meanwhile', async () => {
    let moves = 2
    github.before(({ body }) => {
      if (body.includes('createCommitOnBranch') && moves-- > 0)
        push('main', { 'README.md': `hello ${moves}` })
      return undefined
    })
    expect(await commitFiles(repository, PLAN)).toMatchObject({ kind: 'committed' })
    expect(filesOn('main')).toEqual({ ...DONE, 'README.md': 'hello 0' })
  })

  it.each([
    ['changed one of our files', { 'k8s/changed.yaml': 'theirs' }],
    ['made the file that we make', { 'k8s/new.yaml': 'theirs' }],
    ['changed what the result was made of', { 'conf.yml': 'y' }],
  ])('is refused where somebody %s', async (_, theirs) => {
    push('main', theirs)
    const before = github.state.branches.get('main')
    const plan = { ...PLAN, sources: [{ path: 'conf.yml', content: Buffer.from('x') }] }
    expect(await problemOf(commitFiles(repository, plan))).toMatchObject({
      code: 'STALE',
      message: expect.stringContaining(Object.keys(theirs)[0] ?? '') as string,
    })
    expect(github.state.branches.get('main')).toBe(before)
  })

  it('gives up on a branch that never stands still', async () => {
    let count = 0
    github.before(({ body }) => {
      if (body.includes('createCommitOnBranch')) push('main', { 'README.md': String(count++) })
      return undefined
    })
    expect(await problemOf(commitFiles(repository, PLAN))).toMatchObject({ code: 'STALE' })
    expect(count).toBe(5)
  })

  it('is done once where its answer was lost', async () => {
    let lost = false
    github.before(({ body }) => {
      if (!body.includes('createCommitOnBranch') || lost) return undefined
      lost = true
      const [, head] = /"expectedHeadOid":"([0-9a-f]+)"/.exec(body) ?? []
      expect(head).toBe(github.state.branches.get('main'))
      push('main', { 'k8s/new.yaml': 'new', 'k8s/changed.yaml': 'changed' })
      return { status: 502 }
    })
    expect(await commitFiles(repository, PLAN)).toMatchObject({ kind: 'committed' })
    expect(filesOn('main')).toEqual(DONE)
  })
})

describe('a refusal of GitHub is told with what to do', () => {
  it('a protected branch', async () => {
    github.state.protectedBranches.add('main')
    expect(await problemOf(commitFiles(repository, PLAN))).toMatchObject({
      code: 'GITHUB_DENIED',
      hint: expect.stringContaining('commit: pull-request') as string,
    })
  })

  it('a branch that is gone', async () => {
    github.state.branches.delete('main')
    expect(await problemOf(commitFiles(repository, PLAN))).toMatchObject({ code: 'STALE' })
  })

  it('a token without permission', async () => {
    github.allow('reader', { contents: 'read', pulls: 'read' })
    const problem = await problemOf(commitFiles(open('reader'), PLAN))
    expect(problem).toMatchObject({
      code: 'GITHUB_DENIED',
      hint: expect.stringContaining('contents: write') as string,
    })
    const pull = await problemOf(pullRequest(open('reader'), PULL))
    expect(pull.hint).toContain('GitHub asks for contents=write')
  })

  it('a token that is not valid', async () => {
    expect(await problemOf(commitFiles(open('nobody'), PLAN))).toMatchObject({
      hint: expect.stringContaining('not valid') as string,
    })
  })

  it('a repository that does not let workflows open pull requests', async () => {
    github.allow('job', { contents: 'write', pulls: 'write', mayOpenPulls: false })
    expect((await problemOf(pullRequest(open('job'), PULL))).hint).toContain('Allow GitHub Actions to create')
  })

  it('a server that never answers properly', async () => {
    github.before(() => ({ status: 500 }))
    expect(await problemOf(commitFiles(repository, PLAN))).toMatchObject({
      code: 'GITHUB_DENIED',
      hint: expect.stringContaining('problem of its own') as string,
    })
  }, 20_000)
})

describe('a rate limit', () => {
  it('is waited for as GitHub asks', async () => {
    let asked = 0
    github.before(() =>
      asked++ < 2 ? { status: asked === 1 ? 429 : 403, headers: { 'retry-after': '0' } } : undefined,
    )
    expect(await commitFiles(repository, PLAN)).toMatchObject({ kind: 'committed' })
  })

  it('ends the run where the run has no time for it', async () => {
    github.before(() => ({ status: 403, headers: { 'retry-after': '600' } }))
    setTimeout(() => {
      signal.abort()
    }, 50)
    expect(await problemOf(commitFiles(repository, PLAN))).toMatchObject({ code: 'THROTTLED' })
  })
})

describe('a pull request', () => {
  it('is opened once, and left alone by a run that changes nothing', async () => {
    expect(await pullRequest(repository, PULL)).toMatchObject({ kind: 'opened', pull: { number: 1 } })
    expect(filesOn(PULL.branch)).toEqual(DONE)
    expect(filesOn('main')['k8s/changed.yaml']).toBe('old')
    const commits = github.state.commits.size
    expect(await pullRequest(repository, PULL)).toMatchObject({ kind: 'unchanged', pull: { number: 1 } })
    expect([github.state.commits.size, github.state.pulls.length]).toEqual([commits, 1])
  })

  it('is brought up to date by one commit on the newest base, and is never closed by it', async () => {
    await pullRequest(repository, PULL)
    push('main', { 'README.md': 'news' })
    const newer = {
      ...PULL,
      pullBody: 'more',
      files: [...FILES.slice(1), file('k8s/new.yaml', undefined, 'newer')],
    }
    expect(await pullRequest(repository, newer)).toMatchObject({ kind: 'updated', pull: { number: 1 } })
    expect(github.state.pulls).toMatchObject([{ state: 'open', body: 'more' }])
    expect(filesOn(PULL.branch)).toEqual({ ...DONE, 'README.md': 'news', 'k8s/new.yaml': 'newer' })
    expect(
      ancestry(github.state, github.state.branches.get(PULL.branch) ?? '').map(({ message }) => message),
    ).toEqual(['Render\n\nSet: test', 'theirs', 'first'])
    expect([...github.state.branches.keys()]).toEqual(['main', PULL.branch])
  })

  it('keeps commits that somebody else made on its branch', async () => {
    await pullRequest(repository, PULL)
    push(PULL.branch, { 'notes.md': 'theirs', 'k8s/new.yaml': 'fixed by hand' })
    expect(await pullRequest(repository, PULL)).toMatchObject({ kind: 'updated' })
    expect(filesOn(PULL.branch)).toEqual({ ...DONE, 'notes.md': 'theirs' })
  })

  it('is not opened where the base has everything', async () => {
    await commitFiles(repository, PLAN)
    expect(await pullRequest(repository, PULL)).toEqual({
      kind: 'nothing',
      pull: undefined,
      branch: PULL.branch,
    })
    expect([...github.state.branches.keys()]).toEqual(['main'])
  })

  it('goes on where an earlier run was cut off', async () => {
    await pullRequest(repository, PULL)
    github.state.branches.set(`${PULL.branch}-next`, push(PULL.branch, { a: 'b' }, 'Render\n\nSet: test'))
    push('main', { 'README.md': 'news' })
    expect(await pullRequest(repository, PULL)).toMatchObject({ kind: 'updated' })
    expect(filesOn(PULL.branch)).toEqual({ ...DONE, 'README.md': 'news' })
    expect([...github.state.branches.keys()]).toEqual(['main', PULL.branch])
  })
})

it('the token stands in the header of requests, and nowhere else', async () => {
  await pullRequest(repository, PULL)
  for (const { url, body, authorization } of github.requests) {
    expect(authorization).toBe(`Bearer ${TOKEN}`)
    expect(url + body).not.toContain(TOKEN)
  }
})
