import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identifySet } from '../../src/kubernetes/set.ts'
import { isWrite, status, type Fault, type ProxyRequest } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { findUnclean } from './journal-check.ts'
import { makeKiller } from './killer.ts'
import { sample } from './sample.ts'
import { useStage, type Held } from './stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const { manager: OURS } = identifySet('octo/app')

interface Existing {
  readonly data?: Readonly<Record<string, string>>
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly object[]
}

/** Secrets that others made, and what it takes to make them ours. `whole` takes every tool, else two of them. */
export function ownershipScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole }: { whole: boolean },
): void {
  describe(`taking over, on ${name}`, { timeout: 120_000 }, () => {
    const stage = useStage(start)
    let proxy: FaultProxy
    beforeAll(async () => {
      proxy = await startFaultProxy(stage.server())
    })
    afterAll(() => proxy.stop())

    const send = async (method: string, path: string, body: unknown, type?: string): Promise<unknown> => {
      const answer = await stage.server().request(method, path, body, type)
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
      return answer.body
    }
    const pathOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`
    /** As a tool makes it: an Update entry of that manager. */
    const make = (namespace: string, manager: string, existing: Existing): Promise<unknown> =>
      send('POST', `${pathOf(namespace)}?fieldManager=${manager}`, secretOf(existing))
    const edit = async (namespace: string, manager: string, change: Existing): Promise<unknown> => {
      const { raw } = (await stage.held(namespace, 'db')) ?? { raw: {} }
      const { metadata, data } = raw as { metadata: object; data: object }
      const { data: more = {}, labels, annotations } = secretOf(change).metadata as Existing & object
      const body = {
        ...raw,
        metadata: {
          ...metadata,
          ...(labels === undefined ? {} : { labels: { ...(metadata as Existing).labels, ...labels } }),
          ...(annotations === undefined ? {} : { annotations }),
        },
        data: { ...data, ...more, ...secretOf(change).data },
      }
      return send('PUT', `${pathOf(namespace)}/db?fieldManager=${manager}`, body)
    }
    const applyAs = (namespace: string, manager: string, existing: Existing): Promise<unknown> =>
      send(
        'PATCH',
        `${pathOf(namespace)}/db?fieldManager=${manager}&force=true`,
        JSON.stringify(secretOf(existing)),
        'application/apply-patch+yaml',
      )
    /** As kubectl's client-side apply makes it, with the values in the annotation too, in clear. */
    const clientSide = (namespace: string, data: Readonly<Record<string, string>>): Promise<unknown> => {
      const sent = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace }, stringData: data }
      return make(namespace, 'kubectl-client-side-apply', {
        data,
        annotations: { [LAST_APPLIED]: JSON.stringify(sent) },
      })
    }
    const deploy = (
      namespace: string,
      env: Readonly<Record<string, string>>,
      { inputs = {}, more = '', through = false, ...options }: Options = {},
    ): Promise<ActionRun> => {
      const data = Object.keys(env).map((key) => `${key}: "\${env://${key}}"`)
      const file = `version: 1\nsecrets:\n  db: { data: { ${data.join(', ')} }${more} }\n`
      const kubeconfig = through ? { kubeconfig: proxy.kubeconfig(stage.server().admin) } : {}
      const files = { '.github/secretferry.yml': file }
      return stage.run(namespace, { files, env, inputs: { ...kubeconfig, ...inputs }, ...options })
    }

    it('refuses what kubectl made, and says how to take it over', async () => {
      const namespace = await stage.fresh()
      await clientSide(namespace, { A: word() })
      const before = await stage.snapshot(namespace)
      const run = await deploy(namespace, { A: word() })
      expect(run.outputs['error-code'], run.log).toBe('OWNED_BY_OTHER')
      expect(run.log).toContain('take it over with `adopt: true`')
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it('takes over what client-side apply made: one owner is left, and what is not declared is gone', async () => {
      const namespace = await stage.fresh()
      const [kept, stale] = [word(), word()]
      await clientSide(namespace, { A: kept, B: word(), STALE: stale })
      await edit(namespace, 'kubectl-edit', { data: { B: word(), EDITED: word() }, labels: { by: 'hand' } })
      const plan = await deploy(
        namespace,
        { A: kept, B: word() },
        { inputs: { adopt: 'true', 'dry-run': 'true' } },
      )
      expect(plan.exitCode, plan.log).toBe(0)
      expect(plan.log).toContain('! taken over from kubectl-client-side-apply, kubectl-edit')
      expect(plan.log).toContain('- STALE')
      expect(JSON.parse(plan.file(plan.outputs['plan'] ?? '') ?? '')).toMatchObject({
        changes: [{ name: 'db', takenFrom: ['kubectl-client-side-apply', 'kubectl-edit'] }],
      })
      const env = { A: kept, B: word() }
      const run = await deploy(namespace, env, { inputs: { adopt: 'true' } })
      expect(run.exitCode, run.log).toBe(0)
      expect(run.log).toContain(`has its values in the annotation ${LAST_APPLIED}`)
      expect(run.log).not.toContain(stale)
      const held = await stage.held(namespace, 'db')
      expect(held?.data).toEqual(env)
      expect(held?.labels).not.toHaveProperty('by')
      expect(held?.annotations).not.toHaveProperty([LAST_APPLIED])
      expect(owners(held)).toEqual([`${OURS} Apply`])
      const second = await deploy(namespace, env, { inputs: { adopt: 'true' } })
      expect(second.outputs['changed'], second.log).toBe('false')
      const less = await deploy(namespace, { A: kept })
      expect(less.exitCode, less.log).toBe(0)
      expect((await stage.held(namespace, 'db'))?.data).toEqual({ A: kept })
    })

    it('takes over where the Secret itself says so, and not where it says no', async () => {
      const namespace = await stage.fresh()
      await make(namespace, 'kubectl-create', { data: { A: word() } })
      const no = await deploy(namespace, { A: word() }, { inputs: { adopt: 'true' }, more: ', adopt: false' })
      expect(no.outputs['error-code'], no.log).toBe('OWNED_BY_OTHER')
      const yes = await deploy(namespace, { A: word() }, { more: ', adopt: true' })
      expect(yes.exitCode, yes.log).toBe(0)
      expect(owners(await stage.held(namespace, 'db'))).toEqual([`${OURS} Apply`])
    })

    it('takes over what bears no name at all', async () => {
      const namespace = await stage.fresh()
      const made = (await make(namespace, 'kubectl-create', {
        data: { A: 'a', GONE: 'x' },
        labels: { l: 'x' },
      })) as {
        metadata: object
      }
      const bare = { ...made, metadata: { ...made.metadata, managedFields: [{}] } }
      await send('PUT', `${pathOf(namespace)}/db`, bare)
      expect(owners(await stage.held(namespace, 'db'))).toEqual([])
      const value = word()
      const run = await deploy(namespace, { A: value }, { inputs: { adopt: 'true' } })
      expect(run.exitCode, run.log).toBe(0)
      const held = await stage.held(namespace, 'db')
      expect(held?.data).toEqual({ A: value })
      expect(held?.labels).not.toHaveProperty('l')
      expect(owners(held)).toEqual([`${OURS} Apply`])
    })

    const tools: readonly [string, string, Existing][] = [
      [
        'helm',
        'helm',
        {
          annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'x' },
          labels: { 'app.kubernetes.io/managed-by': 'Helm' },
        },
      ],
      [
        'argo-cd',
        'argocd-controller',
        { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/Secret:x/db' } },
      ],
      [
        'flux',
        'kustomize-controller',
        {
          labels: {
            'kustomize.toolkit.fluxcd.io/name': 'apps',
            'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
          },
        },
      ],
      [
        'external-secrets',
        'externalsecrets.external-secrets.io/db',
        { labels: { 'reconcile.external-secrets.io/created-by': 'x' } },
      ],
      ['sealed-secrets', 'controller', { annotations: { 'sealedsecrets.bitnami.com/managed': 'true' } }],
      ['terraform', 'terraform', {}],
    ]
    it.each(whole ? tools : [tools[0], tools[5]].flatMap((row) => (row === undefined ? [] : [row])))(
      'takes over from %s by name only, marks and all',
      async (word, manager, marks) => {
        const namespace = await stage.fresh()
        await make(namespace, encodeURIComponent(manager), { data: { A: 'a', B: 'b' }, ...marks })
        const refused = await deploy(namespace, { A: 'a' }, { inputs: { adopt: 'true' } })
        expect(refused.outputs['error-code'], refused.log).toBe('OWNED_BY_OTHER')
        expect(refused.log).toContain(`\`adopt-from: [${word}]\``)
        const run = await deploy(namespace, { A: 'a' }, { inputs: { 'adopt-from': word } })
        expect(run.exitCode, run.log).toBe(0)
        const held = await stage.held(namespace, 'db')
        expect(held?.data).toEqual({ A: 'a' })
        expect(owners(held)).toEqual([`${OURS} Apply`])
        const names = [...Object.keys(marks.labels ?? {}), ...Object.keys(marks.annotations ?? {})]
        for (const mark of names.filter((each) => each !== 'app.kubernetes.io/managed-by'))
          expect({ ...held?.labels, ...held?.annotations }).not.toHaveProperty([mark])
      },
    )

    it('takes over from another set by its name', async () => {
      const namespace = await stage.fresh()
      const value = word()
      const theirs = await deploy(namespace, { A: value, B: value }, { inputs: { set: 'other/app' } })
      expect(theirs.exitCode, theirs.log).toBe(0)
      const refused = await deploy(namespace, { A: value })
      expect(refused.log).toContain('`adopt-from: [other/app]`')
      const run = await deploy(namespace, { A: value }, { more: ', adopt-from: [other/app]' })
      expect(run.exitCode, run.log).toBe(0)
      const held = await stage.held(namespace, 'db')
      expect(held?.data).toEqual({ A: value })
      expect(owners(held)).toEqual([`${OURS} Apply`])
      expect(held?.labels['secretferry.github.io/set']).toBe(identifySet('octo/app').digest)
    })

    it('takes fields by force only where that is said, key by key', async () => {
      const namespace = await stage.fresh()
      const first = word()
      await deploy(namespace, { A: first, B: first })
      await applyAs(namespace, 'rotator', { data: { A: 'rotated', THEIRS: 'x' } })
      const before = await stage.snapshot(namespace)
      const env = { A: word(), B: word() }
      const refused = await deploy(namespace, env)
      expect(refused.outputs['error-code'], refused.log).toBe('CONFLICT')
      const plan = await deploy(namespace, env, { inputs: { 'force-conflicts': 'true', 'dry-run': 'true' } })
      expect(plan.log).toContain('! key A taken by force from rotator')
      expect(plan.log).not.toContain('key B taken by force')
      expect(await stage.snapshot(namespace)).toEqual(before)
      const run = await deploy(namespace, env, { inputs: { 'force-conflicts': 'true' } })
      expect(run.exitCode, run.log).toBe(0)
      const held = await stage.held(namespace, 'db')
      expect(held?.data).toEqual({ ...env, THEIRS: 'x' })
      expect(owners(held)).toEqual(['rotator Apply', `${OURS} Apply`])
    })

    const REFUSED: Fault = {
      kind: 'answer',
      answer: status(403, 'Forbidden', { message: 'secrets "x" is forbidden' }),
    }
    const writesOf = ({ method, query }: ProxyRequest, wanted: string): boolean =>
      method === wanted && !query.has('dryRun')
    const isSecret = ({ path }: ProxyRequest): boolean => path.endsWith('/secrets/db')
    const rows: readonly { what: string; method: string; fault: Fault; given: 'adopted' | 'forced' }[] = [
      { what: 'the hand-over is refused', method: 'PUT', fault: REFUSED, given: 'adopted' },
      {
        what: 'the hand-over is cut after it took effect',
        method: 'PUT',
        fault: { kind: 'cut-after' },
        given: 'adopted',
      },
      { what: 'the write after it is refused', method: 'PATCH', fault: REFUSED, given: 'adopted' },
      { what: 'the forced write is refused', method: 'PATCH', fault: REFUSED, given: 'forced' },
    ]
    const arrange = async (namespace: string, given: 'adopted' | 'forced'): Promise<Options> => {
      if (given === 'adopted') {
        await clientSide(namespace, { A: word(), B: word() })
        await edit(namespace, 'kubectl-edit', { data: { B: word() }, labels: { by: 'hand' } })
        return { inputs: { adopt: 'true' } }
      }
      await deploy(namespace, { A: word(), B: word() })
      await applyAs(namespace, 'rotator', { data: { A: 'rotated', THEIRS: 'x' } })
      return { inputs: { 'force-conflicts': 'true' } }
    }

    it.each(sample(rows, whole, 2))(
      'puts all back as it was, owners too, where $what',
      async ({ method, fault, given }) => {
        const namespace = await stage.fresh()
        const options = await arrange(namespace, given)
        const before = await stage.snapshot(namespace)
        proxy.set([
          { when: (asked) => isWrite(asked) && isSecret(asked) && writesOf(asked, method), fault, times: 1 },
        ])
        const run = await deploy(namespace, { A: word() }, { ...options, through: true }).finally(() =>
          proxy.set([]),
        )
        expect(run.exitCode, run.log).toBe(1)
        expect(run.outputs['error-code']).not.toBe('RESTORE_INCOMPLETE')
        expect(await stage.snapshot(namespace)).toEqual(before)
      },
    )

    it.each(sample(['adopted', 'forced'] as const, whole, 2))(
      'puts all back of what is %s where the answer to the restore is lost too',
      async (given) => {
        const namespace = await stage.fresh()
        const options = await arrange(namespace, given)
        const before = await stage.snapshot(namespace)
        const isWriteOf = (asked: ProxyRequest, method: string): boolean =>
          isWrite(asked) && isSecret(asked) && writesOf(asked, method)
        proxy.set([
          { when: (asked) => isWriteOf(asked, 'PATCH'), fault: { kind: 'cut-after' }, times: 1 },
          {
            when: (asked) => isWriteOf(asked, 'PUT'),
            fault: { kind: 'cut-after' },
            from: given === 'adopted' ? 2 : 1,
            times: 1,
          },
          {
            when: (asked) => isWrite(asked) && asked.path.endsWith('/secrets/zulu'),
            fault: REFUSED,
            times: 1,
          },
        ])
        const more = ' }\n  zulu: { data: { Z: fixed }'
        const run = await deploy(namespace, { A: word() }, { ...options, more, through: true })
        proxy.set([])
        expect(run.exitCode, run.log).toBe(1)
        expect(run.outputs['error-code'], run.log).toBe('FORBIDDEN')
        expect(await stage.snapshot(namespace)).toEqual(before)
      },
    )

    const kills = (['adopted', 'forced'] as const).flatMap((given) =>
      (given === 'adopted' ? ['PUT', 'PATCH'] : ['PATCH']).flatMap((method) =>
        (['meanwhile', 'afterwards'] as const).map((kind) => ({ given, method, kind })),
      ),
    )
    it.each(sample(kills, whole, 4))(
      'the next run puts all back after a kill at the $method, $kind, of what is $given',
      async ({ given, method, kind }) => {
        const namespace = await stage.fresh()
        const options = await arrange(namespace, given)
        const before = await stage.snapshot(namespace)
        const { started, act } = makeKiller('SIGKILL')
        const fault: Fault = kind === 'meanwhile' ? { kind, act, lost: true } : { kind, act }
        proxy.set([
          { when: (asked) => isWrite(asked) && isSecret(asked) && writesOf(asked, method), fault, times: 1 },
        ])
        const killed = await deploy(namespace, { A: word() }, { ...options, through: true, started })
        proxy.set([])
        expect(killed.signal).toBe('SIGKILL')
        const file = 'version: 1\nsecrets:\n  other: { data: { A: fixed } }\n'
        const next = await stage.run(namespace, { files: { '.github/secretferry.yml': file } })
        expect(next.exitCode, next.log).toBe(0)
        const { other, ...rest } = await stage.snapshot(namespace)
        expect(other).toBeDefined()
        expect(rest).toEqual(before)
        expect(findUnclean(await stage.journals(namespace), [])).toEqual([])
      },
    )
  })
}

interface Options extends Pick<Parameters<ReturnType<typeof useStage>['run']>[1] & object, 'started'> {
  readonly inputs?: Readonly<Record<string, string>>
  /** More of the Secret's declaration. */
  readonly more?: string
  /** Whether requests go through the proxy. */
  readonly through?: boolean
}

function secretOf({
  data = {},
  ...metadata
}: Existing): Record<string, unknown> & { data: Record<string, string> } {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db', ...metadata },
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)])),
  }
}

/** `manager Operation` of each entry. */
function owners(held: Held | undefined): readonly string[] {
  const { metadata } = (held?.raw ?? {}) as {
    metadata?: { managedFields?: readonly { manager: string; operation: string }[] }
  }
  return (metadata?.managedFields ?? []).map(({ manager, operation }) => `${manager} ${operation}`).sort()
}
