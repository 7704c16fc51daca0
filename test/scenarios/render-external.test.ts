import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGitHub, type GitHubDouble } from '../doubles/github/server.ts'
import { GITHUB_TOKEN, runAction, type ActionOptions, type ActionRun } from '../support/run-action.ts'
import { workspaceOf } from './render-arrangement.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../examples')
const CONFIG = '.github/secretferry.yml'

function example(name: string): Readonly<Record<string, string>> {
  return { [CONFIG]: readFileSync(join(EXAMPLES, name, CONFIG), 'utf8') }
}

function render(options: ActionOptions): Promise<ActionRun> {
  return runAction({ ...options, inputs: { mode: 'render', ...options.inputs } })
}

const SMALL = (data: string, more = '') => ({
  [CONFIG]: `version: 1
deliver: external-secret
namespace: app
output-directory: k8s
stores: { aws: { kind: aws-secrets-manager, region: eu-central-1, account: '123456789012' } }
${more}secrets: { app: { data: ${data} } }
`,
})

describe('ExternalSecrets of the examples', () => {
  it('aura in production', async () => {
    const run = await render({ files: example('aura'), inputs: { environment: 'production' } })
    expect(run.exitCode).toBe(0)
    const folder = 'workspace/k8s/overlays/production'
    expect(run.file(`${folder}/backend-secrets.yaml`)).toMatchSnapshot()
    expect(run.file(`${folder}/postgres-secrets.yaml`)).toMatchSnapshot()
    expect(run.file(`${folder}/kustomization.yaml`)).toMatchSnapshot()
    expect(run.log).toContain('`require` and `rotate` of `jwt-key`')
    const again = await render({ files: workspaceOf(run), inputs: { environment: 'production' } })
    expect(again.outputs['changed']).toBe('false')
  })

  it('connectivity in production, and its container definition for ECS', async () => {
    const run = await render({ files: example('connectivity'), inputs: { environment: 'production' } })
    expect(run.file('workspace/k8s/overlays/production/connectivity-secrets.yaml')).toMatchSnapshot()
    const ecs = await render({ files: example('connectivity'), inputs: { environment: 'ecs' } })
    expect(ecs.file('workspace/ecs/connectivity-secrets.container.json')).toMatchSnapshot()
    expect(ecs.outputs['ecs-secrets']).toMatchSnapshot()
  })
})

describe('a run', () => {
  it('says what changed, key by key, and changes nothing else in a file that was edited by hand', async () => {
    const files = SMALL('{ A: "${aws://a}", B: "${aws://b}", C: "${aws://c}" }')
    const first = await render({ files })
    const edited = { ...workspaceOf(first) }
    const text = first.file('workspace/k8s/app.yaml') ?? ''
    edited['k8s/app.yaml'] = Buffer.from(text.replace('spec:', '# ours\nspec: # all of it'))
    const next = { ...edited, ...SMALL('{ A: "${aws://a}", B: "x${aws://b}", D: "${aws://d}" }') }
    const run = await render({ files: next })
    expect(run.log).toMatch(/~ app.yaml/)
    for (const line of ['~ B from aws://b', '+ D from aws://d', '- C']) expect(run.log).toContain(line)
    expect(run.file('workspace/k8s/app.yaml')).toContain('# ours\nspec: # all of it')
  })

  it('keeps a kustomization in step, and takes out of it what is no longer declared', async () => {
    const kustomization = '# theirs\nresources:\n  - ../base # first\n'
    const first = await render({
      files: { ...SMALL('{ A: "${aws://a}" }'), 'k8s/kustomization.yaml': kustomization },
    })
    expect(first.file('workspace/k8s/kustomization.yaml')).toBe(`${kustomization}  - app.yaml\n`)
    const renamed = {
      ...workspaceOf(first),
      ...SMALL('{ A: "${aws://a}" }, name: other'),
    }
    const left = await render({ files: renamed })
    expect(left.file('workspace/k8s/kustomization.yaml')).toBe(
      `${kustomization}  - app.yaml\n  - other.yaml\n`,
    )
    const removed = await render({ files: renamed, inputs: { 'remove-stale': 'true' } })
    expect(removed.file('workspace/k8s/kustomization.yaml')).toBe(`${kustomization}  - other.yaml\n`)
  })

  it.each([
    ['moves', 'namespace: elsewhere\n', /moves app to another namespace/],
    ['is merged by hand', '<<<<<<< HEAD\n', /no kustomization that can be read/],
  ])('is refused where the kustomization %s', async (_, text, words) => {
    const files = { ...SMALL('{ A: "${aws://a}" }'), 'k8s/kustomization.yaml': text }
    const run = await render({ files })
    expect(run.outputs['error-code']).toBe('OUTPUT_INVALID')
    expect(run.log).toMatch(words)
    expect(run.file('workspace/k8s/app.yaml')).toBeUndefined()
    expect(run.file('workspace/k8s/kustomization.yaml')).toBe(text)
  })

  it('says what is left to do in the cluster, once', async () => {
    const files = SMALL('{ A: "${aws://a}" }, restart: auto')
    const first = await render({ files })
    expect(first.log).toContain('app/app: rendered for the first time.')
    expect(first.log).toContain('`restart` of app is not kept by a render')
    const again = await render({ files: { ...files, ...workspaceOf(first) } })
    expect(again.log).not.toContain('for the first time')
  })

  it('is refused where nobody but it could read a value', async () => {
    const run = await render({ files: SMALL('{ A: "${env://A}" }'), env: { A: 'never-to-be-seen' } })
    expect(run.outputs['error-code']).toBe('CONFIG_INVALID')
    expect(run.log).toContain('is kept where nobody but this run can read it')
  })
})

