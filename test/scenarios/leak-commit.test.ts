import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGitHub, type GitHubDouble } from '../doubles/github/server.ts'
import { runAction, type ActionRun } from '../support/run-action.ts'
import { findLeaks, type Canary } from './canaries.ts'
import { configOf, dataOfAll, environmentOf, filesOf, makeAllCanaries } from './leak-arrangement.ts'
import { inspectRun } from './leak-check.ts'
import { readGiven } from './leak-given.ts'
import { CERTIFICATE, FINGERPRINT_KEY, makeSealingPair } from './render-arrangement.ts'

const TOKEN = ['ghs', 'Zq7w3KxT9vLm2Rb8YcFh5NdJp4GsUe6AoQi1'].join('_')

describe('nothing leaks into commits and pull requests', () => {
  const canaries = makeAllCanaries()
  const token: Canary = { name: 'token', value: Buffer.from(TOKEN), parts: [] }
  let github: GitHubDouble
  let files: Readonly<Record<string, string | Uint8Array>>
  beforeAll(async () => {
    const { cert } = await makeSealingPair()
    const config = configOf(
      { one: { data: dataOfAll(canaries) } },
      {
        namespace: 'app',
        deliver: 'sealed-secret',
        'output-directory': 'k8s',
        kustomization: 'create',
        seal: { certificate: CERTIFICATE },
      },
    )
    const committed = { ...config, [CERTIFICATE]: cert }
    files = { ...committed, ...filesOf(canaries) }
    github = await startGitHub({ fullName: 'octo/app', branch: 'main', files: committed })
    github.allow(TOKEN, { contents: 'write', pulls: 'write' })
  })
  afterAll(() => github.stop())

  async function run(inputs: Readonly<Record<string, string>>): Promise<ActionRun> {
    const given = new Map<string, Uint8Array>()
    const seen = github.requests.length
    const done = await runAction({
      files,
      debug: true,
      inputs: { mode: 'render', 'fingerprint-key': FINGERPRINT_KEY, token: TOKEN, ...inputs },
      env: {
        ...environmentOf(canaries),
        GITHUB_API_URL: github.url,
        GITHUB_GRAPHQL_URL: `${github.url}/api/graphql`,
        GITHUB_REPOSITORY: 'octo/app',
        GITHUB_REF: 'refs/heads/main',
      },
      arrange: (places) => {
        readGiven(places, given)
      },
    })
    const sent = github.requests.slice(seen).flatMap(({ url, body }) => [url, body, contentsOf(body)])
    expect(findLeaks(sent.join('\n'), [...canaries, token])).toEqual([])
    expect(inspectRun({ run: done, canaries: [...canaries, token], given })).toEqual([])
    return done
  }

  it('where GitHub refuses, with words of its own that hold one', async () => {
    const [canary] = canaries
    github.before(({ body }) =>
      body.includes('createCommitOnBranch')
        ? { status: 422, body: { message: `no: ${canary?.value.toString('utf8') ?? ''} ${TOKEN}` } }
        : undefined,
    )
    const refused = await run({ commit: 'branch', 'commit-message': 'anew' })
    expect(refused.outputs['error-code']).toBe('GITHUB_DENIED')
    github.before(() => undefined)
  })

  it('in a pull request and in a commit on the branch', async () => {
    const opened = await run({ commit: 'pull-request' })
    expect(opened.outputs['pull-request'], opened.log).toContain('/pull/1')
    const committed = await run({ commit: 'branch', 'audit-log': 'audit.jsonl' })
    expect(committed.outputs['commit-sha'], committed.log).toHaveLength(40)
    const texts = github.state.pulls.map(({ title, body, head }) => [title, body, head].join('\n'))
    expect(findLeaks(texts.join('\n'), canaries)).toEqual([])
  })
})

/** What a commit's files hold, as they would be read. */
function contentsOf(body: string): string {
  return [...body.matchAll(/"contents":"([A-Za-z0-9+/=]*)"/g)]
    .map(([, contents = '']) => Buffer.from(contents, 'base64').toString('utf8'))
    .join('\n')
}
