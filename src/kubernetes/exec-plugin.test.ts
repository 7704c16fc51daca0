import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { waitUntil } from '../../test/support/wait-until.ts'
import { ActionError } from '../error.ts'
import type { CommandLimits } from './exec-process.ts'
import { runExecPlugin, type ExecContext } from './exec-plugin.ts'
import type { Login } from './kubeconfig.ts'
import type { ExecEntry } from './kubeconfig-user.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'secretferry-exec-'))
const workspace = path.join(folder, 'workspace')
mkdirSync(workspace)
const canary = ['Zq7', 'hunter2', 'canary'].join('-')

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const login: Login = {
  context: 'test',
  namespace: undefined,
  server: new URL('https://10.0.0.1:6443'),
  cluster: { ca: 'PEM', skipTlsVerify: false, tlsServerName: 'kubernetes', proxyUrl: undefined },
  user: { cert: undefined, key: undefined, auth: { kind: 'none' }, impersonate: {} },
}

function entry(overrides: Partial<ExecEntry> = {}): ExecEntry {
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: [],
    env: {},
    provideClusterInfo: false,
    ...overrides,
  }
}

type Context = ExecContext & { readonly limits: CommandLimits }

function setUp(overrides: Partial<Context> = {}) {
  const effects = fakeEffects({ env: { PATH: process.env['PATH'] } })
  const limits = { limitMs: 30_000, signal: new AbortController().signal }
  const context: Context = { ...effects, allowed: [process.execPath], workspace, limits, ...overrides }
  return { effects, context }
}

let scripts = 0

/** Runs a script of these lines as the log-in command; `print` writes an ExecCredential with a status. */
function run(
  script: string,
  { exec = {}, context = setUp().context }: { exec?: Partial<ExecEntry>; context?: Context } = {},
) {
  const file = path.join(folder, `script-${scripts++}.mjs`)
  writeFileSync(
    file,
    `const print = (status) => console.log(JSON.stringify({ kind: 'ExecCredential', status }))\n${script}`,
  )
  return runExecPlugin(login, entry({ args: [file], ...exec }), context)
}

async function failure(running: Promise<unknown>): Promise<string> {
  const error: unknown = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ActionError)) throw new Error('nothing was refused')
  expect(error.code).toBe('LOGIN_FAILED')
  return error.problems.map(({ message, hint }) => `${message}\n${hint}`).join('\n')
}

