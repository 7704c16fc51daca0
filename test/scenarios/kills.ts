import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { findUnclean, readState } from './journal-check.ts'
import { comparable, emptyPlace, lookAt, type Place } from './look.ts'
import { chooseSeed, seeded } from './random.ts'
import { useStage } from './stage.ts'

const NAMES = ['alpha', 'bravo', 'charlie', 'delta']
const LIMIT_MS = 20 * 60_000

/** Runs that are killed at any moment, one after the other, leave nothing that a clean run does not bring to rest. */
export function killScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { kills }: { kills: number },
): void {
  describe(`killed at a random moment, on ${name}`, () => {
    const stage = useStage(start)
    const values: string[] = []
    /** Every run has a new value, and keys of its own. */
    const deploy = (place: Place, round: number, options: ActionOptions = {}): Promise<ActionRun> => {
      const value = (values[round] ??= `v-${randomBytes(12).toString('base64url')}`)
      const data = {
        KEY: '${env://VALUE}',
        KEPT: 'fixed',
        [`EXTRA-${round % 3}`]: '${env://VALUE|base64}',
      }
      const secret = { namespaces: [place.a, place.b], data, labels: { round: String(round % 2) } }
      const secrets = Object.fromEntries(NAMES.map((each) => [each, secret]))
      return stage.run('', {
        ...options,
        files: { '.github/secretferry.yml': JSON.stringify({ version: 1, secrets }) },
        env: { VALUE: value },
      })
    }
    const cleanly = async (place: Place, round: number): Promise<ActionRun> => {
      const run = await deploy(place, round)
      expect(run.exitCode, run.log).toBe(0)
      return run
    }

    it(`${kills} times, then a clean run`, { timeout: LIMIT_MS }, async () => {
      const seed = chooseSeed()
      const random = seeded(seed)
      const [subject, control] = [await emptyPlace(stage), await emptyPlace(stage)]
      const clean = []
      for (const round of [0, 1, 2]) clean.push(await cleanly(subject, round))
      await cleanly(control, 2)
      const [before, formerly] = [await lookAt(stage, subject), await lookAt(stage, control)]
      const length = Math.min(...clean.map(({ duration }) => duration))
      const seen = new Map<string, number>()
      let round = 2
      for (let killed = 0; killed < kills;) {
        const moment = random() * length
        const run = await deploy(subject, ++round, {
          started: (child) => setTimeout(() => child.kill('SIGKILL'), moment),
        })
        const journals = Object.values(await stage.journals(subject.a))
        const phase = journals
          .map((each) => readState(each)?.phase ?? 'part')
          .sort()
          .join(' and ')
        const what = run.signal === 'SIGKILL' ? `killed, ${phase}` : 'too late'
        seen.set(what, (seen.get(what) ?? 0) + 1)
        if (run.signal === 'SIGKILL') killed++
        else expect(run.exitCode, run.log).toBe(0)
      }
      process.stdout.write(
        `${kills} kills on ${name}, seed ${seed}: ${JSON.stringify(Object.fromEntries(seen))}\n`,
      )
      const last = round + 1
      await cleanly(subject, last)
      await cleanly(control, last)
      const is = comparable(await lookAt(stage, subject), { place: subject, before })
      const shall = comparable(await lookAt(stage, control), { place: control, before: formerly })
      expect(is).toEqual(shall)
      for (const namespace of [subject.a, subject.b])
        expect(findUnclean(await stage.journals(namespace), values)).toEqual([])
    })
  })
}
