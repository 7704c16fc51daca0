import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeEffects, NOW } from '../../test/support/effects.ts'
import { ActionError } from '../error.ts'
import type { Login } from './kubeconfig.ts'
import type { Auth } from './kubeconfig-user.ts'
import { refusalOf } from './refusal.ts'
import { createSession, type SessionContext } from './session.ts'

let folder = ''
let now = NOW

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'secretferry-session-'))
  now = NOW
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function login(
  auth: Auth,
  rest: Partial<Login['user']> = {},
  cluster: Partial<Login['cluster']> = {},
): Login {
  return {
    context: 'test',
    namespace: undefined,
    server: new URL('https://10.0.0.1:6443'),
    cluster: {
      ca: undefined,
      skipTlsVerify: false,
      tlsServerName: undefined,
      proxyUrl: undefined,
      ...cluster,
    },
    user: { cert: undefined, key: undefined, impersonate: {}, ...rest, auth },
  }
}

function open(of: Login, more: Partial<SessionContext> = {}) {
  const effects = fakeEffects({ now: () => now, env: { PATH: process.env['PATH'] } })
  const deadline = { signal: new AbortController().signal }
  const context = { ...effects, allowed: [process.execPath], workspace: folder, deadline, ...more }
  return { effects, session: createSession(of, context) }
}

/** A log-in command that answers token-1, token-2, … each good for an hour, and fails while there is a file `fail`. */
function command(): Auth {
  const log = path.join(folder, 'log')
  const script = path.join(folder, 'command.mjs')
  writeFileSync(log, '')
  writeFileSync(
    script,
    `import { appendFileSync, existsSync, readFileSync } from 'node:fs'
if (existsSync(${JSON.stringify(path.join(folder, 'fail'))})) process.exit(1)
appendFileSync(${JSON.stringify(log)}, 'x')
const nth = readFileSync(${JSON.stringify(log)}, 'utf8').length
const expirationTimestamp = new Date(${NOW} + nth * 3600000).toISOString()
console.log(JSON.stringify({ status: { token: 'token-' + nth, expirationTimestamp } }))`,
  )
  const exec = {
    apiVersion: 'v1',
    command: process.execPath,
    args: [script],
    env: {},
    provideClusterInfo: false,
  }
  return { kind: 'exec', exec }
}

const logins = (): number => readFileSync(path.join(folder, 'log'), 'utf8').length

describe('credentials', () => {
  it.each<[string, Auth, string | undefined]>([
    ['a token', { kind: 'token', token: 'abc' }, 'Bearer abc'],
    [
      'user and password',
      { kind: 'basic', username: 'u', password: 'p:q' },
      `Basic ${Buffer.from('u:p:q').toString('base64')}`,
    ],
    ['nothing', { kind: 'none' }, undefined],
  ])('of %s', async (_, auth, authorization) => {
    const { session } = open(login(auth))
    const { headers } = await session.credentials()
    expect(headers).toEqual(authorization === undefined ? {} : { Authorization: authorization })
    session.close()
  })

  it('of a token file, as it is then', async () => {
    const file = path.join(folder, 'token')
    writeFileSync(file, 'first\n')
    const { effects, session } = open(login({ kind: 'token-file', path: file }))
    expect((await session.credentials()).headers).toEqual({ Authorization: 'Bearer first' })
    expect(effects.masked.map(({ value }) => Buffer.from(value).toString())).toEqual(['first'])
  })

  it('of whom it acts as', async () => {
    const impersonate = { 'Impersonate-User': 'bot', 'Impersonate-Group': ['a', 'b'] }
    const { session } = open(login({ kind: 'token', token: 'abc' }, { impersonate }))
    expect((await session.credentials()).headers).toEqual({ ...impersonate, Authorization: 'Bearer abc' })
  })

  it('mask what they are made of', async () => {
    const { effects, session } = open(login({ kind: 'basic', username: 'user', password: 'password' }))
    await session.credentials()
    const made = Buffer.from('user:password').toString('base64')
    expect(effects.masked.map(({ value }) => Buffer.from(value).toString())).toEqual([made])
  })

  it('trust whom the kubeconfig says, over one agent that stays', async () => {
    const { session } = open(
      login({ kind: 'none' }, { cert: 'CERT', key: 'KEY' }, { ca: 'CA', tlsServerName: 'kubernetes' }),
    )
    const [first, second] = [await session.credentials(), await session.credentials()]
    expect(first.agent).toBe(second.agent)
    expect(first.agent).toBeInstanceOf(https.Agent)
    expect((first.agent as https.Agent).options).toMatchObject({
      ca: 'CA',
      cert: 'CERT',
      key: 'KEY',
      servername: 'kubernetes',
      rejectUnauthorized: true,
      keepAlive: true,
    })
  })

  it.each<[string, Auth]>([
    [
      'a token file that is not there',
      { kind: 'token-file', path: path.join(tmpdir(), 'secretferry', 'no', 'token') },
    ],
    ['a token file that holds more', { kind: 'token-file', path: import.meta.filename }],
    ['an auth-provider that there is not', { kind: 'auth-provider', name: 'evil', config: {} }],
    [
      'an auth-provider with a command of its own',
      { kind: 'auth-provider', name: 'gcp', config: { 'cmd-path': '/bin/evil' } },
    ],
    [
      'a command that is not known',
      {
        kind: 'exec',
        exec: { apiVersion: 'v1', command: 'evil', args: [], env: {}, provideClusterInfo: false },
      },
    ],
  ])('fail as a log-in that failed: %s', async (_, auth) => {
    const error: unknown = await open(login(auth))
      .session.credentials()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ActionError)
    expect(error).toMatchObject({ code: 'LOGIN_FAILED' })
  })
})

