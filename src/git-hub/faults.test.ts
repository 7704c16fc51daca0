import { describe, expect, it } from 'vitest'
import { startGitHub } from '../../test/doubles/github/server.ts'
import { fakeEffects } from '../../test/support/effects.ts'
import { Secret } from '../secret.ts'
import { openGitHub } from './api.ts'
import { commitFiles, type CommitPlan } from './commit-files.ts'
import { pullRequest } from './pull-request.ts'
import { openRepository, type Repository } from './repository.ts'

const TOKEN = 'ghs_tokenTOKENtokenTOKENtoken'
const PLAN: CommitPlan = {
  branch: 'main',
  headline: 'Render',
  body: 'Set: test',
  files: [{ path: 'k8s/new.yaml', before: undefined, after: Buffer.from('new') }],
  sources: [],
}
const PULL = {
  ...PLAN,
  branch: 'secretferry/x',
  base: 'main',
  title: 'Render',
  pullBody: 'b',
  trailer: 'Set: test',
}

type Fetch = typeof globalThis.fetch
const FAULTS: Readonly<Record<string, (real: () => ReturnType<Fetch>) => ReturnType<Fetch>>> = {
  'is cut before it arrives': () => Promise.reject(new TypeError('cut')),
  'is cut after its effect': (real) => real().then(() => Promise.reject(new TypeError('cut'))),
  'is answered 502': () => Promise.resolve(new Response('<html>', { status: 502 })),
  'is answered 502 after its effect': (real) => real().then(() => new Response('<html>', { status: 502 })),
}

/** What is on GitHub after a run whose `k`th request fails once, and how many requests there were. */
async function tryAt(
  k: number,
  fault: (real: () => ReturnType<Fetch>) => ReturnType<Fetch>,
  use: (repository: Repository) => Promise<unknown>,
): Promise<{ state: object; count: number }> {
  const github = await startGitHub({ fullName: 'octo/app', branch: 'main', files: { 'README.md': 'hello' } })
  try {
    github.allow(TOKEN, { contents: 'write', pulls: 'write' })
    let count = 0
    const fetch: Fetch = (url, init) => {
      const real = (): ReturnType<Fetch> => globalThis.fetch(url, init)
      return ++count === k ? fault(real) : real()
    }
    const { signal } = new AbortController()
    const access = {
      ...fakeEffects({ fetch }),
      token: Secret.of(TOKEN, () => undefined),
      deadline: { signal },
    }
    const api = openGitHub({ ...access, apiUrl: github.url, graphqlUrl: `${github.url}/api/graphql` })
    await use(openRepository(api, 'octo/app', (text) => text))
    const { branches, commits, pulls } = github.state
    const heads = [...branches].map(([name, oid]) => [
      name,
      [...(commits.get(oid)?.files.keys() ?? [])].sort(),
    ])
    const open = pulls.filter(({ state }) => state === 'open').length
    return { state: { heads: heads.filter(([name]) => !String(name).includes('-next')), open }, count }
  } finally {
    await github.stop()
  }
}

describe.each<[string, (repository: Repository) => Promise<unknown>]>([
  ['a commit', (repository) => commitFiles(repository, PLAN)],
  ['a pull request', (repository) => pullRequest(repository, PULL)],
])('%s is made once and whole', (_what, use) => {
  it.each(Object.entries(FAULTS))('where any one of its requests %s', async (_name, fault) => {
    const { state, count } = await tryAt(0, fault, use)
    expect(count).toBeGreaterThan(2)
    const tried = await Promise.all(Array.from({ length: count }, (_, nth) => tryAt(nth + 1, fault, use)))
    for (const [nth, each] of tried.entries()) expect([nth + 1, each.state]).toEqual([nth + 1, state])
  })
})
