import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionRun, Places } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { useStage, type Stage } from './stage.ts'

const FILE = `
version: 1
secrets:
  one: { data: { A: "\${dotenv://.env#A}", B: "\${file://b.txt}" } }
`
const BASE = {
  '.github/secretferry.yml': FILE,
  '.env': 'A=value-of-the-base\n',
  'b.txt': 'other-of-the-base\nin two lines\n',
  'other.yml': FILE,
}
const HERE = 1296269
const FORK = { id: 424242, full_name: 'stranger/app' }

const EVENTS = [
  {
    name: 'pull_request_target',
    payload: { repository: { id: HERE }, pull_request: { head: { repo: FORK } } },
  },
  { name: 'workflow_run', payload: { repository: { id: HERE }, workflow_run: { head_repository: FORK } } },
  { name: 'issue_comment', payload: { repository: { id: HERE }, issue: { pull_request: {} } } },
]

/** Promise 9: on somebody else's change only the base decides. */
export function trustScenarios(name: string, start: () => Promise<TestServer>): void {
  describe(`somebody else’s change, on ${name}`, () => {
    const stage = useStage(start)
    let proxy: FaultProxy
    beforeAll(async () => {
      proxy = await startFaultProxy(stage.server())
    })
    afterAll(() => proxy.stop())

    it.each(EVENTS)('$name: works with the files of the base commit', async (event) => {
      const namespace = await stage.fresh()
      const run = await runOn(stage, namespace, { event })
      expect(run.exitCode, run.log).toBe(0)
      expect((await stage.held(namespace, 'one'))?.data).toEqual({
        A: 'value-of-the-base',
        B: BASE['b.txt'],
      })
    })

    it.each(
      EVENTS.flatMap((event) =>
        ['.github/secretferry.yml', '.env', 'b.txt'].map((file) => ({ event, file, name: event.name })),
      ),
    )('$name: refuses a changed $file before the cluster hears of it', async ({ event, file }) => {
      const namespace = await stage.fresh()
      const before = proxy.requests.length
      const kubeconfig = proxy.kubeconfig(stage.server().admin)
      const run = await runOn(stage, namespace, {
        event,
        kubeconfig,
        changed: { [file]: `${BASE[file as keyof typeof BASE]}# changed\n` },
      })
      expect(run.outputs['error-code'], run.log).toBe('UNTRUSTED_CHANGE')
      expect(run.log).toContain(`the file ${file} differs from the base commit`)
      expect(run.log).toContain('from a fork')
      expect(proxy.requests.slice(before)).toEqual([])
      expect(await stage.snapshot(namespace)).toEqual({})
    })

    it('refuses files that the base commit does not have, a kubeconfig and what it names too', async () => {
      const namespace = await stage.fresh()
      const [event] = EVENTS
      const { admin } = stage.server()
      const added = await runOn(stage, namespace, {
        event,
        changed: { 'kube.yaml': admin },
        kubeconfig: 'kube.yaml',
      })
      expect(added.outputs['error-code'], added.log).toBe('UNTRUSTED_CHANGE')
      const byVariable = await runOn(stage, namespace, {
        event,
        changed: { 'kube.yaml': admin },
        kubeconfig: '',
        env: { KUBECONFIG: 'kube.yaml' },
      })
      expect(byVariable.outputs['error-code'], byVariable.log).toBe('UNTRUSTED_CHANGE')
      const naming = admin.replace(/certificate-authority-data: .*/, 'certificate-authority: ca.crt')
      const named = await runOn(stage, namespace, {
        event,
        changed: { 'ca.crt': stage.server().ca },
        kubeconfig: naming,
      })
      expect(named.outputs['error-code'], named.log).toBe('UNTRUSTED_CHANGE')
      expect(await stage.snapshot(namespace)).toEqual({})
    })

    it.each([
      ['the configuration', '.github/secretferry.yml'],
      ['a file of values', '.env'],
    ])('follows no link that %s was replaced by', async (_, file) => {
      const namespace = await stage.fresh()
      const before = proxy.requests.length
      const kubeconfig = proxy.kubeconfig(stage.server().admin)
      const targets = (places: Places): string[] => [
        path.join(places.workspace, 'other.yml'),
        path.join(places.temp, 'planted'),
      ]
      for (const which of [0, 1]) {
        const run = await runOn(stage, namespace, {
          event: EVENTS[0],
          kubeconfig,
          rearrange: (places) => {
            const target = targets(places)[which] ?? ''
            writeFileSync(path.join(places.temp, 'planted'), BASE[file as keyof typeof BASE])
            rmSync(path.join(places.workspace, file))
            symlinkSync(target, path.join(places.workspace, file))
          },
        })
        expect(run.outputs['error-code'], run.log).toBe('UNTRUSTED_CHANGE')
        expect(run.log).toContain(`the file ${file} is reached through a link`)
      }
      expect(proxy.requests.slice(before)).toEqual([])
      expect(await stage.snapshot(namespace)).toEqual({})
    })

    it('takes the committed bytes where a checkout has other line ends', async () => {
      const namespace = await stage.fresh()
      const run = await runOn(stage, namespace, {
        event: EVENTS[0],
        changed: { 'b.txt': BASE['b.txt'].replaceAll('\n', '\r\n') },
      })
      expect(run.exitCode, run.log).toBe(0)
      expect((await stage.held(namespace, 'one'))?.data['B']).toBe(BASE['b.txt'])
    })

    it('refuses when the base commit is not in the clone, and says how to get it', async () => {
      const namespace = await stage.fresh()
      const run = await runOn(stage, namespace, { event: EVENTS[0], env: { GITHUB_SHA: 'f'.repeat(40) } })
      expect(run.outputs['error-code']).toBe('UNTRUSTED_CHANGE')
      expect(run.log).toContain('check out the base')
    })

    it('asks nothing of the kind on the repository’s own changes', async () => {
      const namespace = await stage.fresh()
      const run = await runOn(stage, namespace, {
        event: { name: 'push' },
        changed: { '.env': 'A=changed-but-our-own\n' },
      })
      expect(run.exitCode, run.log).toBe(0)
    })
  })
}

