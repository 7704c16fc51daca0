import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWrite, status, type Fault } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { readState } from './journal-check.ts'
import { makeKiller } from './killer.ts'
import { sample } from './sample.ts'
import { useStage, type Snapshot } from './stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`
const FILE = '.github/secretferry.yml'

/** The way back to a former state after runs that went well. */
export function rollbackScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole: all }: { whole: boolean },
): void {
  describe(`rollback, on ${name}`, { timeout: 120_000 }, () => {
    const stage = useStage(start)
    let proxy: FaultProxy
    beforeAll(async () => {
      proxy = await startFaultProxy(stage.server())
    })
    afterAll(() => proxy.stop())

    type Secrets = Readonly<Record<string, string>>
    const config = (secrets: Secrets): string =>
      `version: 1\nhistory: 2\nsecrets:\n${Object.entries(secrets)
        .map(([each, rest]) => `  ${each}: ${rest}\n`)
        .join('')}`
    const apply = async (
      namespace: string,
      secrets: Secrets,
      { env = {}, ...options }: ActionOptions = {},
    ): Promise<ActionRun> => {
      const run = await stage.run(namespace, { files: { [FILE]: config(secrets) }, env, ...options })
      expect(run.exitCode, run.log).toBe(0)
      return run
    }
    const back = (namespace: string, { inputs = {}, ...options }: ActionOptions = {}): Promise<ActionRun> =>
      stage.run(namespace, {
        files: { [FILE]: config({ alpha: '{ data: { A: x } }' }) },
        ...options,
        inputs: { mode: 'rollback', ...inputs },
      })
    /** What is in the Secrets, without who wrote it when. */
    const contents = async (namespace: string): Promise<unknown> =>
      Object.fromEntries(
        Object.entries(await stage.snapshot(namespace)).map(([each, { metadata, type, data }]) => [
          each,
          { type, data, labels: metadata['labels'] },
        ]),
      )
    const histories = async (namespace: string): Promise<number> =>
      Object.values(await stage.journals(namespace)).reduce(
        (count, journal) =>
          count +
          ((readState(journal) as { history?: readonly unknown[] } | undefined)?.history?.length ?? 0),
        0,
      )
    const ONE = '{ data: { A: "${env://A}", KEPT: fixed } }'
    const first = {
      alpha: ONE,
      bravo: '{ data: { B: "${env://A}" }, labels: { tier: old } }',
      gone: '{ data: { G: "${env://A}" } }',
    }
    const second = {
      alpha: '{ data: { A: "${env://A}", ADDED: new } }',
      bravo: '{ data: { B: "${env://A}" }, labels: { tier: new } }',
      made: ONE,
    }
    const prune = { inputs: { prune: 'true' } }

    it('puts back values, keys and labels, makes again what was pruned, and deletes what was made; then one further, then says that there is none', async () => {
      const namespace = await stage.fresh()
      await apply(namespace, { alpha: ONE }, { env: { A: word() } })
      const [one] = [await contents(namespace)]
      await apply(namespace, first, { env: { A: word() } })
      const two = await contents(namespace)
      const last = word()
      await apply(namespace, second, { env: { A: last }, ...prune })
      const plan = await back(namespace, { inputs: { 'dry-run': 'true' } })
      expect(plan.exitCode, plan.log).toBe(0)
      expect(plan.log).toContain(`+ ${namespace}/gone`)
      expect(plan.log).toContain(`- ${namespace}/made`)
      const run = await back(namespace)
      expect(run.exitCode, run.log).toBe(0)
      expect(run.log).toContain('going back to the state before the run')
      expect(await contents(namespace)).toEqual(two)
      expect(await histories(namespace)).toBe(1)
      const further = await back(namespace)
      expect(further.exitCode, further.log).toBe(0)
      expect(await contents(namespace)).toEqual(one)
      const none = await back(namespace)
      expect(none.outputs['error-code'], none.log).toBe('NO_FORMER_STATE')
      expect(await contents(namespace)).toEqual(one)
    })

    it('reads no value, and keeps an apply after it going', async () => {
      const namespace = await stage.fresh()
      const [old, fresh] = [word(), word()]
      await apply(namespace, { alpha: ONE }, { env: { A: old } })
      await apply(namespace, { alpha: ONE }, { env: { A: fresh } })
      const run = await back(namespace, { files: { [FILE]: config({ alpha: ONE }) } })
      expect(run.exitCode, run.log).toBe(0)
      expect((await stage.held(namespace, 'alpha'))?.data['A']).toBe(old)
      expect(run.log).not.toContain(old)
      const again = await apply(namespace, { alpha: ONE }, { env: { A: fresh } })
      expect(again.outputs['updated']).toBe(JSON.stringify([`${namespace}/alpha`]))
    })

    it('goes back in all namespaces that the run wrote to, or in none', async () => {
      const [one, other] = [await stage.fresh(), await stage.fresh()]
      const both = { alpha: `{ namespaces: [${one}, ${other}], data: { A: "\${env://A}" } }` }
      const inputs = { namespace: '', set: one }
      const old = word()
      await apply(one, both, { env: { A: old }, inputs })
      await apply(one, both, { env: { A: word() }, inputs })
      const files = { [FILE]: config(both) }
      const before = await stage.snapshot(one)
      const [journal = ''] = Object.keys(await stage.journals(other))
      const whole = await back(one, { files, inputs: { ...inputs, 'dry-run': 'true' } })
      expect(whole.exitCode, whole.log).toBe(0)
      expect(JSON.parse(whole.outputs['updated'] ?? '')).toEqual([`${one}/alpha`, `${other}/alpha`].sort())
      for (const each of [journal.replace(/-\d$/, ''), journal])
        await stage.server().request('DELETE', `/api/v1/namespaces/${other}/secrets/${each}`)
      const half = await back(one, { files, inputs })
      expect(half.outputs['error-code'], half.log).toBe('NO_FORMER_STATE')
      expect(half.log).toContain(`what it was in ${other} is not kept any more`)
      expect(await stage.snapshot(one)).toEqual(before)
    })

    it('says that nothing is kept where `history` was never set', async () => {
      const namespace = await stage.fresh()
      await apply(namespace, { alpha: ONE }, { env: { A: word() }, inputs: { history: '0' } })
      const run = await back(namespace)
      expect(run.outputs['error-code'], run.log).toBe('NO_FORMER_STATE')
      const declared = await back(namespace, { inputs: { name: 'one' } })
      expect(declared.outputs['error-code'], declared.log).toBe('INPUT_INVALID')
    })

    const lasting = (snapshot: Snapshot): unknown =>
      Object.fromEntries(
        Object.entries(snapshot).map(([each, { metadata, ...rest }]) => {
          const entries = metadata['managedFields'] as readonly object[]
          const managedFields = entries.map((entry) => ({ ...entry, time: '' }))
          return [each, { ...rest, metadata: { ...metadata, uid: '', creationTimestamp: '', managedFields } }]
        }),
      )
    const writeTo =
      (path: string): Parameters<FaultProxy['set']>[0][number]['when'] =>
      (request) =>
        isWrite(request) && request.path.endsWith(`/secrets/${path}`)
    const arrange = async (): Promise<{ namespace: string; before: Snapshot; former: unknown }> => {
      const namespace = await stage.fresh()
      await apply(namespace, first, { env: { A: word() } })
      const former = await contents(namespace)
      await apply(namespace, second, { env: { A: word() }, ...prune })
      return { namespace, before: await stage.snapshot(namespace), former }
    }
    const REFUSED: Fault = {
      kind: 'answer',
      answer: status(403, 'Forbidden', { message: 'secrets "x" is forbidden' }),
    }

    it.each(sample(['alpha', 'gone', 'made'], all, 2))(
      'puts the newer state back where the write of %s is refused, and can be tried again',
      async (each) => {
        const { namespace, before, former } = await arrange()
        proxy.set([{ when: writeTo(each), fault: REFUSED, times: 1 }])
        const inputs = { kubeconfig: proxy.kubeconfig(stage.server().admin) }
        const failed = await back(namespace, { inputs }).finally(() => proxy.set([]))
        expect(failed.exitCode, failed.log).toBe(1)
        expect(lasting(await stage.snapshot(namespace))).toEqual(lasting(before))
        const run = await back(namespace)
        expect(run.exitCode, run.log).toBe(0)
        expect(await contents(namespace)).toEqual(former)
      },
    )

    it.each(sample(['alpha', 'gone', 'made'], all, 3))(
      'the next rollback does it all after a kill at the write of %s',
      async (each) => {
        const { namespace, former } = await arrange()
        const { started, act } = makeKiller('SIGKILL')
        proxy.set([{ when: writeTo(each), fault: { kind: 'afterwards', act }, times: 1 }])
        const inputs = { kubeconfig: proxy.kubeconfig(stage.server().admin) }
        const killed = await back(namespace, { inputs, started }).finally(() => proxy.set([]))
        expect(killed.signal).toBe('SIGKILL')
        const run = await back(namespace)
        expect(run.exitCode, run.log).toBe(0)
        expect(await contents(namespace)).toEqual(former)
        const none = await stage.journals(namespace)
        expect(Object.values(none).flatMap((journal) => readState(journal)?.phase ?? [])).toEqual(['idle'])
      },
    )
  })
}
