import { beforeAll, describe, expect, it } from 'vitest'
import { isWrite, type ProxyRequest } from '../faults/fault.ts'
import { startFaultProxy } from '../faults/proxy.ts'
import type { ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { CHANGED, prepareFive, through, type FiveSecrets } from './five-secrets.ts'
import { letTimePass, onAnotherMachine } from './journal-arrangement.ts'
import { makeKiller } from './killer.ts'
import type { Look, Place } from './look.ts'
import { findLies, readWords } from './report-words.ts'
import { useStage, type Stage } from './stage.ts'

const LIMIT_MS = 5 * 60_000
const RECOVERED = 'put back what it had left unfinished'

/** A runner that never comes back: nothing of it is left but what is in the cluster, and nobody can ask it. */
export function lostRunnerScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole }: { whole: boolean },
): void {
  describe(`a runner that never comes back, on ${name}`, () => {
    const stage = useStage(start)
    let five: FiveSecrets
    beforeAll(async () => {
      five = await prepareFive(stage)
    })

    const expectRecovery = async (run: ActionRun, { place, before }: { place: Place; before: Look }) => {
      const { exitCode, log, outputs } = run
      expect(exitCode, log).toBe(0)
      expect(log).toContain(RECOVERED)
      expect(outputs['changed']).toBe('false')
      expect(await five.judge(place, before)).toBe('before')
      expect(await five.unclean(place)).toEqual([])
      const words = readWords(run, place)
      expect([...words.keys()].sort()).toEqual(CHANGED)
      expect(findLies(words, { before, now: await five.look(place) })).toEqual([])
    }

    it('is not taken for lost before its lease has run out', async () => {
      const lost = await loseRunner({ stage, five })
      const now = await five.look(lost.place)
      const next = await five.run(lost.place, 'before', { inputs: { 'lock-timeout': '0s' } })
      expect(next.outputs['error-code'], next.log).toBe('LOCKED')
      expect(next.outputs).toMatchObject({ changed: 'false', created: '[]', updated: '[]' })
      expect(await five.look(lost.place)).toEqual(now)
    })

    it('is recovered from by the next run, on another machine', { timeout: LIMIT_MS }, async () => {
      const { place, before } = await loseRunner({ stage, five })
      for (const namespace of [place.a, place.b]) await letTimePass(stage, namespace)
      const next = await five.run(place, 'witness')
      await expectRecovery(next, { place, before })
      expect((await five.run(place, 'after')).outputs['changed']).toBe('true')
      expect(await five.judge(place, before)).toBe('after')
    })

    it.runIf(whole)('is waited for, no longer than its lease', { timeout: LIMIT_MS }, async () => {
      const { place, before } = await loseRunner({ stage, five })
      const next = await five.run(place, 'witness', { timeoutMs: 180_000 })
      await expectRecovery(next, { place, before })
    })
  })
}

/** A run that has written all it was to write and is killed before it can record that; its machine is another one. */
async function loseRunner({
  stage,
  five,
}: {
  stage: Stage
  five: FiveSecrets
}): Promise<{ place: Place; before: Look }> {
  const place = await five.place()
  const before = await five.look(place)
  const proxy = await startFaultProxy(stage.server())
  const { started, act } = makeKiller('SIGKILL')
  const written = (): readonly string[] =>
    CHANGED.filter((name) =>
      proxy.requests.some((request) => isWrite(request) && nameIn(request, place) === name),
    )
  const decides = (request: ProxyRequest): boolean =>
    written().length === CHANGED.length && isWrite(request) && /\/secretferry-journal-/.test(request.path)
  proxy.set([{ when: decides, fault: { kind: 'meanwhile', act, lost: true } }])
  const killed = await five.run(place, 'after', { ...through(proxy, stage), started })
  await proxy.stop()
  expect(killed.signal, killed.log).toBe('SIGKILL')
  expect(written()).toEqual(CHANGED)
  expect(await five.judge(place, before)).toBe('after')
  for (const namespace of [place.a, place.b]) await onAnotherMachine(stage, namespace)
  return { place, before }
}

/** The Secret that a request is about, by `a/name` or `b/name`. */
function nameIn({ path }: ProxyRequest, { a, b }: Place): string | undefined {
  const [, namespace, name] = /\/namespaces\/([^/]+)\/secrets\/([^/]+)$/.exec(path) ?? []
  if (name === undefined) return undefined
  return { [a]: `a/${name}`, [b]: `b/${name}` }[namespace ?? '']
}