interface Changed {
  readonly event: { readonly name: string; readonly payload?: unknown } | undefined
  readonly changed?: Readonly<Record<string, string>>
  readonly kubeconfig?: string
  readonly env?: Readonly<Record<string, string>>
  readonly rearrange?: (places: Places) => void
}

/** A run in a clone whose HEAD is the base, with some of its files changed since. */
function runOn(
  stage: Stage,
  namespace: string,
  { event, changed = {}, kubeconfig, env, rearrange }: Changed,
): Promise<ActionRun> {
  return stage.run(namespace, {
    ...(event === undefined ? {} : { event }),
    inputs: kubeconfig === undefined ? {} : { kubeconfig },
    env: { GITHUB_SHA: baseCommit(), ...env },
    arrange: (places) => {
      commit(places.workspace, BASE)
      write(places.workspace, changed)
      rearrange?.(places)
    },
  })
}

/** The id of the base commit. Author, dates and content are the same each time, and so is the id. */
function baseCommit(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'secretferry-base-'))
  try {
    return commit(folder, BASE)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function write(workspace: string, files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true })
    writeFileSync(path.join(workspace, file), content)
  }
}

/** Makes these files the first commit of a new clone, and answers its id. */
function commit(workspace: string, files: Readonly<Record<string, string>>): string {
  write(workspace, files)
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'core.autocrlf=false', ...args], {
      cwd: workspace,
      encoding: 'utf8',
      env: { ...process.env, ...IDENTITY },
    }).trim()
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Base')
  return git('rev-parse', 'HEAD')
}

const DATE = '2026-01-05T12:00:00Z'
const IDENTITY = {
  GIT_AUTHOR_NAME: 'base',
  GIT_AUTHOR_EMAIL: 'base@example.com',
  GIT_AUTHOR_DATE: DATE,
  GIT_COMMITTER_NAME: 'base',
  GIT_COMMITTER_EMAIL: 'base@example.com',
  GIT_COMMITTER_DATE: DATE,
}
