import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ActionOptions } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { deploy, startApplication, type Application } from './application.ts'
import { useStage } from './stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`

const HEAD = `version: 1
values:
  password: { from: env://PASSWORD }
`

/** A Secret \`app\` with one key, and these checks of it. */
function fileOf(checks: readonly object[], ofRun: readonly object[] = []): Record<string, string> {
  const secrets = {
    app: { data: { PASSWORD: '${password}' }, ...(checks.length === 0 ? {} : { verify: checks }) },
    other: { data: { A: 'fixed' } },
  }
  const run = ofRun.length === 0 ? '' : `verify: ${JSON.stringify(ofRun)}\n`
  return { '.github/secretferry.yml': `${HEAD}secrets: ${JSON.stringify(secrets)}\n${run}` }
}

const LOG_IN = {
  name: 'log in',
  http: {
    url: '/login',
    through: 'service/web:80',
    body: '{"username": "octo", "password": ${password|json}}',
    expect: { json: 'token' },
  },
  retries: 0,
}

/** The command finds the password in its input, and prints it. */
const COMMAND = (test: string, more: object = {}): object => ({
  name: 'command',
  exec: { in: 'deployment/web', command: ['sh', '-c', test], stdin: '${password}\n', ...more },
  retries: 0,
})

/** What is checked when all is written, whole runs of the action on a server whose pods run on this machine. */
export function verifyScenarios(name: string, start: () => Promise<TestServer>, port?: number): void {
  describe(`verify on ${name}`, () => {
    const stage = useStage(start)
    let app: Application
    beforeAll(async () => {
      app = await startApplication(port)
    })
    afterAll(() => app.stop())

    /** A namespace where the application runs. */
    const place = async (): Promise<string> => {
      const namespace = await stage.fresh()
      await deploy(stage.server(), namespace, app)
      return namespace
    }
    const local = (path: string): string => `http://127.0.0.1:${app.port}${path}`

    it('ends well when health and readiness answer', async () => {
      const namespace = await stage.fresh()
      const before = app.asked.length
      app.answer(() => ({ status: 200, body: 'ok' }))
      const checks = ['/healthz', '/readyz'].map((path) => ({ http: { url: local(path) } }))
      const run = await stage.run(namespace, {
        files: fileOf([], checks),
        env: { PASSWORD: word() },
        inputs: { 'audit-log': 'audit.jsonl' },
      })
      expect(run.exitCode, run.log).toBe(0)
      expect(run.log).toContain('Verified: 2 checks passed')
      expect(
        app.asked
          .slice(before)
          .map(({ url }) => url)
          .sort(),
      ).toEqual(['/healthz', '/readyz'])
      expect(run.summary).toContain(`| \`GET ${local('/healthz')}\` | | verified | |`)
      expect(run.file('workspace/audit.jsonl')).toContain('check passed')
      expect(JSON.parse(run.file(run.outputs['plan'] ?? '') ?? '{}')).toMatchObject({
        checks: [`GET ${local('/healthz')}`, `GET ${local('/readyz')}`],
      })
    })

    it('logs in for a token through the API server, with the value that was just written', async () => {
      const namespace = await place()
      const password = `${word()}"\\/é`
      app.answer(({ url, body }) =>
        url === '/login' && (JSON.parse(body) as { password: string }).password === password
          ? { status: 200, body: '{"token": "t"}' }
          : { status: 401 },
      )
      const run = await stage.run(namespace, { files: fileOf([LOG_IN]), env: { PASSWORD: password } })
      expect(run.exitCode, run.log).toBe(0)
      expect(app.asked.at(-1)).toMatchObject({
        method: 'POST',
        url: '/login',
        headers: { host: `web.${namespace}.svc`, 'content-type': 'application/json' },
      })
    })

    it('puts all back exactly when a log-in fails, and tells status or field but nothing of the answer', async () => {
      const namespace = await place()
      app.answer(() => ({ status: 200, body: '{"token": "t"}' }))
      const files = fileOf([LOG_IN])
      expect((await stage.run(namespace, { files, env: { PASSWORD: word() } })).exitCode).toBe(0)
      const before = await stage.snapshot(namespace)
      for (const [answer, words] of [
        [{ status: 401, body: 'no such secret-answer' }, 'answered 401, expected 200 to 299'],
        [
          { status: 302, headers: { location: '/secret-answer' } },
          'answered 302, a redirect, which is not followed',
        ],
        [{ status: 200, body: '{"secret-answer": 1}' }, 'answered 200 without the field token'],
        [{ status: 200, body: 'secret-answer' }, 'answered 200, but not with JSON'],
      ] as const) {
        app.answer(() => answer)
        const run = await stage.run(namespace, { files, env: { PASSWORD: word() }, debug: true })
        expect(run.outputs).toMatchObject({ 'error-code': 'VERIFY_FAILED', changed: 'false' })
        expect(run.log).toContain(`the check “log in” failed: ${words}`)
        expect(run.log).toContain('put back as it was')
        expect(run.stdout).not.toContain('secret-answer')
        expect(await stage.snapshot(namespace)).toEqual(before)
      }
      expect(Object.values(await stage.journals(namespace))[0]?.data).not.toHaveProperty('undo')
    })

    it('keeps what was written where that is wanted', async () => {
      const namespace = await place()
      app.answer(() => ({ status: 401 }))
      const password = word()
      const run = await stage.run(namespace, {
        files: fileOf([LOG_IN]),
        env: { PASSWORD: password },
        inputs: { 'on-failure': 'keep' },
      })
      expect(run.outputs['error-code']).toBe('VERIFY_FAILED')
      expect((await stage.held(namespace, 'app'))?.data).toEqual({ PASSWORD: password })
    })

    it('runs commands with values in their input, and shows their last words only where asked', async () => {
      const namespace = await place()
      const password = word()
      const good = COMMAND('read -r got; test -n "$got"')
      expect(
        (await stage.run(namespace, { files: fileOf([good]), env: { PASSWORD: password } })).exitCode,
      ).toBe(0)
      const before = await stage.snapshot(namespace)
      const bad = (more: object): ActionOptions => ({
        files: fileOf([COMMAND('read got; echo "the word is $got"; exit 3', more)]),
        env: { PASSWORD: word() },
      })
      const quiet = await stage.run(namespace, bad({}))
      expect(quiet.outputs['error-code']).toBe('VERIFY_FAILED')
      expect(quiet.log).toContain(
        'the check “command” failed: the command ended with exit code 3 (tried once)',
      )
      expect(quiet.log).not.toContain('the word is')
      const shown = await stage.run(namespace, bad({ 'show-logs': 'true' }))
      expect(shown.log).toContain('the word is ***')
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it('checks nothing where nothing changed, unless a check is always made', async () => {
      const namespace = await stage.fresh()
      app.answer(() => ({ status: 200 }))
      const check = { http: { url: local('/healthz') }, retries: 0 }
      const env = { PASSWORD: word() }
      const files = fileOf([check])
      await stage.run(namespace, { files, env })
      const asked = app.asked.length
      app.answer(() => ({ status: 503 }))
      expect((await stage.run(namespace, { files, env })).exitCode).toBe(0)
      expect(app.asked.length).toBe(asked)
      const before = await stage.snapshot(namespace)
      const always = await stage.run(namespace, { files: fileOf([{ ...check, when: 'always' }]), env })
      expect(always.outputs).toMatchObject({ 'error-code': 'VERIFY_FAILED', changed: 'false' })
      expect(await stage.snapshot(namespace)).toEqual(before)
      const other = await stage.run(namespace, {
        files: {
          '.github/secretferry.yml':
            fileOf([check])['.github/secretferry.yml']?.replace('fixed', 'else') ?? '',
        },
        env,
      })
      expect(other.exitCode, 'only the other Secret changed').toBe(0)
    })

    it('says in a dry run what would be checked, and asks nobody', async () => {
      const namespace = await place()
      const asked = app.asked.length
      const run = await stage.run(namespace, {
        files: fileOf([LOG_IN]),
        env: { PASSWORD: word() },
        inputs: { 'dry-run': 'true' },
      })
      expect(run.exitCode, run.log).toBe(0)
      expect(run.log).toContain('To verify: 1 check')
      expect(app.asked.length).toBe(asked)
    })

    it('refuses before the first write where the Role does not let it into pods, and names the rules', async () => {
      const namespace = await place()
      const secrets = {
        resources: ['secrets'],
        verbs: ['get', 'list', 'create', 'patch', 'update', 'delete'],
      }
      const kubeconfig = await stage
        .server()
        .user(`half-${namespace}`, [secrets, { resources: ['pods/exec'], verbs: ['get'] }], {
          namespaces: [namespace],
        })
      const options = {
        files: fileOf([LOG_IN, COMMAND('true')]),
        env: { PASSWORD: word() },
      }
      app.answer(() => ({ status: 200, body: '{"token": 1}' }))
      const refused = await stage.run(namespace, { ...options, inputs: { kubeconfig } })
      expect(refused.outputs['error-code']).toBe('FORBIDDEN')
      for (const rule of [
        '{apiGroups: [""], resources: [services], verbs: [get], resourceNames: [web]}',
        '{apiGroups: [""], resources: [pods], verbs: [list]}',
        '{apiGroups: [""], resources: [pods/portforward], verbs: [get, create]}',
        '{apiGroups: [apps], resources: [deployments], verbs: [get], resourceNames: [web]}',
        '{apiGroups: [""], resources: [pods/exec], verbs: [create]}',
      ])
        expect(refused.log).toContain(rule)
      expect(await stage.held(namespace, 'app')).toBeUndefined()
      const full = await stage
        .server()
        .user(
          `full-${namespace}`,
          [
            secrets,
            { resources: ['services'], verbs: ['get'], resourceNames: ['web'] },
            { resources: ['pods'], verbs: ['list'] },
            { resources: ['pods/portforward', 'pods/exec'], verbs: ['get', 'create'] },
            { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'], resourceNames: ['web'] },
          ],
          { namespaces: [namespace] },
        )
      const run = await stage.run(namespace, { ...options, inputs: { kubeconfig: full } })
      expect(run.exitCode, run.log).toBe(0)
    })

    it('is a problem on its line before anything is read where a value stands in a URL', async () => {
      const namespace = await stage.fresh()
      const run = await stage.run(namespace, {
        files: fileOf([{ http: { url: 'https://a.example/?p=${password}' } }]),
        env: { PASSWORD: word() },
      })
      expect(run.outputs['error-code']).toBe('CONFIG_INVALID')
      expect(run.annotations.find(({ level }) => level === 'error')).toMatchObject({
        file: '.github/secretferry.yml',
        line: 4,
        message: expect.stringContaining('a placeholder in a URL') as unknown,
      })
    })
  })
}
