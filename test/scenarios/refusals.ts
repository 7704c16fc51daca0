import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { BAD_INPUTS, fileOf, type BadInput } from './bad-input.ts'
import { sample } from './sample.ts'
import { useStage, type Stage } from './stage.ts'

/** Bad input gets a clear error with its remedy, and nothing is left written. */
export function refusalScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole }: { whole: boolean },
): void {
  describe(`bad input, on ${name}`, () => {
    const stage = useStage(start)
    let proxy: FaultProxy
    beforeAll(async () => {
      proxy = await startFaultProxy(stage.server())
    })
    afterAll(() => proxy.stop())

    it.each(sample(BAD_INPUTS, whole, 2))('$name: $code', async (bad) => {
      const namespace = await stage.fresh()
      const { run, before } = await runBadInput(bad, { stage, proxy, namespace })
      expect(run.outputs['error-code'], run.log).toBe(bad.code)
      expect(run.exitCode).toBe(1)
      expect(run.stderr).toBe('')
      expect(run.log).toMatch(bad.says)
      expect(run.summary).toContain(bad.code)
      expect(await stage.snapshot(namespace)).toEqual(before)
    })
  })
}

/** One run of a bad input, with the namespace as it was just before. `over` goes over everything. */
export async function runBadInput(
  bad: BadInput,
  {
    stage,
    proxy,
    namespace,
    over = {},
  }: { stage: Stage; proxy: FaultProxy; namespace: string; over?: ActionOptions },
): Promise<{ run: ActionRun; before: Readonly<Record<string, unknown>> }> {
  const proxied = proxy.kubeconfig(stage.server().admin)
  const options = await bad.options({ stage, namespace, proxied })
  const before = await stage.snapshot(namespace)
  proxy.set(bad.rules ?? [])
  const run = await stage.run(namespace, {
    files: fileOf('A: "${env://VALUE}"'),
    ...options,
    ...over,
    inputs: {
      ...(bad.rules === undefined ? {} : { kubeconfig: proxied }),
      ...options.inputs,
      ...over.inputs,
    },
    env: { VALUE: 'a-value-of-no-importance', ...options.env, ...over.env },
  })
  proxy.set([])
  return { run, before }
}
