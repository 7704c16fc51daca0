import { describe, expect, it } from 'vitest'
import { isWrite, type FaultRule, type ProxyRequest } from '../faults/fault.ts'
import type { FaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { Canary } from './canaries.ts'
import { EXISTING, NAMES, strikes } from './faults.ts'
import { changeStates, letTimePass, onAnotherMachine } from './journal-arrangement.ts'
import { findUnclean, type JournalState } from './journal-check.ts'
import { makeKiller, type Killer } from './killer.ts'
import { fiveOf, makeAllCanaries, textsOf } from './leak-arrangement.ts'
import { sample } from './sample.ts'
import type { Stage } from './stage.ts'
import { TABLE_FAULTS } from './table-faults.ts'

/** What a run that is searched for canaries needs. */
export interface LeakMeans {
  readonly stage: Stage
  /** Only inside a case. */
  readonly proxy: () => FaultProxy
  readonly canaries: readonly Canary[]
  /** A run through the proxy, searched for every canary and for `more`. */
  readonly run: (namespace: string, options?: ActionOptions, more?: readonly Canary[]) => Promise<ActionRun>
  readonly whole: boolean
}

/** The journal keeps every former value, and what is said of it holds none. */
export function journalLeaks({ stage, proxy, canaries, run, whole }: LeakMeans): void {
  /** A run that changes every value of five Secrets and is struck by the rule; all was as `former` before. */
  const struck = async (rule: FaultRule, options: ActionOptions = {}) => {
    const namespace = await stage.fresh()
    const former = makeAllCanaries()
    await run(namespace, fiveOf(EXISTING, former), former)
    proxy().set([rule])
    const done = await run(namespace, { ...fiveOf(NAMES, canaries), ...options }, former).finally(() =>
      proxy().set([]),
    )
    return { namespace, former, done }
  }
  const killed = (killer: Killer) =>
    struck(
      {
        when: (request) => isWrite(request) && strikes(request, 'bravo'),
        fault: { kind: 'afterwards', act: killer.act },
        times: 1,
      },
      { started: killer.started, secrets: [] },
    )
  const expectClean = async (namespace: string, former: readonly Canary[]): Promise<void> => {
    const values = [...canaries, ...former].map(({ value }) => value)
    expect(findUnclean(await stage.journals(namespace), values)).toEqual([])
  }

  describe('the journal', () => {
    it('of a run that was killed, to the next one', async () => {
      const { namespace, former, done } = await killed(makeKiller('SIGKILL'))
      expect(done.signal).toBe('SIGKILL')
      for (const each of [namespace]) await onAnotherMachine(stage, each)
      const inputs = { 'lock-timeout': '0s' }
      const locked = await run(namespace, { ...fiveOf(NAMES, canaries), inputs }, former)
      expect(locked.outputs['error-code'], locked.log).toBe('LOCKED')
      await letTimePass(stage, namespace)
      const next = await run(namespace, fiveOf(NAMES, canaries), former)
      expect(next.exitCode, next.log).toBe(0)
      expect(next.log).toContain('had left unfinished')
      await expectClean(namespace, former)
    })

    it.each(sample(['SIGTERM', 'SIGINT'] as const, whole, 2))(
      'of a run that is cancelled by %s',
      async (signal) => {
        const { namespace, former, done } = await killed(makeKiller(signal))
        // Where every write was on its way already, all is done before anything is to be stopped.
        expect(['CANCELLED', ''], done.log).toContain(done.outputs['error-code'])
        const next = await run(namespace, fiveOf(EXISTING, former), former)
        expect(next.exitCode, next.log).toBe(0)
        await expectClean(namespace, former)
      },
    )

    it.each(sample(Object.entries(HOSTILE_STATES), whole, 3))('that %s', async (_what, change) => {
      const { namespace, former } = await killed(makeKiller('SIGKILL'))
      const texts = textsOf([...canaries, ...former]).map(({ value }) => value.toString('utf8'))
      await changeStates(stage, namespace, (state) => change(state, texts))
      for (const timeout of ['0s', '1s'])
        await run(namespace, { ...fiveOf(NAMES, canaries), inputs: { 'lock-timeout': timeout } }, former)
      await letTimePass(stage, namespace)
      await run(namespace, fiveOf(NAMES, canaries), former)
    })

    const faults = TABLE_FAULTS.filter(({ lands }) => lands === undefined)
    const rows = faults.flatMap(({ name, fault }) => [1, 2, 3, 4].map((nth) => ({ name, fault, nth })))
    it.each(sample(rows, whole, 53))('whose request $nth $name', async ({ fault, nth }) => {
      const { done } = await struck({ when: isOfJournal, fault, from: nth, times: 1 })
      expect(done.exitCode).not.toBe(null)
    })
  })
}

function isOfJournal({ path }: ProxyRequest): boolean {
  return /\/secrets\/secretferry-journal-/.test(path)
}

/** What somebody who may write journals could write into them. */
const HOSTILE_STATES: Readonly<Record<string, (state: JournalState, texts: readonly string[]) => unknown>> = {
  'quotes them as who holds it': (state, texts) => ({
    ...state,
    run: texts.join(' '),
    holder: { ...state.holder, id: texts.join(' '), run: texts.join(' '), machine: 'another' },
  }),
  'is a text of them': (_, texts) => texts.join(' '),
  'quotes them as what it is of': (state, texts) => ({
    ...state,
    namespaces: texts,
    inventory: texts,
    write: texts[0],
    holder: undefined,
  }),
  'quotes them as its phase': (state, texts) => ({ ...state, phase: texts[0] }),
  'has them for names of its fields': (state, texts) => ({
    ...state,
    ...Object.fromEntries(texts.map((text) => [text, text])),
  }),
}
