import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { bundle } from '../../scripts/bundle.ts'
import { connectReal } from './connect.ts'
import { toolPath } from './testbed/tools.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const NAMESPACE = 'act'
const PASSWORD = 'correct horse "battery" staple & $more'

const WORKFLOW = `name: Deploy
on: push
permissions: {}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - id: ferry
        uses: ./
        with:
          kubeconfig: \${{ secrets.KUBECONFIG_BASE64 }}
          set: act/test
          name: app-secrets
          namespace: ${NAMESPACE}
          from-env: |
            PASSWORD=APP_PASSWORD
        env:
          APP_PASSWORD: \${{ secrets.APP_PASSWORD }}
      - run: echo "changed=$CHANGED created=$CREATED error=$ERROR"
        env:
          CHANGED: \${{ steps.ferry.outputs.changed }}
          CREATED: \${{ steps.ferry.outputs.created }}
          ERROR: \${{ steps.ferry.outputs.error-code }}
`

const server = connectReal(inject('real'))
let folder: string

/** A checkout of its own, with action.yml and a dist/ that is built from the sources of now. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secretferry-act-'))
  const checkout = join(folder, 'checkout')
  mkdirSync(join(checkout, '.github/workflows'), { recursive: true })
  cpSync(join(ROOT, 'action.yml'), join(checkout, 'action.yml'))
  await bundle(join(checkout, 'dist'))
  writeFileSync(join(checkout, '.github/workflows/deploy.yml'), WORKFLOW)
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '.'],
    ['commit', '-q', '-m', 'Deploy'],
  ])
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
      cwd: checkout,
    })
  const secrets = {
    KUBECONFIG_BASE64: Buffer.from(server.admin).toString('base64'),
    APP_PASSWORD: PASSWORD,
  }
  const lines = Object.entries(secrets).map(([name, value]) => `${name}='${value}'\n`)
  writeFileSync(join(folder, 'secrets'), lines.join(''), { mode: 0o600 })
  await server.namespace(NAMESPACE)
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await server.stop()
})

test('a workflow that uses the action makes the Secret, and run again changes nothing', async () => {
  const first = await act()
  expect(first.output).toContain('changed=true created=["act/app-secrets"] error=')
  expect(first.code).toBe(0)
  const path = `/api/v1/namespaces/${NAMESPACE}/secrets/app-secrets`
  const { status, body } = await server.request('GET', path)
  expect(status).toBe(200)
  expect(Buffer.from((body as Live).data.PASSWORD, 'base64').toString()).toBe(PASSWORD)
  const second = await act()
  expect(second.output).toContain('changed=false created=[] error=')
  expect(second.code).toBe(0)
})

interface Live {
  readonly data: { readonly PASSWORD: string }
}

/** Runs the workflow on this machine, without containers and without a network. */
async function act(): Promise<{ readonly code: number | null; readonly output: string }> {
  const args = [
    'push',
    '-P',
    'ubuntu-latest=-self-hosted',
    '--no-cache-server',
    '--container-daemon-socket',
    '-',
  ]
  const files = ['-W', '.github/workflows/deploy.yml', '--secret-file', join(folder, 'secrets')]
  const env = {
    PATH: [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
  }
  const child = spawn(await toolPath('act'), [...args, ...files], { cwd: join(folder, 'checkout'), env })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, output: stdout + stderr }
}
