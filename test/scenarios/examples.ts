import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../support/server.ts'
import { deploy, startApplication, type Application } from './application.ts'
import { useStage } from './stage.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../examples')

/** The file of an example, and nothing else of it. */
function fileOf(example: string): Record<string, string> {
  const path = '.github/secretferry.yml'
  return { [path]: readFileSync(join(EXAMPLES, example, path), 'utf8') }
}

/** The examples that check what they deployed, as a user would run them. */
export function exampleScenarios(name: string, start: () => Promise<TestServer>, port?: number): void {
  describe(`examples on ${name}`, () => {
    const stage = useStage(start)
    let app: Application
    beforeAll(async () => {
      app = await startApplication(port)
    })
    afterAll(() => app.stop())
    const place = async (workload: string): Promise<string> => {
      const namespace = await stage.fresh()
      await deploy(stage.server(), namespace, app, workload)
      return namespace
    }

    it('openway ends when it is healthy and ready, and goes back to the former password when it is not', async () => {
      const namespace = await place('openway')
      const options = (password: string) => ({
        files: fileOf('openway'),
        env: { POSTGRES_PASSWORD: password },
        inputs: { environment: 'production' },
      })
      app.answer(() => ({ status: 200 }))
      const first = await stage.run(namespace, options('the-former-password'))
      expect(first.exitCode, first.log).toBe(0)
      expect(first.log).toContain('Verified: 2 checks passed')
      const before = await stage.snapshot(namespace)
      app.answer(({ url }) => ({ status: url === '/readyz' ? 503 : 200 }))
      const files = {
        '.github/secretferry.yml':
          fileOf('openway')['.github/secretferry.yml']?.replaceAll(
            '    http:',
            '    retries: 1\n    interval: 1s\n    http:',
          ) ?? '',
      }
      const second = await stage.run(namespace, { ...options('the-wrong-password'), files })
      expect(second.outputs['error-code'], second.log).toBe('VERIFY_FAILED')
      expect(second.log).toContain('the check “ready” failed: answered 503')
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it('connectivity logs in for a token', async () => {
      const namespace = await place('connectivity')
      const env = {
        ADMIN_USERNAME: 'octo-admin',
        ADMIN_PASSWORD: 'pa"ss\\word',
        ADMIN_EMAIL: 'a@example.com',
      }
      app.answer(({ url, body }) => {
        if (url !== '/api/token/') return { status: 404 }
        const { username, password } = JSON.parse(body) as Record<string, string>
        const good = username === env.ADMIN_USERNAME && password === env.ADMIN_PASSWORD
        return good ? { status: 200, body: '{"access": "token"}' } : { status: 401 }
      })
      const run = await stage.run(namespace, {
        files: fileOf('connectivity'),
        env,
        inputs: { environment: 'staging' },
      })
      expect(run.exitCode, run.log).toBe(0)
      expect(run.log).toContain('the administrator gets a token: passed')
    })
  })
}