describe('a log-in that never ends', () => {
  const exec = {
    apiVersion: 'v1',
    command: process.execPath,
    args: ['-e', 'setInterval(() => undefined, 1000)'],
    env: {},
    provideClusterInfo: false,
  }
  const never = login({ kind: 'exec', exec })

  it('fails by its own limit', async () => {
    const { session } = open(never, { loginLimitMs: 50 })
    await expect(session.credentials()).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
  })

  it('is out of time when the run is, and nothing was sent', async () => {
    const run = new AbortController()
    const { session } = open(never, { deadline: run })
    const waiting = Promise.all([1, 2].map(() => session.credentials().catch((error: unknown) => error)))
    run.abort()
    for (const error of await waiting) {
      expect(error).toMatchObject({ code: 'TIMEOUT' })
      expect(refusalOf(error)).toMatchObject({ unknownOutcome: false, mayComeLate: false })
    }
  })

  it('is begun anew in the time that undoing has', async () => {
    const deadline = { signal: AbortSignal.abort() }
    const { session } = open(login(command()), { deadline })
    await expect(session.credentials()).rejects.toMatchObject({ code: 'TIMEOUT' })
    deadline.signal = new AbortController().signal
    expect((await session.credentials()).headers).toEqual({ Authorization: 'Bearer token-1' })
  })
})

describe('the proxy', () => {
  const proxyOf = async (server: string, proxyUrl?: string): Promise<unknown> => {
    const to = { ...login({ kind: 'none' }, {}, { proxyUrl }), server: new URL(server) }
    const { session } = open(to, { env: { HTTPS_PROXY: 'proxy.example:3128', NO_PROXY: '10.0.0.0/8' } })
    const { options } = (await session.credentials()).agent as https.Agent
    return (options as { proxyEnv?: { HTTPS_PROXY?: string } }).proxyEnv?.HTTPS_PROXY
  }

  it('is the environment’s, apart from what is to be reached without, and the kubeconfig’s everywhere', async () => {
    expect(await proxyOf('https://api.example')).toBe('http://proxy.example:3128')
    expect(await proxyOf('https://10.1.2.3:6443')).toBeUndefined()
    expect(await proxyOf('https://127.0.0.1:6443')).toBeUndefined()
    expect(await proxyOf('https://127.0.0.1:6443', 'http://own:1')).toBe('http://own:1')
    expect(await proxyOf('https://10.1.2.3:6443', 'http://own:1')).toBe('http://own:1')
  })
})

describe('a session', () => {
  it('logs in once, at the first call, for all calls at once', async () => {
    const { session } = open(login(command()))
    expect(logins()).toBe(0)
    const all = await Promise.all(Array.from({ length: 5 }, () => session.credentials()))
    expect(new Set(all.map(({ headers }) => headers['Authorization']))).toEqual(new Set(['Bearer token-1']))
    expect(logins()).toBe(1)
  })

  it('logs in again shortly before its token runs out, once for all calls at once', async () => {
    const { session } = open(login(command()))
    const { agent } = await session.credentials()
    now = NOW + 3_600_000 - 10_001
    expect((await session.credentials()).headers).toEqual({ Authorization: 'Bearer token-1' })
    now = NOW + 3_600_000 - 9_999
    const all = await Promise.all(Array.from({ length: 5 }, () => session.credentials()))
    expect(new Set(all.map(({ headers }) => headers['Authorization']))).toEqual(new Set(['Bearer token-2']))
    expect(new Set(all.map((each) => each.agent)).size).toBe(1)
    expect(all[0]?.agent).not.toBe(agent)
    expect(logins()).toBe(2)
  })

  it('leaves requests on their connections when its token runs out', async () => {
    const { session } = open(login(command()))
    const { agent } = await session.credentials()
    let destroyed = false
    agent.destroy = () => {
      destroyed = true
    }
    now = NOW + 3_600_000
    await session.credentials()
    expect(destroyed).toBe(false)
  })

  it('logs in again after a 401, where that may give another credential', async () => {
    const { session } = open(login(command()))
    await session.credentials()
    expect(await session.renew()).toBe(true)
    expect((await session.credentials()).headers).toEqual({ Authorization: 'Bearer token-2' })
  })

  it('reads its token file again after a 401', async () => {
    const file = path.join(folder, 'token')
    writeFileSync(file, 'first')
    const { session } = open(login({ kind: 'token-file', path: file }))
    await session.credentials()
    appendFileSync(file, '-and-more')
    expect((await session.credentials()).headers).toEqual({ Authorization: 'Bearer first' })
    expect(await session.renew()).toBe(true)
    expect((await session.credentials()).headers).toEqual({ Authorization: 'Bearer first-and-more' })
  })

  it.each<Auth>([
    { kind: 'none' },
    { kind: 'token', token: 'abc' },
    { kind: 'basic', username: 'u', password: 'p' },
  ])('has nothing new after a 401 with %j', async (auth) => {
    const { session } = open(login(auth))
    await session.credentials()
    expect(await session.renew()).toBe(false)
  })

  it('fails again, and not for ever, where its log-in failed', async () => {
    const { session } = open(login(command()))
    writeFileSync(path.join(folder, 'fail'), '')
    await expect(session.credentials()).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
    rmSync(path.join(folder, 'fail'))
    await session.renew()
    expect((await session.credentials()).headers).toEqual({ Authorization: 'Bearer token-1' })
  })

  it('ends its connections when it is closed, also where it never logged in', async () => {
    const idle = open(login({ kind: 'none' }))
    expect(() => idle.session.close()).not.toThrow()
    const { session } = open(login({ kind: 'none' }))
    const { agent } = await session.credentials()
    const ended = new Promise<void>((resolve) => {
      agent.destroy = () => resolve()
    })
    session.close()
    await ended
  })
})
