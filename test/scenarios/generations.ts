import { describe, expect, it } from 'vitest'
import { startFaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { CONSUMER_SET } from './consumers.ts'
import { findUnclean } from './journal-check.ts'
import { makeKiller } from './killer.ts'
import { useStage } from './stage.ts'
import { FAILS_RESTARTED, useWorkloads, type Live } from './workload-stage.ts'

const NAME = /^app-[bcdfghjklmnpqrst]{8}$/
const OTHER = { name: 'B', valueFrom: { configMapKeyRef: { name: 'app', key: 'B', optional: true } } }

const fileOf = (more: object): string =>
  JSON.stringify({
    version: 1,
    secrets: {
      app: { data: { A: '${env://VALUE}' }, immutable: true, 'name-suffix': 'random', ...more },
    },
  })

/** Every way to name a Secret that is pointed to a new name. */
const READER = {
  container: {
    env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'app', key: 'A' } } }, OTHER],
    envFrom: [
      { configMapRef: { name: 'app', optional: true } },
      { prefix: 'S_', secretRef: { name: 'app' } },
    ],
    volumeMounts: [
      { name: 'plain', mountPath: '/plain' },
      { name: 'mixed', mountPath: '/mixed' },
    ],
  },
  pod: {
    imagePullSecrets: [{ name: 'app' }],
    volumes: [
      { name: 'plain', secret: { secretName: 'app', items: [{ key: 'A', path: 'a' }] } },
      {
        name: 'mixed',
        projected: { sources: [{ secret: { name: 'app' } }, { configMap: { name: 'app', optional: true } }] },
      },
    ],
  },
}

