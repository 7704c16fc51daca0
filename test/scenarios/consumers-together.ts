import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { CONSUMER_SET, RESTART_ANNOTATION } from './consumers.ts'
import { findUnclean } from './journal-check.ts'
import { useStage } from './stage.ts'
import { useWorkloads } from './workload-stage.ts'

/** Two runs that are started together, each with its value: the pods hold what the Secret holds, by one rollout a change. */
export function togetherConsumerScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { rounds }: { rounds: number },
): void {
  describe(`restarts started together, on ${name}`, () => {
    const stage = useStage(start)
    const workloads = useWorkloads(stage)
    const deploy = (namespace: string, value: string): Promise<ActionRun> =>
      stage.run(namespace, {
        timeoutMs: 180_000,
        env: { VALUE: value },
        inputs: {
          set: CONSUMER_SET,
          name: 'app',
          'from-env': 'A=VALUE',
          restart: 'auto',
          'rollout-timeout': '60s',
        },
      })

    it(
      `${rounds} times: never a mixed state, and no rollout too many`,
      { timeout: 20 * 60_000 },
      async () => {
        const namespace = await stage.fresh()
        const values = [word()]
        const first = await deploy(namespace, values[0] ?? '')
        expect(first.exitCode, first.log).toBe(0)
        const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'app', key: 'A' } } }]
        await workloads.make(namespace, 'deployments', 'reader', { container: { env }, replicas: 1 })
        for (let round = 0; round < rounds; round++) {
          const before = await workloads.read(namespace, 'deployments', 'reader')
          // Every third round both want the same.
          const pair = round % 3 === 2 ? [word()] : [word(), word()]
          values.push(...pair)
          const runs = await Promise.all(
            [pair[0], pair[1] ?? pair[0]].map((value = '') => deploy(namespace, value)),
          )
          const logs = runs.map(({ log }) => log).join('\n---\n')
          expect(
            runs.map(({ exitCode }) => exitCode),
            logs,
          ).toEqual([0, 0])
          const after = await workloads.read(namespace, 'deployments', 'reader')
          const changes = runs.filter(({ outputs }) => outputs['changed'] === 'true').length
          expect(after.metadata.generation - before.metadata.generation, logs).toBe(changes)
          expect(changes, logs).toBe(pair.length)
          const held = await stage.held(namespace, 'app')
          expect(pair, logs).toContain(held?.data['A'])
          const { A: revision = '' } = JSON.parse(
            held?.annotations['secretferry.github.io/revisions'] ?? '{}',
          ) as Record<string, string>
          const digest = createHash('sha256')
            .update(JSON.stringify([`app/A=${revision}`]))
            .digest('hex')
          expect(after.spec.template.metadata.annotations?.[RESTART_ANNOTATION], logs).toBe(
            digest.slice(0, 16),
          )
        }
        expect(findUnclean(await stage.journals(namespace), values)).toEqual([])
      },
    )
  })
}

const word = (): string => `v-${randomBytes(9).toString('base64url')}`