describe('what was rendered is committed', () => {
  const files = SMALL('{ A: "${aws://a}" }')
  let github: GitHubDouble
  beforeAll(async () => {
    github = await startGitHub({
      fullName: 'octo/app',
      branch: 'main',
      files: { ...files, 'README.md': 'x' },
    })
    github.allow(GITHUB_TOKEN, { contents: 'write', pulls: 'write' })
    github.allow('ghs_appAPPappAPPappAPPappAPPapp', { contents: 'write', pulls: 'write' })
    github.allow('ghs_readREADreadREADreadREAD', { contents: 'read', pulls: 'read' })
  })
  afterAll(() => github.stop())

  function commit(inputs: Readonly<Record<string, string>>, more: ActionOptions = {}): Promise<ActionRun> {
    const env = {
      GITHUB_API_URL: github.url,
      GITHUB_GRAPHQL_URL: `${github.url}/api/graphql`,
      GITHUB_REPOSITORY: 'octo/app',
      GITHUB_REF: 'refs/heads/main',
    }
    return render({ files, ...more, inputs, env: { ...env, ...more.env } })
  }

  it.each<[string, Readonly<Record<string, string>>, ActionOptions, string, RegExp]>([
    [
      'a token without permission',
      { commit: 'branch', token: 'ghs_readREADreadREADreadREAD' },
      {},
      'GITHUB_DENIED',
      /contents: write/,
    ],
    [
      'a tag',
      { commit: 'branch' },
      { env: { GITHUB_REF: 'refs/tags/v1' } },
      'INPUT_INVALID',
      /runs on no branch/,
    ],
    [
      'a branch that is gone',
      { commit: 'branch' },
      { env: { GITHUB_REF: 'refs/heads/gone' } },
      'STALE',
      /does not exist/,
    ],
  ])('is refused, with the files as they were: %s', async (_, inputs, more, code, words) => {
    const head = github.state.branches.get('main')
    const run = await commit(inputs, more)
    expect([run.outputs['error-code'], run.log]).toEqual([code, expect.stringMatching(words)])
    expect(run.file('workspace/k8s/app.yaml')).toBeUndefined()
    expect(github.state.branches.get('main')).toBe(head)
  })

  it('in a pull request, with what changed by name, once', async () => {
    const run = await commit({ commit: 'pull-request' })
    expect(run.outputs['pull-request']).toBe('https://github.example/octo/app/pull/1')
    expect(run.log).toContain('for which GitHub starts no workflows by itself')
    const [pull] = github.state.pulls
    expect(pull).toMatchObject({ title: 'Render Secrets', base: 'main' })
    expect(pull?.body).toContain('| | `A` | added | `aws://a` |')
    const again = await commit({ commit: 'pull-request', token: 'ghs_appAPPappAPPappAPPappAPPapp' })
    expect(again.log).toContain('Nothing new for https://github.example/octo/app/pull/1')
    expect(github.state.pulls).toHaveLength(1)
    const requests = github.requests.map(({ url, body }) => url + body).join('\n')
    expect(requests).not.toMatch(/ghs_/)
    expect(run.log).not.toContain(GITHUB_TOKEN)
  })

  it('on the branch, and a second run has nothing to commit', async () => {
    const run = await commit({ commit: 'branch', 'commit-message': 'Render the Secrets' })
    expect(run.outputs['commit-sha']).toBe(github.state.branches.get('main'))
    const again = await commit({ commit: 'branch' })
    expect(again.log).toContain('Nothing to commit: main has all of it')
    expect(again.outputs['commit-sha']).toBe('')
  })
})
