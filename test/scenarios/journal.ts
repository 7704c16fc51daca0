import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { packUndo, unpackUndo } from '../../src/journal/undo.ts'
import { parseSecret } from '../../src/kubernetes/objects.ts'
import { isWrite, status, type Fault } from '../faults/fault.ts'
import { startFaultProxy } from '../faults/proxy.ts'
import { fakeEffects } from '../support/effects.ts'
import type { ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { findUnclean, readState } from './journal-check.ts'
import { makeKiller } from './killer.ts'
import { sample } from './sample.ts'
import { useStage } from './stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`
const FILE = 'version: 1\nsecrets:\n  one: { data: { A: "${env://A}" } }\n'
/** Two of them do not fit one journal, whatever the compression. */
const large = (): string => randomBytes(500_000).toString('base64')

/** What a set's journal is between runs, and what the inputs `journal` and `history` make of it. */
export function journalScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole }: { whole: boolean },
): void {
  describe(`the journal, on ${name}`, () => {
    const stage = useStage(start)
    const deploy = (namespace: string, A: string, inputs: Readonly<Record<string, string>> = {}) =>
      stage.run(namespace, { files: { '.github/secretferry.yml': FILE }, env: { A }, inputs })
    const deployLarge = (namespace: string, content: string, options = {}): Promise<ActionRun> => {
      const secrets = ['one', 'two', 'three'].map(
        (each) => `  ${each}: { data: { A: "\${file://big.txt}" } }\n`,
      )
      const files = {
        '.github/secretferry.yml': `version: 1\nsecrets:\n${secrets.join('')}`,
        'big.txt': content,
      }
      return stage.run(namespace, { files, ...options })
    }

    it('is read once by a run that changes nothing, and not written', async () => {
      const namespace = await stage.fresh()
      const value = word()
      await deploy(namespace, value)
      const before = await stage.journals(namespace)
      const proxy = await startFaultProxy(stage.server())
      const run = await deploy(namespace, value, { kubeconfig: proxy.kubeconfig(stage.server().admin) })
      await proxy.stop()
      expect(run.outputs['changed'], run.log).toBe('false')
      const asked = proxy.requests.filter(({ path }) => path.includes('/secretferry-journal-'))
      expect(asked.map(({ method }) => method)).toEqual(['GET'])
      expect(proxy.requests.filter(isWrite)).toEqual([])
      expect(await stage.journals(namespace)).toEqual(before)
    })

    it('is not there where it is off, which is said', async () => {
      const namespace = await stage.fresh()
      const run = await deploy(namespace, word(), { journal: 'off' })
      expect(run.exitCode, run.log).toBe(0)
      expect(run.log).toContain('journal: off: what is written is put back from memory only')
      expect(await stage.journals(namespace)).toEqual({})
      const both = await deploy(namespace, word(), { journal: 'off', history: '1' })
      expect(both.outputs['error-code'], both.log).toBe('INPUT_INVALID')
    })

    it('keeps as many former states as it is told to, and none when it is told no more', async () => {
      const namespace = await stage.fresh()
      const values = [word(), word(), word(), word()]
      for (const value of values) await deploy(namespace, value, { history: '2' })
      const kept = Object.values(await stage.journals(namespace)).flatMap((journal) => {
        const undo = unpackUndo(Buffer.from(journal.data?.['undo'] ?? '', 'base64'), fakeEffects().live)
        return (undo?.writes ?? []).map(({ live }) => live?.data.get('A')?.reveal())
      })
      expect(kept.sort()).toEqual([values[1], values[2]].sort())
      const last = word()
      await deploy(namespace, last)
      expect(findUnclean(await stage.journals(namespace), [...values, last])).toEqual([])
    })

    it('takes further Secrets where one is not enough, and leaves none', { timeout: 120_000 }, async () => {
      const namespace = await stage.fresh()
      const [first, second, third] = [large(), large(), large()]
      expect((await deployLarge(namespace, first)).exitCode).toBe(0)
      const before = await stage.snapshot(namespace)
      const proxy = await startFaultProxy(stage.server())
      const kubeconfig = proxy.kubeconfig(stage.server().admin)
      const { started, act } = makeKiller('SIGKILL')
      proxy.set([
        {
          when: (request) => isWrite(request) && request.path.endsWith('/secrets/two'),
          fault: { kind: 'meanwhile', act },
          times: 1,
        },
      ])
      await deployLarge(namespace, second, { started, inputs: { kubeconfig } })
      await proxy.stop()
      expect(Object.keys(await stage.journals(namespace)).length).toBeGreaterThan(3)
      const next = await deployLarge(namespace, first)
      expect(next.exitCode, next.log).toBe(0)
      expect(next.outputs['changed']).toBe('false')
      expect(await stage.snapshot(namespace)).toEqual(before)
      expect((await deployLarge(namespace, third)).exitCode).toBe(0)
      expect(findUnclean(await stage.journals(namespace), [])).toEqual([])
    })

    it('is not touched where a newer version wrote it', async () => {
      const namespace = await stage.fresh()
      await deploy(namespace, word())
      const [journal = ''] = Object.keys(await stage.journals(namespace))
      const body = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: journal },
        type: 'secretferry.github.io/journal',
        data: { state: Buffer.from('{"version":2}').toString('base64') },
      }
      const path = `/api/v1/namespaces/${namespace}/secrets/${journal}?fieldManager=secretferry-journal&force=true`
      const { status: answered } = await stage
        .server()
        .request('PATCH', path, JSON.stringify(body), 'application/apply-patch+yaml')
      expect(answered).toBe(200)
      const before = await stage.snapshot(namespace)
      const run = await deploy(namespace, word())
      expect(run.outputs['error-code'], run.log).toBe('JOURNAL_INVALID')
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it('has nothing undone in another namespace, whatever somebody wrote into it', async () => {
      const [namespace, other] = [await stage.fresh(), await stage.fresh()]
      await deploy(namespace, word())
      await deploy(other, word())
      const [[name, journal] = ['', undefined]] = Object.entries(await stage.journals(namespace))
      const state = JSON.parse(Buffer.from(journal?.data?.['state'] ?? '', 'base64').toString()) as object
      const victim = parseSecret((await stage.held(other, 'one'))?.raw, fakeEffects().live)
      if (victim === undefined) throw new Error('nothing was deployed')
      const { labels, annotations, type, data, immutable } = victim
      const desired = { namespace: other, name: 'one', type, data, labels, annotations, immutable }
      const forged = { ...victim, data: new Map([['A', fakeEffects().live(Buffer.from('forged'))]]) }
      const undo = packUndo({ writes: [{ action: 'update', live: forged, desired }], restarts: [] })
      const body = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name },
        type: journal?.type,
        data: {
          state: Buffer.from(JSON.stringify({ ...state, phase: 'writing' })).toString('base64'),
          undo: undo.toString('base64'),
        },
      }
      const path = `/api/v1/namespaces/${namespace}/secrets/${name}?fieldManager=secretferry-journal&force=true`
      const { status: answered } = await stage
        .server()
        .request('PATCH', path, JSON.stringify(body), 'application/apply-patch+yaml')
      expect(answered).toBe(200)
      const before = await stage.snapshot(other)
      const run = await deploy(namespace, word())
      expect(run.outputs['error-code'], run.log).toBe('JOURNAL_INVALID')
      expect(await stage.snapshot(other)).toEqual(before)
    })

    const requests = [
      { what: 'the read of a further Secret', method: 'GET' },
      { what: 'the write of a further Secret', method: 'PATCH' },
      { what: 'the deletion of a further Secret', method: 'DELETE' },
    ]
    const faults: readonly { readonly how: string; readonly fault: Fault }[] = [
      { how: 'is cut before it took effect', fault: { kind: 'swallow' } },
      { how: 'is cut after it took effect', fault: { kind: 'cut-after' } },
      { how: 'is answered 500', fault: { kind: 'answer', answer: status(500, 'InternalError') } },
      {
        how: 'is answered 403',
        fault: { kind: 'answer', answer: status(403, 'Forbidden', { message: 'secrets "x" is forbidden' }) },
      },
    ]
    const rows = requests.flatMap((request) => faults.map((each) => ({ ...request, ...each })))
    it.each(sample(rows, whole, 5))('is done or as before after $what $how', async ({ method, fault }) => {
      const namespace = await stage.fresh()
      // The first further Secret holds the former state after one run; after two the second does, and the first is free.
      await deploy(namespace, word(), { history: '1' })
      if (method !== 'DELETE') await deploy(namespace, word(), { history: '1' })
      const before = await stage.held(namespace, 'one')
      const proxy = await startFaultProxy(stage.server())
      const isFirst = (path: string): boolean => /\/secretferry-journal-[0-9a-f]{16}-1$/.test(path)
      proxy.set([{ when: (request) => request.method === method && isFirst(request.path), fault, times: 1 }])
      const value = word()
      const run = await deploy(namespace, value, {
        history: method === 'DELETE' ? '0' : '1',
        kubeconfig: proxy.kubeconfig(stage.server().admin),
      })
      await proxy.stop()
      expect(proxy.requests.some((request) => request.fault === fault.kind)).toBe(true)
      const after = await stage.held(namespace, 'one')
      if (run.exitCode === 0) expect(after?.data).toEqual({ A: value })
      else expect(after).toEqual(before)
      const next = await deploy(namespace, word())
      expect(next.exitCode, next.log).toBe(0)
      expect(findUnclean(await stage.journals(namespace), [])).toEqual([])
    })

    it('tells a dry run of a run at work, and is left alone by it', async () => {
      const namespace = await stage.fresh()
      await deploy(namespace, word())
      const proxy = await startFaultProxy(stage.server())
      const { started, act } = makeKiller('SIGKILL')
      const decided = (body: string): boolean => body.includes('"state"') && !body.includes('"undo"')
      proxy.set([
        {
          when: (request) => isWrite(request) && decided(request.body()),
          fault: { kind: 'meanwhile', act },
          times: 1,
        },
      ])
      const inputs = { kubeconfig: proxy.kubeconfig(stage.server().admin), namespace }
      await stage.run(namespace, {
        files: { '.github/secretferry.yml': FILE },
        env: { A: word() },
        inputs,
        started,
      })
      await proxy.stop()
      const [cut] = Object.values(await stage.journals(namespace))
      expect(cut === undefined ? undefined : readState(cut)?.phase).toBe('writing')
      const run = await deploy(namespace, word(), { 'dry-run': 'true' })
      expect(run.exitCode, run.log).toBe(0)
      expect(run.log).toContain('is at work in')
      expect(Object.values(await stage.journals(namespace))).toEqual([cut])
    })
  })
}