describe('runExecPlugin', () => {
  it('answers the token and when it runs out, masked', async () => {
    const { effects, context } = setUp()
    const credential = await run("print({ token: 'abc', expirationTimestamp: '2026-01-05T13:00:00Z' })", {
      context,
    })
    expect(credential).toEqual({
      token: 'abc',
      cert: undefined,
      key: undefined,
      expires: Date.UTC(2026, 0, 5, 13),
    })
    expect(effects.masked.map(({ value }) => Buffer.from(value).toString())).toEqual(['abc'])
  })

  it('answers a certificate with its key, of which the key is masked', async () => {
    const { effects, context } = setUp()
    const credential = await run("print({ clientCertificateData: 'CERT', clientKeyData: 'KEY' })", {
      context,
    })
    expect(credential).toMatchObject({ token: undefined, cert: 'CERT', key: 'KEY', expires: undefined })
    expect(effects.masked.map(({ value }) => Buffer.from(value).toString())).toEqual(['KEY'])
  })

  it('tells the command what it is for, and of the cluster where it asks', async () => {
    const say = 'print({ token: process.env.KUBERNETES_EXEC_INFO })'
    const info = async (exec: Partial<ExecEntry>) =>
      JSON.parse((await run(say, { exec })).token ?? '') as unknown
    const head = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' }
    expect(await info({})).toEqual({ ...head, spec: { interactive: false } })
    expect(await info({ provideClusterInfo: true })).toEqual({
      ...head,
      spec: {
        interactive: false,
        cluster: {
          server: 'https://10.0.0.1:6443/',
          'certificate-authority-data': Buffer.from('PEM').toString('base64'),
          'tls-server-name': 'kubernetes',
        },
      },
    })
  })

  it('gives it a small environment: places, proxies, clouds, and what the kubeconfig adds', async () => {
    const env = {
      PATH: process.env['PATH'],
      HOME: '/home',
      AWS_PROFILE: 'p',
      https_proxy: 'x',
      ADMIN_PASSWORD: canary,
      INPUT_DATA: canary,
      GITHUB_TOKEN: canary,
      NODE_OPTIONS: '--no-such',
      EMPTY: undefined,
    }
    const { context } = setUp({ env })
    const { token } = await run('print({ token: JSON.stringify(process.env) })', {
      exec: { env: { OWN: 'x' } },
      context,
    })
    const seen = JSON.parse(token ?? '') as Record<string, string>
    expect(seen).toMatchObject({ HOME: '/home', AWS_PROFILE: 'p', https_proxy: 'x', OWN: 'x' })
    expect(token).not.toContain(canary)
    expect(seen).not.toHaveProperty('NODE_OPTIONS')
  })

  it('runs it without a shell', async () => {
    const file = path.join(folder, 'arguments.mjs')
    writeFileSync(file, "console.log(JSON.stringify({ status: { token: process.argv.slice(2).join('|') } }))")
    const args = [file, '$HOME', '*', '; exit 1', '"']
    expect((await runExecPlugin(login, entry({ args }), setUp().context)).token).toBe('$HOME|*|; exit 1|"')
  })

  it.each<[string, string, RegExp]>([
    [
      'exits with an error',
      'console.error("no session"); process.exitCode = 3',
      /exited with 3\nrun it by hand.*debug logging/,
    ],
    ['says nothing', 'process.exitCode = 1', /exited with 1\nrun it by hand/],
    ['answers nothing', '', /answered no credential\nrun it by hand/],
    ['answers no JSON', 'console.log("hello")', /answered no credential/],
    ['answers null', 'console.log("null")', /answered no credential/],
    ['answers no status', 'console.log("{}")', /answered no credential/],
    ['answers an empty token', "print({ token: '' })", /answered no credential/],
    [
      'answers a certificate without its key',
      "print({ clientCertificateData: 'CERT' })",
      /answered no credential/,
    ],
    ['answers a number for a token', 'print({ token: 7 })', /answered no credential/],
  ])('fails where it %s', async (_, script, says) => {
    expect(await failure(run(script))).toMatch(says)
  })

  it('prints nothing of what it said where it fails, but for debugging', async () => {
    const { effects, context } = setUp()
    const says = `console.error('the secret "${canary}" is wrong'); process.exitCode = 1`
    expect(await failure(run(says, { context }))).not.toMatch(/wrong|canary/)
    expect(effects.said.map(({ level }) => level)).toEqual(['debug'])
  })

  it('answers a token without the white space around it', async () => {
    expect((await run(`print({ token: ' abc\\n' })`)).token).toBe('abc')
  })

  it.each(['a\\nb', 'a\\u0000', 'ä'])('refuses a token that no header can carry: %s', async (token) => {
    expect(await failure(run(`print({ token: '${token}' })`))).toMatch(/line breaks or characters/)
  })

  it('keeps its stderr for debugging, and out of the log', async () => {
    const { effects, context } = setUp()
    await run("console.error('first\\r\\n\\nsecond'); print({ token: 'abc' })", { context })
    expect(effects.said.map(({ level, text }) => [level, text.split(': ')[1]])).toEqual([
      ['debug', 'first'],
      ['debug', 'second'],
    ])
  })

  it.each<[string, string]>([
    ['and then fails', 'process.exitCode = 1'],
    ['and answers it', "print({ token: 'ey' + 'J0'.repeat(20) })"],
    ['and answers no credential', ''],
  ])('shows no token of its stderr, where it says one %s', async (_, then) => {
    const { effects, context } = setUp()
    const said = "console.error('token: ey' + 'J0'.repeat(20) + ' is refused')"
    const message = await run(`${said}\n${then}`, { context }).then(
      () => '',
      (error: unknown) => (error instanceof ActionError ? JSON.stringify(error.problems) : 'bug'),
    )
    const token = `ey${'J0'.repeat(20)}`
    expect(JSON.stringify(effects.said) + message).not.toContain(token)
    expect(JSON.stringify(effects.said)).toContain('is refused')
  })

  it('shows no short token either, where it is the one that is answered', async () => {
    const { effects, context } = setUp()
    await run("console.error('got s3cr3t!'); print({ token: 's3cr3t!' })", { context })
    expect(JSON.stringify(effects.said)).not.toContain('s3cr3t!')
  })
})

