import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWrite, status, type Fault, type ProxyRequest } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { findUnclean, readState } from './journal-check.ts'
import { makeKiller } from './killer.ts'
import { sample } from './sample.ts'
import { useStage, type LiveObject, type Snapshot } from './stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`
const commit = (digit: string): string => digit.repeat(40)
const FILE = '.github/secretferry.yml'

/** Secrets that are declared no more: what goes, what stays, and what comes back. */
export function pruneScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole }: { whole: boolean },
): void {
  describe(`prune, on ${name}`, { timeout: 120_000 }, () => {
    const stage = useStage(start)
    let proxy: FaultProxy
    beforeAll(async () => {
      proxy = await startFaultProxy(stage.server())
    })
    afterAll(() => proxy.stop())

    interface Options extends Omit<ActionOptions, 'files'> {
      readonly through?: boolean
      readonly prune?: boolean
      readonly file?: string
      /** Files of the workspace beside the one that is used. */
      readonly others?: Readonly<Record<string, string>>
    }
    /** These Secrets, each as the rest of its declaration. */
    const deploy = (
      namespace: string,
      secrets: Readonly<Record<string, string>> | readonly string[],
      { through = false, prune = true, file = FILE, others = {}, ...options }: Options = {},
    ): Promise<ActionRun> => {
      const declared = Array.isArray(secrets)
        ? Object.fromEntries((secrets as readonly string[]).map((each) => [each, '']))
        : (secrets as Readonly<Record<string, string>>)
      const lines = Object.entries(declared).map(
        ([each, more]) => `  ${each}: { data: { A: "\${env://A}" }${more} }\n`,
      )
      const content = `version: 1\nprune: ${String(prune)}\nsecrets:\n${lines.join('')}`
      return stage.run(namespace, {
        ...options,
        files: { ...others, [file]: content },
        env: { A: 'value-of-a', ...options.env },
        inputs: {
          ...(file === FILE ? {} : { config: file }),
          ...(through ? { kubeconfig: proxy.kubeconfig(stage.server().admin) } : {}),
          ...options.inputs,
        },
      })
    }
    const cleanly = async (...args: Parameters<typeof deploy>): Promise<ActionRun> => {
      const run = await deploy(...args)
      expect(run.exitCode, run.log).toBe(0)
      return run
    }
    const namesIn = async (namespace: string): Promise<readonly string[]> =>
      Object.keys(await stage.snapshot(namespace)).sort()
    const inventory = async (namespace: string): Promise<unknown> =>
      Object.values(await stage.journals(namespace)).map(
        (journal) => (readState(journal) as { inventory?: unknown } | undefined)?.inventory,
      )[0]
    const change = async (namespace: string, each: string, body: object, who = 'somebody'): Promise<void> => {
      const path = `/api/v1/namespaces/${namespace}/secrets/${each}?fieldManager=${who}&force=true`
      const whoever = {
        apiVersion: 'v1',
        kind: 'Secret',
        ...body,
        metadata: { name: each, ...(body as LiveObject).metadata },
      }
      const { status: answered } = await stage
        .server()
        .request('PATCH', path, JSON.stringify(whoever), 'application/apply-patch+yaml')
      expect(answered).toBe(200)
    }

    it('deletes what is declared no more, and nothing without being told to', async () => {
      const namespace = await stage.fresh()
      await cleanly(namespace, ['alpha', 'bravo', 'charlie'])
      await stage.server().request('POST', `/api/v1/namespaces/${namespace}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'foreign' },
      })
      await cleanly(namespace, ['alpha', 'bravo'], { prune: false })
      expect(await namesIn(namespace)).toEqual(['alpha', 'bravo', 'charlie', 'foreign'])
      const plan = await cleanly(namespace, ['alpha', 'bravo'], { inputs: { 'dry-run': 'true' } })
      expect(plan.log).toContain(`- ${namespace}/charlie (Opaque): declared no more, to be deleted`)
      expect(plan.outputs['deleted']).toBe(JSON.stringify([`${namespace}/charlie`]))
      expect(await namesIn(namespace)).toEqual(['alpha', 'bravo', 'charlie', 'foreign'])
      const run = await cleanly(namespace, ['alpha', 'bravo'])
      expect(run.outputs).toMatchObject({
        changed: 'true',
        deleted: JSON.stringify([`${namespace}/charlie`]),
      })
      expect(run.log).toContain('Done: 0 created, 0 updated, 2 unchanged, 1 deleted')
      expect(await namesIn(namespace)).toEqual(['alpha', 'bravo', 'foreign'])
      expect(await inventory(namespace)).toEqual(['alpha', 'bravo'])
      const again = await cleanly(namespace, ['alpha', 'bravo'])
      expect(again.outputs).toMatchObject({ changed: 'false', deleted: '[]' })
      expect(findUnclean(await stage.journals(namespace), ['value-of-a'])).toEqual([])
    })

    it('leaves what is not this set’s alone, and says why', async () => {
      const namespace = await stage.fresh()
      await cleanly(namespace, ['alpha', 'kept-by-finalizer', 'owned', 'relabelled', 'shared', 'gone'])
      await change(namespace, 'shared', { data: { THEIRS: 'eA==' } })
      await change(namespace, 'relabelled', {
        metadata: { labels: { 'secretferry.github.io/set': '0123456789abcdef' } },
      })
      await change(namespace, 'kept-by-finalizer', { metadata: { finalizers: ['example.com/hold'] } })
      const owner = (await stage.held(namespace, 'alpha'))?.raw['metadata'] as { uid: string }
      const ownerReferences = [{ apiVersion: 'v1', kind: 'Secret', name: 'alpha', uid: owner.uid }]
      await change(namespace, 'owned', { metadata: { ownerReferences } })
      await stage.server().request('DELETE', `/api/v1/namespaces/${namespace}/secrets/gone`)
      const run = await cleanly(namespace, ['alpha'])
      expect(run.outputs).toMatchObject({ changed: 'false', deleted: '[]' })
      const stays = (each: string, why: string): void => {
        expect(run.log).toContain(`${namespace}/${each} is not declared any more, and is not deleted: ${why}`)
      }
      stays('shared', 'somebody has data in it')
      stays('relabelled', 'it does not bear the label of the set any more')
      stays('kept-by-finalizer', 'it has finalizers, so its deletion could not be undone')
      stays('owned', 'Secret alpha stands in its ownerReferences')
      expect(await namesIn(namespace)).toEqual([
        'alpha',
        'kept-by-finalizer',
        'owned',
        'relabelled',
        'shared',
      ])
      await change(namespace, 'kept-by-finalizer', { metadata: { finalizers: [] } })
    })

    it('never deletes more than half of the set, or ten, unless the limit says so', async () => {
      const namespace = await stage.fresh()
      const names = Array.from({ length: 24 }, (_, nth) => `secret-${String(nth).padStart(2, '0')}`)
      await cleanly(namespace, names)
      const most = await deploy(namespace, names.slice(0, 11))
      expect(most.outputs['error-code'], most.log).toBe('PRUNE_REFUSED')
      expect(most.log).toContain(
        '13 Secrets that nothing declares any more would be deleted: more than 10 at once',
      )
      const limited = await deploy(namespace, names.slice(0, 11), { inputs: { 'prune-limit': '12' } })
      expect(limited.outputs['error-code'], limited.log).toBe('PRUNE_REFUSED')
      await cleanly(namespace, names.slice(0, 11), { inputs: { 'prune-limit': '13' } })
      expect(await namesIn(namespace)).toEqual(names.slice(0, 11))
      const half = await deploy(namespace, names.slice(0, 5))
      expect(half.outputs['error-code'], half.log).toBe('PRUNE_REFUSED')
      expect(half.log).toContain('more than half of the set')
      await cleanly(namespace, names.slice(0, 6))
      expect(await namesIn(namespace)).toEqual(names.slice(0, 6))
    })

    it('never deletes what a workload still uses, nor where it may not look', async () => {
      const namespace = await stage.fresh()
      await cleanly(namespace, ['alpha', 'bravo', 'used', 'optional'])
      const container = {
        name: 'c',
        image: 'x',
        envFrom: [{ secretRef: { name: 'used' } }, { secretRef: { name: 'optional', optional: true } }],
      }
      const made = await stage.server().request('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'backend' },
        spec: {
          replicas: 0,
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } },
        },
      })
      expect(made.status, JSON.stringify(made.body)).toBe(201)
      const run = await deploy(namespace, ['alpha', 'bravo'])
      expect(run.outputs['error-code'], run.log).toBe('STILL_NEEDED')
      expect(run.log).toContain(
        `${namespace}/used: the Secret would be removed, and is still needed by deployment/backend`,
      )
      const verbs = ['get', 'list', 'create', 'patch', 'update', 'delete']
      const kubeconfig = await stage
        .server()
        .user(`unseeing-${namespace}`, [{ resources: ['secrets'], verbs }], { namespaces: [namespace] })
      const unseeing = await deploy(namespace, ['alpha', 'bravo'], { inputs: { kubeconfig } })
      expect(unseeing.outputs['error-code'], unseeing.log).toBe('FORBIDDEN')
      expect(unseeing.log).toContain('may not list all that could use a Secret, so none is deleted there')
      expect(await namesIn(namespace)).toEqual(['alpha', 'bravo', 'optional', 'used'])
    })

    it('follows Secrets out of namespaces that the file named once', async () => {
      const [one, other] = [await stage.fresh(), await stage.fresh()]
      const inputs = { inputs: { namespace: '', set: one } }
      const here = `, namespace: ${one}`
      const there = `, namespace: ${other}`
      await cleanly(one, { moved: there, alpha: there, bravo: here }, inputs)
      const run = await cleanly(one, { moved: here, alpha: here, bravo: here }, inputs)
      expect(JSON.parse(run.outputs['deleted'] ?? '')).toEqual([`${other}/alpha`, `${other}/moved`])
      expect(await namesIn(one)).toEqual(['alpha', 'bravo', 'moved'])
      expect(await namesIn(other)).toEqual([])
    })

    it('stays in the namespace that the step names: other runs may name others', async () => {
      const [one, other] = [await stage.fresh(), await stage.fresh()]
      const inputs = { inputs: { set: `tenants-${one}` } }
      await cleanly(one, ['alpha', 'bravo'], inputs)
      await cleanly(other, ['alpha', 'bravo'], inputs)
      await cleanly(one, ['alpha'], inputs)
      expect(await namesIn(one)).toEqual(['alpha'])
      expect(await namesIn(other)).toEqual(['alpha', 'bravo'])
    })

    it('leaves to another file of the set what that one declares, as long as it is there', async () => {
      const namespace = await stage.fresh()
      const other = 'deploy/other.yml'
      await cleanly(namespace, ['alpha', 'bravo'])
      await cleanly(namespace, ['theirs'], { file: other, others: { [FILE]: 'version: 1' } })
      const run = await cleanly(namespace, ['alpha'], { others: { [other]: 'version: 1' } })
      expect(run.log).toContain(`left alone: the Secrets of the set that ${other} declares`)
      expect(await namesIn(namespace)).toEqual(['alpha', 'theirs'])
      await cleanly(namespace, ['alpha'])
      expect(await namesIn(namespace)).toEqual(['alpha'])
    })

    it('refuses to delete in a run of an older commit, unless that is allowed', async () => {
      const namespace = await stage.fresh()
      const at = (digit: string, run: string): Options => ({
        env: { GITHUB_SHA: commit(digit), GITHUB_RUN_ID: run },
      })
      await cleanly(namespace, ['alpha', 'bravo'], at('a', '100'))
      await cleanly(namespace, ['alpha', 'bravo', 'charlie'], at('b', '101'))
      const before = await stage.snapshot(namespace)
      const older = await deploy(namespace, ['alpha', 'bravo'], at('a', '100'))
      expect(older.outputs['error-code'], older.log).toBe('PRUNE_REFUSED')
      expect(older.log).toContain(
        'this run is of the commit aaaaaaaaaa, older than the commit bbbbbbbbbb, which applied last',
      )
      expect(await stage.snapshot(namespace)).toEqual(before)
      const told = await cleanly(namespace, ['alpha', 'bravo'], { ...at('a', '100'), prune: false })
      expect(told.log).toContain('older than the commit bbbbbbbbbb')
      const allowed = { ...at('a', '100'), inputs: { 'allow-older': 'true' } }
      await cleanly(namespace, ['alpha', 'bravo'], allowed)
      expect(await namesIn(namespace)).toEqual(['alpha', 'bravo'])
    })

    it('needs a file or a set of its own, and a journal', async () => {
      const namespace = await stage.fresh()
      const inline = await stage.run(namespace, { inputs: { name: 'one', data: 'A: x', prune: 'true' } })
      expect(inline.outputs['error-code'], inline.log).toBe('INPUT_INVALID')
      const off = await deploy(namespace, ['alpha'], { inputs: { journal: 'off' } })
      expect(off.outputs['error-code'], off.log).toBe('INPUT_INVALID')
      await stage.run(namespace, { inputs: { name: 'one', data: 'A: x', prune: 'true', set: 'single' } })
      const renamed = await stage.run(namespace, {
        inputs: { name: 'two', data: 'A: x', prune: 'true', set: 'single' },
      })
      expect(renamed.exitCode, renamed.log).toBe(0)
      expect(await namesIn(namespace)).toEqual(['two'])
    })

    it('asks for the permissions of deleting and of making again before it writes', async () => {
      const namespace = await stage.fresh()
      await cleanly(namespace, ['alpha', 'bravo'])
      const verbs = ['get', 'list', 'create', 'patch', 'update']
      const kubeconfig = await stage
        .server()
        .user(`pruner-${namespace}`, [{ resources: ['secrets'], verbs }], { namespaces: [namespace] })
      const run = await deploy(namespace, ['alpha'], { inputs: { kubeconfig } })
      expect(run.outputs['error-code'], run.log).toBe('FORBIDDEN')
      expect(run.log).toContain('verbs: [delete], resourceNames: [bravo]')
      expect(await namesIn(namespace)).toEqual(['alpha', 'bravo'])
    })

    /** What a pruned object that came back has in common with the one that was: all but its uid and its times. */
    const lasting = (snapshot: Snapshot): unknown =>
      Object.fromEntries(
        Object.entries(snapshot).map(([each, { metadata, ...rest }]) => {
          const entries = metadata['managedFields'] as readonly object[]
          const managedFields = entries.map((entry) => ({ ...entry, time: '' }))
          return [each, { ...rest, metadata: { ...metadata, uid: '', creationTimestamp: '', managedFields } }]
        }),
      )
    const isDeletion =
      (each: string) =>
      (request: ProxyRequest): boolean =>
        request.method === 'DELETE' &&
        !request.query.has('dryRun') &&
        request.path.endsWith(`/secrets/${each}`)
    const REFUSED: Fault = {
      kind: 'answer',
      answer: status(403, 'Forbidden', { message: 'secrets "x" is forbidden' }),
    }
    const arrange = async (): Promise<{ namespace: string; before: Snapshot }> => {
      const namespace = await stage.fresh()
      await cleanly(namespace, {
        alpha: '',
        bravo: ', labels: { tier: x }',
        charlie: ', type: basic-auth, username: u, password: p',
        delta: '',
        echo: '',
      })
      await change(namespace, 'bravo', { metadata: { labels: { theirs: 'x' }, annotations: { note: 'y' } } })
      return { namespace, before: await stage.snapshot(namespace) }
    }

    const faults: readonly (readonly [string, Fault])[] = [
      ['is refused', REFUSED],
      ['is cut before it took effect', { kind: 'swallow' }],
      ['is cut after it took effect', { kind: 'cut-after' }],
      ['is answered 500', { kind: 'answer', answer: status(500, 'InternalError') }],
    ]
    it.each(sample(faults, whole, 2))(
      'puts back what was deleted, and what was written, where the second deletion %s',
      async (_, fault) => {
        const { namespace, before } = await arrange()
        proxy.set([{ when: isDeletion('charlie'), fault, times: 1 }])
        const run = await deploy(namespace, ['alpha', 'delta', 'echo', 'foxtrot'], {
          through: true,
          env: { A: word() },
        }).finally(() => proxy.set([]))
        if (fault.kind === 'cut-after') expect(run.exitCode, run.log).toBe(0)
        else {
          expect(run.exitCode, run.log).toBe(1)
          expect(run.outputs['error-code']).not.toBe('RESTORE_INCOMPLETE')
          expect(lasting(await stage.snapshot(namespace))).toEqual(lasting(before))
        }
        expect(proxy.requests.some((request) => request.fault === fault.kind)).toBe(true)
        const writes = proxy.requests.filter(
          (request) => isWrite(request) && !request.path.includes('-journal-'),
        )
        expect(writes.some(isDeletion('bravo'))).toBe(true)
      },
    )

    const kills = (['bravo', 'charlie'] as const).flatMap((each) =>
      (['meanwhile', 'afterwards'] as const).map((kind) => ({ each, kind })),
    )
    it.each(sample(kills, whole, 3))(
      'the next run puts all back after a kill at the deletion of $each, $kind',
      async ({ each, kind }) => {
        const { namespace, before } = await arrange()
        const { started, act } = makeKiller('SIGKILL')
        const fault: Fault = kind === 'meanwhile' ? { kind, act, lost: true } : { kind, act }
        proxy.set([{ when: isDeletion(each), fault, times: 1 }])
        const killed = await deploy(namespace, ['alpha', 'delta', 'echo'], {
          through: true,
          started,
          env: { A: word() },
        })
        proxy.set([])
        expect(killed.signal).toBe('SIGKILL')
        const next = await deploy(namespace, ['alpha', 'delta', 'echo'], {
          prune: false,
          env: { A: 'value-of-a' },
        })
        expect(next.exitCode, next.log).toBe(0)
        expect(next.log).toContain('was cut off: put back what it had left unfinished')
        expect(lasting(await stage.snapshot(namespace))).toEqual(lasting(before))
        expect(findUnclean(await stage.journals(namespace), [])).toEqual([])
      },
    )
  })
}
