import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultRule } from '../faults/fault.ts'
import { status } from '../faults/fault.ts'
import type { ActionOptions } from '../support/run-action.ts'
import { deploy, startApplication, type Answer, type Application, type Asked } from './application.ts'
import type { Canary } from './canaries.ts'
import { configOf, dataOfAll, environmentOf, filesOf, textsOf, variableOf } from './leak-arrangement.ts'
import type { LeakMeans } from './leak-journal.ts'

/** Everything that came, said back: as a body, as headers as far as they can hold it, and where a redirect would lead. */
const ECHOES: Readonly<Record<string, (asked: Asked) => Answer>> = {
  'with what it was asked as its body': ({ body, headers }) => ({
    status: 500,
    body: `${body}\n${JSON.stringify(headers)}`,
  }),
  'with JSON that has no such field': ({ body }) => ({ status: 200, body: JSON.stringify({ was: body }) }),
  'with a redirect to it': ({ headers }) => ({
    status: 302,
    headers: {
      location: `/?key=${encodeURIComponent(String(headers['x-canary']))}`,
      'set-cookie': `k=${encodeURIComponent(String(headers['x-canary']))}`,
    },
  }),
  'well, with a token': ({ body }) => ({ status: 200, body: JSON.stringify({ token: body }) }),
}

/** Whatever travels in a check, and comes back, is said nowhere. */
export function verifyLeaks({ stage, proxy, canaries, run, whole }: LeakMeans, port?: number): void {
  describe('verify', () => {
    let app: Application
    beforeAll(async () => {
      app = await startApplication(port)
    })
    afterAll(() => app.stop())

    const inHeader = textsOf(canaries).filter(({ value }) => /^[\x20-\x7e]+$/.test(value.toString('utf8')))
    const check = (probe: object): ActionOptions => ({
      files: {
        ...configOf({
          one: { data: dataOfAll(canaries), verify: [{ name: 'check', retries: 0, ...probe }] },
        }),
        ...filesOf(canaries),
      },
      env: environmentOf(canaries),
      inputs: { 'audit-log': 'audit.jsonl' },
    })
    const request = (url: string, more: object = {}): ActionOptions =>
      check({
        http: {
          url,
          headers: Object.fromEntries(
            inHeader.map((each, n) => [`X-Canary${n === 0 ? '' : n}`, `\${env://${variableOf(each)}}`]),
          ),
          body: JSON.stringify(
            Object.fromEntries(textsOf(canaries).map(({ name }) => [name, `@${name}@`])),
          ).replace(/"@([^@]*)@"/g, (_, name: string) => `\${env://${variableOf({ name } as Canary)}|json}`),
          expect: { json: 'token' },
          ...more,
        },
      })
    const command = (script: string): ActionOptions =>
      check({
        exec: {
          in: 'deployment/web',
          command: ['sh', '-c', script],
          stdin: textsOf(canaries)
            .map((each) => `\${env://${variableOf(each)}}`)
            .join('\n'),
          'show-logs': 'true',
        },
      })
    const place = async (): Promise<string> => {
      const namespace = await stage.fresh()
      await deploy(stage.server(), namespace, app)
      return namespace
    }

    it.each(Object.entries(ECHOES).filter((_, n) => whole || n % 2 === 0))(
      'an application that answers %s',
      async (what, echo) => {
        app.answer(echo)
        const done = await run(await place(), request('/login', { through: 'service/web:80' }))
        expect(done.outputs['error-code'], done.log).toBe(what.startsWith('well') ? '' : 'VERIFY_FAILED')
        const direct = await run(await stage.fresh(), request(`http://127.0.0.1:${app.port}/login`))
        expect(direct.outputs['error-code']).toBe(done.outputs['error-code'])
        expect(app.asked.at(-1)?.headers).toHaveProperty('x-canary')
      },
    )

    it('a command that says back what it reads, shown', async () => {
      const done = await run(await place(), command('timeout 1 cat; exit 1'))
      expect(done.outputs['error-code'], done.log).toBe('VERIFY_FAILED')
      expect(done.log).toContain('Last lines of the check')
    })

    it.each([
      ['exec', 'sh -c'],
      ['portforward', 'login'],
    ])('a refusal of %s that quotes values', async (subresource) => {
      const texts = textsOf(canaries).map(({ value }) => value.toString('utf8'))
      const rule: FaultRule = {
        when: ({ path }) => path.endsWith(`/${subresource}`),
        fault: { kind: 'answer', answer: status(400, 'BadRequest', { message: texts.join(' ') }) },
      }
      proxy().set([rule])
      const options =
        subresource === 'exec' ? command('true') : request('/login', { through: 'deployment/web:http' })
      const done = await run(await place(), options).finally(() => proxy().set([]))
      expect(done.outputs['error-code'], done.log).toBe('VERIFY_FAILED')
    })

    it('values where a check has no place for them', async () => {
      const namespace = await stage.fresh()
      const texts = textsOf(canaries).map(({ value }) => value.toString('utf8'))
      const of = (verify: unknown): ActionOptions => ({
        files: configOf({ one: { data: { A: 'x' }, verify } }),
      })
      const misplaced = [
        texts,
        [{ http: { url: texts[0] } }],
        [{ http: { url: 'https://a/', through: texts[1], method: texts[2] } }],
        [{ exec: { in: texts[0], command: texts, container: texts[1] } }],
        [Object.fromEntries(texts.map((text) => [text, text]))],
        [
          {
            http: {
              url: 'https://a/',
              headers: Object.fromEntries(texts.map((text) => [`${text}\n`, text])),
            },
          },
        ],
      ]
      for (const verify of whole ? misplaced : misplaced.slice(0, 3))
        expect((await run(namespace, of(verify))).exitCode).toBe(1)
    })
  })
}