describe('a command is not waited for longer than its limits say:', () => {
  const never = 'setInterval(() => undefined, 1000)'
  const limitsOf = (limits: Partial<CommandLimits>) =>
    setUp({ limits: { ...setUp().context.limits, ...limits } }).context

  it('one that never ends', async () => {
    const message = await failure(run(never, { context: limitsOf({ limitMs: 50 }) }))
    expect(message).toMatch(/did not end within 0.05 s/)
  })

  it('one that never ends when the run does', async () => {
    const signal = AbortSignal.timeout(50)
    expect(await failure(run(never, { context: limitsOf({ signal }) }))).toMatch(
      /the time of the run was over/,
    )
  })

  it('one that is asked for after that', async () => {
    const signal = AbortSignal.abort()
    expect(await failure(run(never, { context: limitsOf({ signal }) }))).toMatch(/was not started/)
  })

  const leave = (file: string) => `import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
const left = spawn(process.execPath, ['-e', ${JSON.stringify(never)}], { stdio: 'inherit' })
writeFileSync(${JSON.stringify(file)}, String(left.pid))
left.unref()
`

  it('one that leaves another running, which holds its output open', async () => {
    const file = path.join(folder, 'left-1')
    const credential = await run(`${leave(file)}print({ token: 'abc' })`)
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL')
    expect(credential.token).toBe('abc')
  })

  it.skipIf(process.platform === 'win32')('and what it started ends with it', async () => {
    const file = path.join(folder, 'left-2')
    const ended = new AbortController()
    const running = failure(run(`${leave(file)}${never}`, { context: limitsOf({ signal: ended.signal }) }))
    await waitUntil('the start of the other', 20_000, () =>
      Promise.resolve(existsSync(file) && readFileSync(file, 'utf8') !== ''),
    )
    ended.abort()
    expect(await running).toMatch(/was over/)
    const left = Number(readFileSync(file, 'utf8'))
    await waitUntil('the end of the other', 20_000, () => Promise.resolve(hasEnded(left)))
  })
})

/** Whether a process is gone, or waits only for somebody to ask how it ended. */
function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform === 'linux' && /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

describe('a command is run only where it is known or listed:', () => {
  const own = path.join(workspace, 'aws')

  it.each<[string, string]>([
    ['an unknown one', 'evil'],
    ['a relative path that is named like a known one', './aws'],
    ['a relative path below', 'bin/kubelogin'],
    ['an absolute path into the workspace that is named like a known one', own],
    ['an absolute path around into the workspace', path.join(folder, 'x', '..', 'workspace', 'aws')],
    ['a name that only begins like a known one', 'aws-evil'],
    ['a known one with an argument in it', 'aws eks'],
    ['none', ''],
  ])('not %s', async (_, command) => {
    const message = await failure(runExecPlugin(login, entry({ command }), setUp().context))
    expect(message).toMatch(/not among the known ones\nknown are aws, .*`exec-plugins`/)
  })

  it('not one that is listed by another path', async () => {
    const { context } = setUp({ allowed: [path.basename(process.execPath)] })
    expect(await failure(run('', { context }))).toMatch(/not among the known ones/)
  })

  it.each(['aws', 'gke-gcloud-auth-plugin', 'kubelogin', path.join(folder, 'nowhere', 'aws')])(
    'but %s, which is not installed',
    async (command) => {
      const { context } = setUp({ allowed: [], env: { PATH: folder } })
      expect(await failure(runExecPlugin(login, entry({ command }), context))).toMatch(/is not installed/)
    },
  )

  it('and a file of the workspace where it is listed', async () => {
    const { context } = setUp({ allowed: [own] })
    expect(await failure(runExecPlugin(login, entry({ command: own }), context))).toMatch(/is not installed/)
  })
})
