import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { identifySet } from '../../src/kubernetes/set.ts'
import { startFaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { findUnclean } from './journal-check.ts'
import { makeKiller } from './killer.ts'
import { sample } from './sample.ts'
import { useStage } from './stage.ts'
import { FAILS_RESTARTED, useWorkloads, type Live } from './workload-stage.ts'

const word = (): string => `v-${randomBytes(9).toString('base64url')}`

/** The set of these scenarios: kwok's stages know its mark. */
export const CONSUMER_SET = 'octo/consumers'
export const RESTART_ANNOTATION = `secretferry.github.io/restart-${identifySet(CONSUMER_SET).digest}`

const variable = (name: string, secret: string, key: string, optional = false): object => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key, optional } },
})

interface Values {
  readonly JWT?: string
  readonly DB?: string
  readonly SPARE?: string
}

const FILE = {
  version: 1,
  secrets: {
    'backend-secrets': {
      data: {
        JWT_SECRET_KEY: '${env://JWT}',
        POSTGRES_DB_URI: 'postgresql://aura:${env://DB}@postgres/aura',
      },
      restart: 'auto',
    },
    'postgres-secrets': {
      data: { 'postgres-password': '${env://DB}', spare: '${env://SPARE}' },
      restart: ['statefulset/postgres'],
    },
  },
}

const BACKEND = {
  container: {
    env: [
      variable('JWT_SECRET_KEY', 'backend-secrets', 'JWT_SECRET_KEY'),
      variable('POSTGRES_DB_URI', 'backend-secrets', 'POSTGRES_DB_URI'),
    ],
  },
}
const POSTGRES = { container: { env: [variable('P', 'postgres-secrets', 'postgres-password')] } }