/** Secrets that get a new name with each change: whole runs of the action on a server whose pods run. */
export function generationScenarios(name: string, start: () => Promise<TestServer>): void {
  describe(`names with a suffix on ${name}`, { timeout: 120_000 }, () => {
    const stage = useStage(start)
    const workloads = useWorkloads(stage)
    const run = (
      namespace: string,
      value: string,
      { more = { 'force-conflicts': true }, ...options }: ActionOptions & { more?: object } = {},
    ): Promise<ActionRun> =>
      stage.run(namespace, {
        ...options,
        files: { '.github/secretferry.yml': fileOf(more) },
        env: { VALUE: value },
        inputs: { set: CONSUMER_SET, 'rollout-timeout': '30s', ...options.inputs },
      })
    const cleanly = async (...given: Parameters<typeof run>): Promise<ActionRun> => {
      const done = await run(...given)
      expect(done.exitCode, done.log).toBe(0)
      return done
    }
    const names = async (namespace: string): Promise<readonly string[]> =>
      Object.keys(await stage.snapshot(namespace)).filter((each) => NAME.test(each))
    const reader = (namespace: string): Promise<Live> => workloads.read(namespace, 'deployments', 'reader')
    const makeJob = async (namespace: string, secret: string): Promise<void> => {
      const path = `/apis/batch/v1/namespaces/${namespace}/jobs`
      expect((await stage.server().request('POST', path, jobOf(secret))).status).toBe(201)
    }
    const fresh = async (namespace: string, before: readonly string[]): Promise<string> =>
      (await names(namespace)).find((each) => !before.includes(each)) ?? 'none'

    it('points what uses it to the new name, keeps as many former ones as are wanted, and leaves the same alone', async () => {
      const namespace = await stage.fresh()
      await workloads.make(namespace, 'deployments', 'reader', READER)
      const { spec } = await reader(namespace)
      const refused = await run(namespace, 'value-number-1', { more: {} })
      expect(refused.outputs['error-code'], refused.log).toBe('CONFLICT')
      expect(refused.log).toContain(`${namespace}/deployment/reader is to be pointed to app as app-`)
      expect(await names(namespace)).toEqual([])

      const first = await cleanly(namespace, 'value-number-1')
      const [one = ''] = await names(namespace)
      expect(first.outputs['restarted']).toBe(JSON.stringify([`${namespace}/deployment/reader`]))
      expect(await stage.held(namespace, one)).toMatchObject({
        immutable: true,
        data: { A: 'value-number-1' },
      })
      const pointed = await reader(namespace)
      expect(secretsIn(pointed.spec)).toEqual(
        secretsIn(spec)
          .map((each) => (each === 'pull app' ? each : each.replace('app', one)))
          .concat(`pull ${one}`)
          .sort(),
      )
      expect(withoutSecrets(pointed.spec, one)).toEqual(withoutSecrets(spec, one))

      const again = await cleanly(namespace, 'value-number-1', { more: {} })
      expect(again.outputs).toMatchObject({ changed: 'false', restarted: '[]' })
      expect((await reader(namespace)).metadata.generation).toBe(pointed.metadata.generation)

      // What was taken is ours from then on: no force is needed.
      const second = await cleanly(namespace, 'value-number-2', { more: {} })
      const two = await fresh(namespace, [one])
      expect(second.log).toContain(`${namespace}/deployment/reader pointed to app as ${two}`)
      expect(await names(namespace)).toEqual([one, two].sort())
      await cleanly(namespace, 'value-number-3', { more: {} })
      const three = await fresh(namespace, [one, two])
      expect(await names(namespace)).toEqual([two, three].sort())
      expect(
        new Set(secretsIn((await reader(namespace)).spec).filter((each) => each !== 'pull app')).size,
      ).toBe(5)
      expect(JSON.stringify((await reader(namespace)).spec)).not.toContain(two)
      const none = await cleanly(namespace, 'value-number-3', { more: { 'keep-old': 0 } })
      expect(none.outputs['deleted'], none.log).toBe(JSON.stringify([`${namespace}/${two}`]))
      expect(await names(namespace)).toEqual([three])
    })

    it('points anew what its owner has pointed back, and keeps a name that something goes on using', async () => {
      const namespace = await stage.fresh()
      await cleanly(namespace, 'value-number-1')
      const [one = ''] = await names(namespace)
      await workloads.make(namespace, 'deployments', 'reader', READER)
      await makeJob(namespace, one)
      const back = await cleanly(namespace, 'value-number-1')
      expect(back.outputs).toMatchObject({
        changed: 'false',
        restarted: JSON.stringify([`${namespace}/deployment/reader`]),
      })
      expect(secretsIn((await reader(namespace)).spec)).toContain(`env ${one}`)
      const next = await cleanly(namespace, 'value-number-2', { more: { 'keep-old': 0 } })
      expect(next.log).toContain(
        `= ${namespace}/${one}: a former generation, not deleted yet: used by ${namespace}/job/job`,
      )
      expect((await names(namespace)).length).toBe(2)
    })

    it('puts everything back where the pods do not become ready, or the run is killed', async () => {
      const namespace = await stage.fresh()
      await workloads.make(namespace, 'deployments', 'reader', READER)
      await cleanly(namespace, 'value-number-1')
      await workloads.ready(namespace, 'deployments', 'reader')
      const [before, { spec }] = [await stage.snapshot(namespace), await reader(namespace)]
      const proxy = await startFaultProxy(stage.server())
      const killer = makeKiller('SIGKILL')
      const isPatch = ({
        method,
        path,
        query,
      }: {
        method: string
        path: string
        query: URLSearchParams
      }): boolean => method === 'PATCH' && path.endsWith('/deployments/reader') && !query.has('dryRun')
      proxy.set([{ when: isPatch, fault: { kind: 'afterwards', act: killer.act }, times: 1 }])
      const kubeconfig = proxy.kubeconfig(stage.server().admin)
      const killed = await run(namespace, 'value-number-2', {
        inputs: { kubeconfig },
        started: killer.started,
      })
      expect(killed.signal).toBe('SIGKILL')
      await proxy.stop()
      const again = await cleanly(namespace, 'value-number-1')
      expect(again.log).toContain('was cut off')
      expect(await stage.snapshot(namespace)).toEqual(before)
      await workloads.ready(namespace, 'deployments', 'reader')
      expect((await reader(namespace)).spec).toEqual(spec)
      expect(findUnclean(await stage.journals(namespace), ['value-number-1', 'value-number-2'])).toEqual([])

      const other = await stage.fresh()
      const broken = { ...READER, labels: FAILS_RESTARTED }
      await cleanly(other, 'value-number-1')
      await workloads.make(other, 'deployments', 'reader', broken)
      const [secrets, live] = [await stage.snapshot(other), await reader(other)]
      const failed = await run(other, 'value-number-2', { inputs: { 'rollout-timeout': '3s' } })
      expect(failed.outputs['error-code'], failed.log).toBe('ROLLOUT_FAILED')
      expect(await stage.snapshot(other)).toEqual(secrets)
      await workloads.ready(other, 'deployments', 'reader')
      expect((await reader(other)).spec).toEqual(live.spec)
      expect(failed.log).toContain('created and deleted again')
    })

    it('goes back to the former name', async () => {
      const namespace = await stage.fresh()
      await workloads.make(namespace, 'deployments', 'reader', READER)
      const history = { inputs: { history: '1' } }
      await cleanly(namespace, 'value-number-1', history)
      const [one = ''] = await names(namespace)
      await cleanly(namespace, 'value-number-2', history)
      const back = await cleanly(namespace, 'unused-unused', { inputs: { mode: 'rollback', history: '1' } })
      expect(back.outputs['restarted'], back.log).toBe(JSON.stringify([`${namespace}/deployment/reader`]))
      expect(await names(namespace)).toEqual([one])
      expect(secretsIn((await reader(namespace)).spec)).toContain(`env ${one}`)

      await cleanly(namespace, 'value-number-3', history)
      const used = await fresh(namespace, [one])
      await makeJob(namespace, used)
      const kept = await cleanly(namespace, 'unused-unused', { inputs: { mode: 'rollback', history: '1' } })
      expect(kept.log).toContain(
        `= ${namespace}/${used}: a former generation, not deleted yet: used by ${namespace}/job/job`,
      )
      expect(await names(namespace)).toEqual([one, used].sort())
      expect(secretsIn((await reader(namespace)).spec)).toContain(`env ${one}`)
    })
  })
}

