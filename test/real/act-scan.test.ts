import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from '../../scripts/bundle.ts'
import { repositories, type Repository } from '../support/repository.ts'
import { toolPath } from './testbed/tools.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const VALUE = 'Zq4-77c1-x9Vb-Lm'
const MANIFEST = 'kind: Secret\nmetadata:\n  name: app\nstringData:\n  password: b7Kq2xT9wZ4m\n'

const WORKFLOW = `name: Scan
on: [pull_request, merge_group]
permissions: {}
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - id: scan
        uses: ./
        continue-on-error: true
        with:
          mode: scan
          github-secrets: \${{ secrets.KNOWN }}
      - run: |
          echo "result=$RESULT findings=$FINDINGS degraded=$DEGRADED error=$ERROR"
          node -e 'const s = JSON.parse(require("fs").readFileSync(process.env.SARIF)); console.log("sarif=" + s.version + " " + JSON.stringify(s.runs[0].results.map((r) => [r.ruleId, r.locations[0].physicalLocation.artifactLocation.uri, r.locations[0].physicalLocation.region.startLine, Object.keys(r.partialFingerprints)])))'
        env:
          RESULT: \${{ steps.scan.outputs.scan-result }}
          FINDINGS: \${{ steps.scan.outputs.findings }}
          DEGRADED: \${{ steps.scan.outputs.degraded }}
          ERROR: \${{ steps.scan.outputs.error-code }}
          SARIF: \${{ steps.scan.outputs.sarif }}
`

const { create, discard } = repositories()
let folder: string
let origin: Repository
let base: string
let head: string

/** A repository that has the action itself, built from the sources of now, and a change with two secrets, one removed again. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secretferry-act-scan-'))
  origin = create()
  cpSync(join(ROOT, 'action.yml'), join(origin.path, 'action.yml'))
  await bundle(join(origin.path, 'dist'))
  base = origin.commit({ '.github/workflows/scan.yml': WORKFLOW })
  origin.git('checkout', '-q', '-b', 'topic')
  origin.commit({ 'login.ts': `send('${Buffer.from(`app:${VALUE}`).toString('base64')}')\n` })
  head = origin.commit({ 'login.ts': 'send()\n', 'secret.yaml': MANIFEST })
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  discard()
})

test('a pull request: what it adds, and what it added and removed again, by annotations and SARIF', async () => {
  const { output } = await act(origin, 'pull_request', pull(), { DB_PASSWORD: VALUE })
  expect(output).toContain('result=found findings=2 degraded=false error=SECRET_FOUND')
  expect(output).toMatch(/sarif=2\.1\.0 .*"kubernetes-secret","secret\.yaml",5,\["primaryLocationLineHash"\]/)
  expect(output).toContain('DB_PASSWORD')
  for (const value of [VALUE, 'b7Kq2xT9wZ4m']) expect(output).not.toContain(value)
})

test('a fork without secrets, in a shallow clone: deepened, and the layer that is off is told', async () => {
  const clone = origin.clone('--depth=1', '--branch=topic')
  const { output } = await act(clone, 'pull_request', pull({ fork: true }), undefined)
  expect(output).toContain('result=found findings=1 degraded=true error=SECRET_FOUND')
  expect(output).toMatch(/known-value.*fork/i)
})

test('a merge group', async () => {
  const event = {
    merge_group: { base_sha: base, head_sha: head, head_ref: 'refs/heads/topic' },
    repository: { id: 1 },
  }
  const { output } = await act(origin, 'merge_group', event, { DB_PASSWORD: VALUE })
  expect(output).toContain('result=found findings=2 degraded=false error=SECRET_FOUND')
})

function pull({ fork = false } = {}): object {
  const here = { id: 1, full_name: 'octo/app', default_branch: 'main' }
  const change = {
    base: { sha: base, ref: 'main', repo: here },
    head: { sha: head, ref: 'topic', repo: fork ? { ...here, id: 2 } : here },
  }
  return { number: 7, action: 'opened', repository: here, pull_request: { ...change, number: 7, commits: 2 } }
}

/** Runs the workflow on this machine, without containers and without a network. */
async function act(
  { path }: Repository,
  event: string,
  payload: object,
  known: Readonly<Record<string, string>> | undefined,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const eventFile = join(folder, 'event.json')
  const secrets = join(folder, 'secrets')
  writeFileSync(eventFile, JSON.stringify(payload))
  writeFileSync(secrets, known === undefined ? '' : `KNOWN='${JSON.stringify(known)}'\n`)
  const platform = ['-P', 'ubuntu-latest=-self-hosted', '--no-cache-server', '--container-daemon-socket', '-']
  const args = [
    event,
    ...platform,
    '-W',
    '.github/workflows/scan.yml',
    '-e',
    eventFile,
    '--secret-file',
    secrets,
  ]
  const env = {
    PATH: [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
  }
  const child = spawn(await toolPath('act'), args, { cwd: path, env })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, output: stdout + stderr }
}
