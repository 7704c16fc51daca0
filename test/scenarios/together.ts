import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isWrite } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { findUnclean } from './journal-check.ts'
import { emptyPlace, lookAt, type Place } from './look.ts'
import { useStage, type Stage } from './stage.ts'

const NAMES = ['alpha', 'bravo', 'charlie']
const LIMIT_MS = 20 * 60_000
/** How many rounds share a place: in the first of them all is created, journals too, in the others updated. */
const ROUNDS_A_PLACE = 3

/** One of the runs that were started together. */
interface Contender {
  readonly value: string
  readonly run: ActionRun
  /** Writes of Secrets that are no journals. */
  readonly writes: number
}

/** Runs of one set that are started together: the set is never in a mixed state, and who loses says so. */
export function togetherScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { rounds, waiting }: { rounds: number; waiting: number },
): void {
  describe(`runs started together, on ${name}`, () => {
    const stage = useStage(start)
    /** One for each of the runs, to tell their requests apart. */
    let proxies: readonly FaultProxy[] = []
    beforeAll(async () => {
      proxies = await Promise.all(Array.from({ length: 5 }, () => startFaultProxy(stage.server())))
    })
    afterAll(() => Promise.all(proxies.map((proxy) => proxy.stop())))

    const startTogether = (
      place: Place,
      { runs, inputs }: { runs: number; inputs: Readonly<Record<string, string>> },
    ): Promise<readonly Contender[]> =>
      Promise.all(proxies.slice(0, runs).map((proxy) => contend(place, { stage, proxy, inputs })))

    it.each([2, 5])(
      `${rounds} rounds of %i that do not wait: who does not win is locked out, and changed nothing`,
      { timeout: LIMIT_MS },
      async (runs) => {
        let won = 0
        for (const place of await places(stage, rounds)) {
          const contenders = await startTogether(place, { runs, inputs: { 'lock-timeout': '0s' } })
          won += (await expectOneState(stage, place, contenders)).length
          for (const { run, writes } of contenders.filter(({ run: { exitCode } }) => exitCode !== 0)) {
            expect(run.outputs['error-code'], run.log).toBe('LOCKED')
            expect(run.outputs).toMatchObject({ changed: 'false', created: '[]', updated: '[]' })
            expect(writes).toBe(0)
          }
        }
        process.stdout.write(`${rounds} rounds of ${runs} on ${name}: ${won} of ${rounds * runs} runs won\n`)
      },
    )

    it.each([2, 5])(
      `${waiting} rounds of %i that wait: all succeed, and the state is one run’s`,
      { timeout: LIMIT_MS },
      async (runs) => {
        for (const place of await places(stage, waiting)) {
          const contenders = await startTogether(place, { runs, inputs: {} })
          expect(await expectOneState(stage, place, contenders)).toHaveLength(runs)
        }
      },
    )
  })
}

/** The place of each round. */
async function places(stage: Stage, rounds: number): Promise<readonly Place[]> {
  const found: Place[] = []
  while (found.length < rounds) {
    const place = await emptyPlace(stage)
    found.push(...Array.from({ length: ROUNDS_A_PLACE }, () => place))
  }
  return found.slice(0, rounds)
}

async function contend(
  place: Place,
  { stage, proxy, inputs }: { stage: Stage; proxy: FaultProxy; inputs: Readonly<Record<string, string>> },
): Promise<Contender> {
  const value = `v-${randomBytes(12).toString('base64url')}`
  const secret = { namespaces: [place.a, place.b], data: { KEY: '${env://VALUE}', KEPT: 'fixed' } }
  const secrets = Object.fromEntries(NAMES.map((each) => [each, secret]))
  const seen = proxy.requests.length
  const run = await stage.run('', {
    files: { '.github/secretferry.yml': JSON.stringify({ version: 1, secrets }) },
    inputs: { ...inputs, kubeconfig: proxy.kubeconfig(stage.server().admin) },
    env: { VALUE: value },
    timeoutMs: 180_000,
  })
  const writes = proxy.requests
    .slice(seen)
    .filter((request) => isWrite(request) && !/\/secretferry-journal-/.test(request.path)).length
  return { value, run, writes }
}

/** Holds that every Secret of the place has one value, which is that of a run that won. Answers those that won. */
async function expectOneState(
  stage: Stage,
  place: Place,
  contenders: readonly Contender[],
): Promise<readonly Contender[]> {
  const logs = contenders.map(({ run }) => run.log).join('\n---\n')
  const held = Object.values(await lookAt(stage, place)).map(({ data }) => data?.['KEY'] ?? '')
  expect(held, logs).toHaveLength(2 * NAMES.length)
  expect(new Set(held).size, logs).toBe(1)
  const winners = contenders.filter(({ run }) => run.exitCode === 0)
  const values = winners.map(({ value }) => Buffer.from(value).toString('base64'))
  expect(values, logs).toContain(held[0])
  const all = contenders.map(({ value }) => value)
  for (const namespace of [place.a, place.b])
    expect(findUnclean(await stage.journals(namespace), all), logs).toEqual([])
  return winners
}
