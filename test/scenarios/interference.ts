import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identifySet } from '../../src/kubernetes/set.ts'
import { isWrite, status, type FaultRule, type ProxyRequest } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { useStage } from './stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`
const { manager } = identifySet('octo/app')
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Somebody else is at work on the same objects: what is theirs stays, and the report does not claim otherwise. */
export function interferenceScenarios(name: string, start: () => Promise<TestServer>): void {
  describe(`somebody else at work, on ${name}`, () => {
    const stage = useStage(start)
    let proxy: FaultProxy
    beforeAll(async () => {
      proxy = await startFaultProxy(stage.server())
    })
    afterAll(() => proxy.stop())

    const deploy = (namespace: string, names: readonly string[], through = true): Promise<ActionRun> => {
      const secrets = names.map((each) => `  ${each}: { data: { A: "\${env://A}" } }`).join('\n')
      return stage.run(namespace, {
        files: { '.github/secretferry.yml': `version: 1\nsecrets:\n${secrets}\n` },
        inputs: through ? { kubeconfig: proxy.kubeconfig(stage.server().admin) } : {},
        env: { A: word() },
      })
    }
    const request = (method: string, path: string, body: unknown, contentType?: string): Promise<unknown> =>
      stage.server().request(method, path, body, contentType)
    const path = (namespace: string, each: string): string =>
      `/api/v1/namespaces/${namespace}/secrets/${each}`
    const applyAs = (
      who: string,
      namespace: string,
      each: string,
      data: Record<string, string>,
    ): Promise<unknown> =>
      request(
        'PATCH',
        `${path(namespace, each)}?fieldManager=${who}`,
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: each, labels: { team: who } },
          data,
        }),
        'application/apply-patch+yaml',
      )
    const writeOf =
      (each: string) =>
      (asked: ProxyRequest): boolean =>
        isWrite(asked) && asked.method === 'PATCH' && asked.path.endsWith(`/secrets/${each}`)
    const during = async (rules: readonly FaultRule[], run: () => Promise<ActionRun>): Promise<ActionRun> => {
      proxy.set(rules)
      return run().finally(() => proxy.set([]))
    }

    const seen = (when: FaultRule['when'], found: ProxyRequest[]): FaultRule => ({
      when: (asked) => {
        if (when(asked)) found.push(asked)
        return false
      },
      fault: { kind: 'refuse' },
    })

    it('reads only what a dry run found to be there already, and names its owner', async () => {
      const namespace = await stage.fresh()
      await applyAs('payments', namespace, 'bravo', { A: base64('theirs') })
      await applyAs(manager, namespace, 'charlie', { A: base64('of a half-done run') })
      const before = await stage.snapshot(namespace)
      const reads: ProxyRequest[] = []
      const run = await during(
        [seen(({ method, path: at }) => method === 'GET' && /\/secrets\/[a-z]+$/.test(at), reads)],
        () => deploy(namespace, ['alpha', 'bravo', 'charlie']),
      )
      expect(run.outputs['error-code'], run.log).toBe('OWNED_BY_OTHER')
      expect(run.log).toContain(`${namespace}/bravo`)
      expect(run.log).toContain('payments')
      expect(reads.map(({ path: at }) => at.split('/').at(-1)).sort()).toEqual(['bravo', 'charlie'])
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it('takes in a Secret of its own that lost the label by which the set is listed', async () => {
      const namespace = await stage.fresh()
      await applyAs(manager, namespace, 'bravo', { A: base64('before') })
      const run = await deploy(namespace, ['alpha', 'bravo'])
      expect(run.outputs, run.log).toMatchObject({
        created: `["${namespace}/alpha"]`,
        updated: `["${namespace}/bravo"]`,
      })
    })

    it('does not undo what somebody else did to an object after it was written', async () => {
      const namespace = await stage.fresh()
      await deploy(namespace, ['alpha', 'bravo'], false)
      const before = await stage.held(namespace, 'alpha')
      const act = async (): Promise<void> => {
        await waitUntil('alpha to be written', 10_000, async () => {
          const now = await stage.held(namespace, 'alpha')
          return now?.resourceVersion === before?.resourceVersion ? undefined : true
        })
        await applyAs('payments', namespace, 'alpha', { FOREIGN: base64('theirs') })
        await applyAs('payments', namespace, 'bravo', { FOREIGN: base64('theirs') })
      }
      const run = await during(
        [{ when: writeOf('bravo'), fault: { kind: 'meanwhile', act }, times: 1 }],
        () => deploy(namespace, ['alpha', 'bravo']),
      )
      expect(run.outputs['error-code'], run.log).toBe('RESTORE_INCOMPLETE')
      expect(run.log).toContain(`${namespace}/alpha: NOT put back (somebody else changed it meanwhile)`)
      expect(run.log).toContain(`${namespace}/bravo: not written`)
      const after = await stage.held(namespace, 'alpha')
      expect(after?.data['FOREIGN']).toBe('theirs')
      expect(after?.labels['team']).toBe('payments')
    })

    it('leaves what another run of the same set made first', async () => {
      const namespace = await stage.fresh()
      const act = (): Promise<unknown> =>
        applyAs(manager, namespace, 'alpha', { A: base64('of-the-other-run') })
      const run = await during(
        [{ when: writeOf('alpha'), fault: { kind: 'meanwhile', act }, times: 1 }],
        () => deploy(namespace, ['alpha']),
      )
      expect(run.outputs['error-code'], run.log).toBe('STALE')
      expect(run.log).toContain(`${namespace}/alpha: not written`)
      expect(Object.keys((await stage.held(namespace, 'alpha'))?.data ?? {})).toEqual(['A'])
    })

    it('takes its own out of an object that somebody made first, even when the answer was cut', async () => {
      const namespace = await stage.fresh()
      const act = (): Promise<unknown> =>
        applyAs('somebody', namespace, 'alpha', { THEIRS: base64('precious') })
      const run = await during(
        [
          {
            when: (asked) => asked.path.endsWith('/resourcequotas'),
            fault: { kind: 'meanwhile', act },
            times: 1,
          },
          { when: writeOf('alpha'), fault: { kind: 'cut-after' }, times: 1 },
        ],
        () => deploy(namespace, ['alpha', 'bravo']),
      )
      expect(run.exitCode, run.log).toBe(1)
      const held = await stage.held(namespace, 'alpha')
      expect(held?.data).toEqual({ THEIRS: 'precious' })
      expect(held?.labels).toEqual({ team: 'somebody' })
      expect(await stage.held(namespace, 'bravo')).toBeUndefined()
    })

    it('does not believe an answer with another object in it', async () => {
      const namespace = await stage.fresh()
      await deploy(namespace, ['other'], false)
      const other = await stage.held(namespace, 'other')
      const answer = {
        status: 201,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(other?.raw),
      }
      const run = await during(
        [{ when: writeOf('alpha'), fault: { kind: 'answer', answer, takesEffect: true }, times: 1 }],
        () => deploy(namespace, ['alpha']),
      )
      expect(run.exitCode, run.log).toBe(0)
      const results = JSON.parse(run.outputs['results'] ?? '[]') as { resourceVersion: string }[]
      expect(results[0]?.resourceVersion).toBe((await stage.held(namespace, 'alpha'))?.resourceVersion)
    })

    it('settles a refusal that a gateway put in place of the API server’s answer', async () => {
      const namespace = await stage.fresh()
      await deploy(namespace, ['alpha'], false)
      const answer = { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>blocked</html>' }
      const run = await during(
        [{ when: writeOf('alpha'), fault: { kind: 'answer', answer, takesEffect: true }, times: 1 }],
        () => deploy(namespace, ['alpha']),
      )
      expect(run.exitCode, run.log).toBe(0)
      expect(run.outputs['changed']).toBe('true')
    })

    it('settles a cut answer to making a Secret immutable', async () => {
      const namespace = await stage.fresh()
      const inputs = {
        name: 'frozen',
        'from-env': 'A',
        immutable: 'true',
        kubeconfig: proxy.kubeconfig(stage.server().admin),
      }
      const run = await during(
        [{ when: writeOf('frozen'), from: 2, fault: { kind: 'cut-after' }, times: 1 }],
        () => stage.run(namespace, { inputs, env: { A: word() } }),
      )
      expect(run.exitCode, run.log).toBe(0)
      expect((await stage.held(namespace, 'frozen'))?.immutable).toBe(true)
    })

    it('settles a cut answer to making a namespace', async () => {
      const namespace = `ns-${randomBytes(5).toString('hex')}`
      const kubeconfig = proxy.kubeconfig(stage.server().admin)
      const inputs = { name: 'one', 'from-env': 'A', 'create-namespace': 'true', kubeconfig }
      const made = (asked: ProxyRequest): boolean =>
        asked.method === 'POST' && asked.path === '/api/v1/namespaces'
      const run = await during([{ when: made, fault: { kind: 'cut-after' }, times: 1 }], () =>
        stage.run(namespace, { inputs, env: { A: word() } }),
      )
      expect(run.exitCode, run.log).toBe(0)
      expect(run.log).toContain(`created the namespace ${namespace}`)
    })

    it.each(['cut-after', 'swallow'] as const)(
      'deletes what it created, though the answer is lost: %s',
      async (kind) => {
        const namespace = await stage.fresh()
        const run = await during(
          [
            {
              when: writeOf('bravo'),
              fault: { kind: 'answer', answer: status(403, 'Forbidden', { message: 'no' }) },
            },
            { when: (asked) => asked.method === 'DELETE', fault: { kind }, times: 1 },
          ],
          () => deploy(namespace, ['alpha', 'bravo']),
        )
        expect(run.outputs['error-code'], run.log).toBe('FORBIDDEN')
        expect(run.log).toContain(`${namespace}/alpha: created and deleted again`)
        expect(await stage.snapshot(namespace)).toEqual({})
      },
    )

    it('brings a Secret to rest whose restore was interrupted, keys that are no longer declared included', async () => {
      const namespace = await stage.fresh()
      const file = (data: string): Record<string, string> => ({
        '.github/secretferry.yml': `version: 1\nsecrets: { one: { data: { ${data} } } }\n`,
      })
      const env = { A: word(), B: word() }
      await stage.run(namespace, { files: file('A: "${env://A}", B: "${env://B}"'), env })
      const { data, ...raw } = (await stage.held(namespace, 'one'))?.raw as { data: Record<string, string> }
      await request('PUT', `${path(namespace, 'one')}?fieldManager=${manager}`, {
        ...raw,
        data: { ...data, A: base64('half'), B: base64('half') },
      })
      const run = await stage.run(namespace, { files: file('A: "${env://A}"'), env })
      expect(run.exitCode, run.log).toBe(0)
      expect((await stage.held(namespace, 'one'))?.data).toEqual({ A: env.A })
      expect((await stage.run(namespace, { files: file('A: "${env://A}"'), env })).outputs['changed']).toBe(
        'false',
      )
    })

    it('undoes when logging in fails in the middle, or names what it could not undo', async () => {
      const namespace = await stage.fresh()
      await deploy(namespace, ['alpha', 'bravo'], false)
      const before = await stage.snapshot(namespace)
      const unauthorized = { kind: 'answer', answer: status(401, 'Unauthorized') } as const
      const run = await during(
        [
          { when: writeOf('bravo'), fault: { kind: 'answer', answer: status(403, 'Forbidden') } },
          { when: (asked) => asked.method === 'PUT', fault: unauthorized },
        ],
        () => deploy(namespace, ['alpha', 'bravo']),
      )
      expect(run.outputs['error-code'], run.log).toBe('RESTORE_INCOMPLETE')
      expect(run.log).toContain(`${namespace}/alpha: NOT put back (unauthorized)`)
      expect((await stage.snapshot(namespace))['bravo']).toEqual(before['bravo'])
    })
  })
}