/** A Job that never ends, for no node takes its pod. */
function jobOf(secret: string): object {
  const container = { name: 'main', image: 'example.com/job:1', envFrom: [{ secretRef: { name: secret } }] }
  const spec = { restartPolicy: 'Never', nodeName: 'nowhere', containers: [container] }
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job' }, spec: { template: { spec } } }
}

/** Where a pod template names Secrets, and which. */
function secretsIn(spec: Live['spec']): readonly string[] {
  const pod = podOf(spec)
  const [{ env, envFrom }] = pod.containers
  return [
    ...env.map(({ valueFrom }) => `env ${valueFrom.secretKeyRef?.name ?? ''}`),
    ...envFrom.map(({ secretRef }) => `envFrom ${secretRef?.name ?? ''}`),
    ...pod.volumes.map(({ secret }) => `volume ${secret?.secretName ?? ''}`),
    ...pod.volumes.flatMap(({ projected }) =>
      (projected?.sources ?? []).map(({ secret }) => `projected ${secret?.name ?? ''}`),
    ),
    ...pod.imagePullSecrets.map((each) => `pull ${each.name}`),
  ]
    .filter((each) => !each.endsWith(' '))
    .sort()
}

interface PodSpec {
  readonly containers: readonly [
    {
      readonly env: readonly { valueFrom: { secretKeyRef?: { name: string } } }[]
      readonly envFrom: readonly { secretRef?: { name: string } }[]
    },
  ]
  readonly volumes: readonly {
    secret?: { secretName: string }
    projected?: { sources: readonly { secret?: { name: string } }[] }
  }[]
  readonly imagePullSecrets: readonly { name: string }[]
}

function podOf(spec: Live['spec']): PodSpec {
  return (spec.template as unknown as { spec: PodSpec }).spec
}

/** All that a workload says but for the names of Secrets and the mark. */
function withoutSecrets(spec: Live['spec'], name: string): string {
  const pod = { ...podOf(spec), imagePullSecrets: [] }
  const text = JSON.stringify({ ...spec, template: { ...spec.template, metadata: {}, spec: pod } })
  return text.replaceAll(`"${name}"`, '"app"')
}
