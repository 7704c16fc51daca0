import { describe, expect, it } from 'vitest'
import { startFaultProxy } from '../faults/proxy.ts'
import type { ActionRun } from '../support/run-action.ts'
import type { EmbeddedServer } from '../doubles/kube-apiserver/server.ts'
import type { Canary } from './canaries.ts'
import { configOf, dataOfAll, environmentOf, makeAllCanaries, textsOf } from './leak-arrangement.ts'
import { inspectRun } from './leak-check.ts'
import { useStage } from './stage.ts'
import { useWorkloads } from './workload-stage.ts'

/** Pods that say values wherever they can: nothing of it is shown, and of a log what is known is not. */
export function consumerLeaks(start: () => Promise<EmbeddedServer>): void {
  describe('nothing leaks of workloads', { timeout: 120_000 }, () => {
    let server: EmbeddedServer | undefined
    const stage = useStage(async () => (server = await start()))
    const workloads = useWorkloads(stage)

    /** A run with debug logging, searched for every canary, that restarts a Deployment for a Secret of them all. */
    const run = async (
      namespace: string,
      canaries: readonly Canary[],
      {
        former = [],
        inputs = {},
      }: { former?: readonly Canary[]; inputs?: Readonly<Record<string, string>> } = {},
    ): Promise<ActionRun> => {
      const proxy = await startFaultProxy(stage.server())
      const done = await stage.run(namespace, {
        debug: true,
        files: configOf({ app: { data: dataOfAll(canaries), restart: 'auto' } }),
        env: environmentOf(canaries),
        inputs: { ...inputs, kubeconfig: proxy.kubeconfig(stage.server().admin), 'audit-log': 'audit.jsonl' },
      })
      await proxy.stop()
      const requests = [...proxy.requests]
      expect(inspectRun({ run: done, canaries: [...canaries, ...former], requests })).toEqual([])
      return done
    }

    it.each(['false', 'true'])('that fail, with show-logs: %s', async (logs) => {
      const namespace = await stage.fresh()
      const [former, canaries] = [textsOf(makeAllCanaries()), textsOf(makeAllCanaries())]
      expect((await run(namespace, former)).exitCode).toBe(0)
      const texts = canaries.map(({ value }) => value.toString())
      if (server === undefined) throw new Error('no server')
      await workloads.make(namespace, 'deployments', 'reader', {
        container: { envFrom: [{ secretRef: { name: 'app' } }] },
        annotations: { note: texts.join(' ') },
      })
      let nth = 0
      server.kubelet.judge = () => {
        const text = texts[nth++ % texts.length] ?? ''
        return { reason: text, message: `could not start with ${text}` }
      }
      server.kubelet.log = () => [...texts, ...former.map(({ value }) => value.toString())].join('\n')
      const failed = await run(namespace, canaries, {
        former,
        inputs: { 'rollout-timeout': '2s', 'show-logs': logs },
      })
      server.kubelet.judge = () => undefined
      expect(failed.outputs['error-code'], failed.log).toBe('ROLLOUT_FAILED')
      expect(failed.log.includes('Last log lines')).toBe(logs === 'true')
      const done = await run(namespace, canaries, { former })
      expect(done.exitCode, done.log).toBe(0)
      expect(JSON.parse(done.outputs['restarted'] ?? '[]')).toHaveLength(1)
    })
  })
}