/** What becomes of the workloads that use what a run changes: whole runs of the action on a server whose pods run. */
export function consumerScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole }: { whole: boolean },
): void {
  describe(`consumers on ${name}`, { timeout: 120_000 }, () => {
    const stage = useStage(start)
    const workloads = useWorkloads(stage)
    const deploy = (
      namespace: string,
      { JWT = 'jwt-1-jwt-1-jwt-1', DB = 'db-1-db-1', SPARE = 'spare-1-spare' }: Values,
      options: ActionOptions & { file?: object } = {},
    ): Promise<ActionRun> =>
      stage.run(namespace, {
        ...options,
        files: { '.github/secretferry.yml': JSON.stringify(options.file ?? FILE) },
        env: { JWT, DB, SPARE },
        inputs: { set: CONSUMER_SET, 'rollout-timeout': '30s', ...options.inputs },
      })
    /** A namespace with one Secret, `app`, of the key `A`, restarted for as is said. */
    const deployApp = (
      namespace: string,
      value: string,
      options: ActionOptions & { keys?: object } = {},
    ): Promise<ActionRun> =>
      stage.run(namespace, {
        ...options,
        env: { VALUE: value },
        inputs: {
          set: CONSUMER_SET,
          name: 'app',
          data: JSON.stringify(options.keys ?? { A: '${env://VALUE}' }),
          restart: 'auto',
          'rollout-timeout': '20s',
          ...options.inputs,
        },
      })
    const reader = { container: { env: [variable('A', 'app', 'A')] } }

    it('aura: one key restarts what reads it, once, and nothing else', async () => {
      const namespace = await stage.fresh()
      const first = await deploy(namespace, {})
      expect(first.exitCode, first.log).toBe(0)
      await workloads.make(namespace, 'deployments', 'backend', BACKEND)
      await workloads.make(namespace, 'statefulsets', 'postgres', { ...POSTGRES, replicas: 1 })
      const [backend, postgres] = [
        await workloads.read(namespace, 'deployments', 'backend'),
        await workloads.read(namespace, 'statefulsets', 'postgres'),
      ]
      const pods = await workloads.pods(namespace, 'backend')

      const JWT = word()
      const run = await deploy(namespace, { JWT })
      expect(run.exitCode, run.log).toBe(0)
      expect(run.outputs['restarted']).toBe(JSON.stringify([`${namespace}/deployment/backend`]))
      const after = await workloads.read(namespace, 'deployments', 'backend')
      expect(after.metadata.generation).toBe(backend.metadata.generation + 1)
      expect(after.spec.template.metadata.annotations?.[RESTART_ANNOTATION]).toMatch(/^[0-9a-f]{16}$/)
      expect(await workloads.pods(namespace, 'backend')).not.toEqual(expect.arrayContaining([...pods]))
      expect(withoutStatus(await workloads.read(namespace, 'statefulsets', 'postgres'))).toEqual(
        withoutStatus(postgres),
      )
      expect(run.log).toContain(`${namespace}/deployment/backend 2/2 updated: complete`)
      expect(run.summary).toContain(`| \`${namespace}/deployment/backend\` | | restarted | |`)

      const again = await deploy(namespace, { JWT })
      expect(again.outputs).toMatchObject({ changed: 'false', restarted: '[]' })
      expect((await workloads.read(namespace, 'deployments', 'backend')).metadata.generation).toBe(
        after.metadata.generation,
      )

      const both = await deploy(namespace, { JWT, DB: word() })
      expect(both.exitCode, both.log).toBe(0)
      expect((JSON.parse(both.outputs['restarted'] ?? '') as string[]).sort()).toEqual([
        `${namespace}/deployment/backend`,
        `${namespace}/statefulset/postgres`,
      ])
    })

    it('restarts nothing for a key that nobody reads, and says what takes a key by itself', async () => {
      const namespace = await stage.fresh()
      const keys = { A: '${env://VALUE}', B: 'fixed' }
      await deployApp(namespace, word(), { keys })
      await workloads.make(namespace, 'deployments', 'other-key', {
        container: { env: [variable('B', 'app', 'B')] },
      })
      await workloads.make(namespace, 'deployments', 'volume', {
        container: { volumeMounts: [{ name: 'v', mountPath: '/s' }] },
        pod: { volumes: [{ name: 'v', secret: { secretName: 'app' } }] },
      })
      await workloads.make(namespace, 'deployments', 'reloader', {
        ...reader,
        annotations: { 'reloader.stakater.com/auto': 'true' },
      })
      const run = await deployApp(namespace, word(), { keys })
      expect(run.exitCode, run.log).toBe(0)
      expect(run.outputs['restarted']).toBe('[]')
      expect(run.log).toContain(`${namespace}/deployment/volume takes app anew by itself (volume)`)
      expect(run.log).toContain(`${namespace}/deployment/reloader is restarted for app by Reloader`)
      expect(run.log).not.toContain('other-key')
    })

    it.each(sample(['deployments', 'statefulsets', 'daemonsets'] as const, whole, 2))(
      'puts everything back where the pods of %s do not become ready',
      async (of) => {
        const namespace = await stage.fresh()
        await deployApp(namespace, word())
        await workloads.make(namespace, of, 'broken', { ...reader, labels: FAILS_RESTARTED })
        const before = await stage.snapshot(namespace)
        const { spec } = await workloads.read(namespace, of, 'broken')
        const secret = word()
        const run = await deployApp(namespace, secret, { inputs: { 'rollout-timeout': '3s' } })
        expect(run.exitCode, run.log).toBe(1)
        expect(run.outputs).toMatchObject({ 'error-code': 'ROLLOUT_FAILED', restarted: '[]' })
        expect(await stage.snapshot(namespace)).toEqual(before)
        await workloads.ready(namespace, of, 'broken')
        expect((await workloads.read(namespace, of, 'broken')).spec).toEqual(spec)
        const kind = of.slice(0, -1)
        expect(run.log).toMatch(
          new RegExp(`the rollout of ${namespace}/${kind}/broken was not complete in time`),
        )
        expect(run.log).toMatch(/pod broken-\S+ container main/)
        expect(run.log).toContain('restarted, NOT ready')
        expect(run.log).toContain('put back and ready')
        expect(findUnclean(await stage.journals(namespace), [secret])).toEqual([])
        const next = await deployApp(namespace, word(), { inputs: { restart: 'none' } })
        expect(next.exitCode, next.log).toBe(0)
      },
    )

    it('keeps what was written where that is wanted', async () => {
      const namespace = await stage.fresh()
      await deployApp(namespace, word())
      await workloads.make(namespace, 'deployments', 'broken', { ...reader, labels: FAILS_RESTARTED })
      const value = word()
      const inputs = { 'rollout-timeout': '2s', 'on-failure': 'keep' }
      const run = await deployApp(namespace, value, { inputs })
      expect(run.outputs['error-code'], run.log).toBe('ROLLOUT_FAILED')
      expect((await stage.held(namespace, 'app'))?.data['A']).toBe(value)
      const again = await deployApp(namespace, value, { inputs })
      expect(again.outputs, again.log).toMatchObject({ changed: 'false', 'error-code': '' })
    })

    it('leaves alone what is paused, replaces its own pods, or has none, and says so', async () => {
      const namespace = await stage.fresh()
      await deployApp(namespace, word())
      await workloads.make(namespace, 'deployments', 'paused', reader)
      await workloads.patch(namespace, 'deployments', 'paused', { spec: { paused: true } })
      await workloads.make(namespace, 'deployments', 'empty', { ...reader, replicas: 0 })
      await workloads.make(namespace, 'statefulsets', 'manual', {
        ...reader,
        spec: { updateStrategy: { type: 'OnDelete' } },
      })
      const run = await deployApp(namespace, word())
      expect(run.exitCode, run.log).toBe(0)
      expect(run.outputs['restarted']).toBe('[]')
      const warnings = run.annotations
        .filter(({ level }) => level === 'warning')
        .map(({ message }) => message)
      expect(warnings.join('\n')).toContain('deployment/paused is paused')
      expect(warnings.join('\n')).toContain('statefulset/manual replaces pods only when they are deleted')
      expect(run.log).toContain('deployment/empty has no pods now')
      const before = await stage.snapshot(namespace)
      const named = await deployApp(namespace, word(), {
        inputs: { restart: 'deployment/paused, statefulset/manual, deployment/missing' },
      })
      expect(named.outputs['error-code'], named.log).toBe('RESTART_IMPOSSIBLE')
      for (const what of ['paused', 'manual', 'missing'])
        expect(named.log).toContain(`/${what} is to be restarted`)
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it('asks for what restarting needs before the first write, and for no more', async () => {
      const namespace = await stage.fresh()
      await deployApp(namespace, word())
      await workloads.make(namespace, 'deployments', 'reader', reader)
      const secrets = {
        resources: ['secrets'],
        verbs: ['get', 'list', 'create', 'patch', 'update', 'delete'],
      }
      const user = `user-${randomBytes(4).toString('hex')}`
      const before = await stage.snapshot(namespace)
      const blind = await stage.server().user(user, [secrets], { namespaces: [namespace] })
      const run = await deployApp(namespace, word(), { inputs: { kubeconfig: blind } })
      expect(run.outputs['error-code'], run.log).toBe('FORBIDDEN')
      expect(run.log).toContain(
        'resources: [deployments, statefulsets, daemonsets], verbs: [get, list, watch, patch]',
      )
      const seeing = { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'] }
      await stage.server().user(user, [secrets, { ...seeing, verbs: ['list'] }], { namespaces: [namespace] })
      const looking = await deployApp(namespace, word(), { inputs: { kubeconfig: blind } })
      expect(looking.outputs['error-code'], looking.log).toBe('FORBIDDEN')
      expect(looking.log).toContain(
        '{apiGroups: [apps], resources: [deployments], verbs: [get, watch, patch], resourceNames: [reader]}',
      )
      expect(await stage.snapshot(namespace)).toEqual(before)
      const named = { ...seeing, resourceNames: ['reader'], verbs: ['get', 'watch', 'patch'] }
      await stage.server().user(user, [secrets, named], { namespaces: [namespace] })
      const inputs = { kubeconfig: blind, restart: 'deployment/reader' }
      const done = await deployApp(namespace, word(), { inputs })
      expect(done.exitCode, done.log).toBe(0)
      expect(done.outputs['restarted']).toBe(JSON.stringify([`${namespace}/deployment/reader`]))
    })

    it('does not remove a key that a workload needs', async () => {
      const namespace = await stage.fresh()
      const keys = { A: '${env://VALUE}', B: 'fixed', C: 'fixed' }
      await deployApp(namespace, 'the-same-value', { keys })
      const env = [variable('B', 'app', 'B'), variable('C', 'app', 'C', true)]
      await workloads.make(namespace, 'deployments', 'needy', { container: { env } })
      const before = await stage.snapshot(namespace)
      const run = await deployApp(namespace, 'the-same-value', { inputs: { restart: 'none' } })
      expect(run.outputs['error-code'], run.log).toBe('STILL_NEEDED')
      expect(run.log).toContain(
        `${namespace}/app: the key B would be removed, and is still needed by deployment/needy`,
      )
      expect(run.log).not.toContain('the key C would')
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it.each(sample(['meanwhile', 'afterwards'] as const, whole, 2))(
      'a run that was killed %s restarting is finished by the next',
      async (kind) => {
        const namespace = await stage.fresh()
        const first = word()
        await deployApp(namespace, first)
        await workloads.make(namespace, 'deployments', 'reader', reader)
        const { spec } = await workloads.read(namespace, 'deployments', 'reader')
        const value = word()
        const proxy = await startFaultProxy(stage.server())
        const killer = makeKiller('SIGKILL')
        proxy.set([
          {
            when: ({ method, path }) => method === 'PATCH' && path.endsWith('/deployments/reader'),
            fault: { kind, act: killer.act },
            times: 1,
          },
        ])
        const kubeconfig = proxy.kubeconfig(stage.server().admin)
        const killed = await deployApp(namespace, value, { inputs: { kubeconfig }, started: killer.started })
        expect(killed.signal).toBe('SIGKILL')
        await proxy.stop()
        // Somebody else's configuration, in which the values are as before, finds all put back.
        const back = await deployApp(namespace, first)
        expect(back.exitCode, back.log).toBe(0)
        expect((await stage.held(namespace, 'app'))?.data['A']).toBe(first)
        await workloads.ready(namespace, 'deployments', 'reader')
        expect((await workloads.read(namespace, 'deployments', 'reader')).spec).toEqual(spec)
        const next = await deployApp(namespace, value)
        expect(next.exitCode, next.log).toBe(0)
        expect(next.outputs['restarted']).toBe(JSON.stringify([`${namespace}/deployment/reader`]))
        expect(findUnclean(await stage.journals(namespace), [first, value])).toEqual([])
      },
    )

    it('goes on waiting when the API server goes away and comes back', async () => {
      const namespace = await stage.fresh()
      await deployApp(namespace, word())
      await workloads.make(namespace, 'deployments', 'broken', { ...reader, labels: FAILS_RESTARTED })
      const before = await stage.snapshot(namespace)
      const proxy = await startFaultProxy(stage.server())
      proxy.set([{ when: ({ query }) => query.has('watch'), fault: { kind: 'die', forMs: 1_500 }, times: 1 }])
      const kubeconfig = proxy.kubeconfig(stage.server().admin)
      const run = await deployApp(namespace, word(), { inputs: { kubeconfig, 'rollout-timeout': '5s' } })
      await proxy.stop()
      expect(run.outputs['error-code'], run.log).toBe('ROLLOUT_FAILED')
      expect(run.log).toContain('put back and ready')
      expect(await stage.snapshot(namespace)).toEqual(before)
    })

    it('marks the time instead, as kubectl does, where that is wanted', async () => {
      const namespace = await stage.fresh()
      await deployApp(namespace, word())
      await workloads.make(namespace, 'deployments', 'reader', reader)
      const run = await deployApp(namespace, word(), { inputs: { 'restart-with': 'restartedAt' } })
      expect(run.exitCode, run.log).toBe(0)
      const { spec } = await workloads.read(namespace, 'deployments', 'reader')
      expect(spec.template.metadata.annotations).toEqual({
        'kubectl.kubernetes.io/restartedAt': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/) as string,
      })
    })
  })
}

/** A workload without what its controller writes, which it does when it likes: the status, whose fields are its own, and with it the version. */
function withoutStatus({ metadata, ...rest }: Live): object {
  const { managedFields = [], ...own } = metadata as Live['metadata'] & {
    managedFields?: readonly { subresource?: string }[]
    resourceVersion?: string
  }
  const lasting = managedFields.filter(({ subresource }) => subresource !== 'status')
  return { ...rest, status: {}, metadata: { ...own, managedFields: lasting, resourceVersion: '' } }
}
