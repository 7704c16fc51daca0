import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { mapConcurrently } from '../../src/concurrency.ts'
import { isWrite, status, type Fault, type FaultRule } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import {
  CHANGED,
  identify,
  kindOf,
  prepareFive,
  through,
  WITNESSES,
  type Ask,
  type FiveSecrets,
} from './five-secrets.ts'
import { KILLS, makeKilling, type Kill } from './killer.ts'
import type { Look, Place } from './look.ts'
import { findLies, readWords } from './report-words.ts'
import { findWrongEnd, findWrongNext, withLog } from './run-wrongs.ts'
import { useStage, type Stage } from './stage.ts'
import { TABLE_FAULTS, type TableFault } from './table-faults.ts'

/** How many cases are tried at once: most of the long ones wait. */
const AT_ONCE = 12
const LIMIT_MS = 60 * 60_000

/** A case, and what is wrong with how it ended: nothing, where all is well. */
interface Case {
  readonly name: string
  readonly try: () => Promise<readonly string[]>
}

/**
 * For every request of an apply of five Secrets every fault, one at a time: afterwards all is applied or all is as it
 * was, byte for byte. `whole` tries all cases, or every `of`th of them; else one of many of those that are quick.
 */
export function faultTableScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { whole, of = 1 }: { whole: boolean; of?: number },
): void {
  describe(`the fault table, on ${name}`, () => {
    const stage = useStage(start)
    let five: FiveSecrets
    beforeAll(async () => {
      five = await prepareFive(stage)
    })

    /** Tries the cases, or every `each`th of those that are quick, and tells how many they were. */
    const tryAll = async (what: string, cases: readonly (Case & { late: boolean })[], each: number) => {
      const chosen = whole
        ? cases.filter((_, n) => n % of === 0)
        : cases.filter(({ late }) => !late).filter((_, n) => n % each === 0)
      const found = await mapConcurrently(
        chosen,
        whole ? AT_ONCE : 4,
        async ({ name: title, try: attempt }) =>
          (await attempt().catch((error: unknown) => [String(error)])).map((wrong) => `${title}: ${wrong}`),
      )
      process.stdout.write(`${what}, on ${name}: ${chosen.length} cases of ${cases.length}\n`)
      expect(chosen.length).toBeGreaterThan(0)
      expect(found.flat()).toEqual([])
    }

    it(
      'whatever happens to one request, all is applied or all is as before',
      { timeout: LIMIT_MS },
      async () => {
        const cases = TABLE_FAULTS.flatMap((row) =>
          five.requests
            .filter(({ hasBody }) => row.lands === undefined || hasBody)
            .map((ask) => ({
              name: `${nameOf(ask)} ${row.name}`,
              late: row.late === true && ask.creates,
              try: () => tryFault({ stage, five }, ask, row),
            })),
        )
        await tryAll('one request goes wrong', cases, 89)
      },
    )

    it(
      'killed at any request, the next run puts all back or leaves all done',
      { timeout: LIMIT_MS },
      async () => {
        const cases = KILLS.flatMap((kill) =>
          five.requests.map((ask) => ({
            name: `${kill.signal} ${kill.moment} ${nameOf(ask)}`,
            late: ask.write,
            try: () => tryKill({ stage, five }, ask, kill),
          })),
        )
        await tryAll('killed', cases, 29)
      },
    )

    it('when undoing goes wrong too, the report is true', { timeout: LIMIT_MS }, async () => {
      const undoing = await requestsOfUndo({ stage, five })
      const cases = SECOND_FAULTS.flatMap(({ times, ...row }) =>
        undoing.map((ask) => ({
          name: `undoing, ${nameOf(ask)} ${row.name}${times === 1 ? '' : ', again and again'}`,
          late: times > 1,
          try: () => trySecond({ stage, five }, ask, { ...row, times }),
        })),
      )
      await tryAll('undoing goes wrong', cases, 89)
    })
  })
}

interface Means {
  readonly stage: Stage
  readonly five: FiveSecrets
}

function nameOf({ what, nth }: Ask): string {
  return `${what} (${nth})`
}

async function tryFault({ stage, five }: Means, ask: Ask, row: TableFault): Promise<readonly string[]> {
  return inPlace({ stage, five }, async ({ place, before, proxy }) => {
    const struck: FaultRule = { when: is(ask, place), fault: row.fault, from: ask.nth, times: 1 }
    const release: Fault = { kind: 'meanwhile', act: () => proxy.release() }
    const hasStruck = (): boolean => proxy.requests.some(({ fault }) => fault === row.fault.kind)
    proxy.set([
      struck,
      ...(row.lands === 'meanwhile' ? [{ when: hasStruck, fault: release, from: 2, times: 1 }] : []),
    ])
    const run = await five.run(place, 'after', through(proxy, stage))
    const missed = hasStruck() ? [] : ['the request never came']
    await proxy.release()
    const wrongs = await findWrongs(five, run, { place, before })
    return [...missed, ...wrongs, ...(await findLeftovers({ stage, five }, run, { place, before }))]
  })
}

/** What of a run that ended by itself is not as promised. */
async function findWrongs(
  five: FiveSecrets,
  run: ActionRun,
  { place, before }: { place: Place; before: Look },
): Promise<readonly string[]> {
  const verdict = await five.judge(place, before)
  const expected = run.exitCode === 0 ? 'after' : 'before'
  const lies = findLies(readWords(run, place), { before, now: await five.look(place) })
  return withLog(run, [
    ...(verdict === expected ? [] : [`it ended with ${run.exitCode ?? 'a signal'} in ${verdict}`]),
    ...(run.outputs['changed'] === String(verdict === 'after')
      ? []
      : [`the output \`changed\` is ${run.outputs['changed'] ?? 'missing'} in ${verdict}`]),
    ...(run.exitCode === 0 ? [] : lies),
  ])
}

/** What a run left in the journals is said by it, and the next run finishes it without a change to anything else. */
async function findLeftovers(
  { stage, five }: Means,
  run: ActionRun,
  { place, before }: { place: Place; before: Look },
): Promise<readonly string[]> {
  const left = await five.unclean(place)
  if (left.length === 0) return []
  const verdict = await five.judge(place, before)
  const next = await five.run(place, 'witness', { inputs: { kubeconfig: stage.server().admin } })
  const silent = run.exitCode === 0 && !run.log.includes('holds former values until the next run')
  const later = await five.judge(place, before)
  return withLog(next, [
    ...(silent ? [`nothing is said of what is left: ${left.join(', ')}`] : []),
    ...findWrongNext(next),
    ...(later === verdict ? [] : [`the next run made ${later} of ${verdict}`]),
    ...(await five.unclean(place)),
  ])
}

/** A run that is killed, and a next one that declares nothing of what the first one changes. */
async function tryKill({ stage, five }: Means, ask: Ask, kill: Kill): Promise<readonly string[]> {
  return inPlace({ stage, five }, async ({ place, before, proxy }) => {
    const { started, fault } = makeKilling(kill)
    proxy.set([{ when: is(ask, place), from: ask.nth, times: 1, fault }])
    const killed = await five.run(place, 'after', { ...through(proxy, stage), started })
    const lies = findLies(readWords(killed, place), { before, now: await five.look(place) })
    const next = await five.run(place, 'witness', through(proxy, stage))
    return withLog(killed, [
      ...(proxy.requests.some((request) => request.fault === fault.kind) ? [] : ['the request never came']),
      ...findWrongEnd(killed, { signal: kill.signal, verdict: await five.judge(place, before) }),
      ...(killed.exitCode === 0 ? [] : lies),
      ...findLies(readWords(next, place), { before, now: await five.look(place) }),
      ...withLog(next, findWrongNext(next)),
      ...(await five.unclean(place)),
    ])
  })
}

/** What goes wrong with one request of the undo, once or for good. */
const SECOND_FAULTS: readonly (TableFault & { readonly times: number })[] = [
  ...TABLE_FAULTS.filter(({ lands }) => lands === undefined).map((row) => ({ ...row, times: 1 })),
  ...TABLE_FAULTS.filter(({ name }) =>
    /before it took effect|cut after|answered 500|^is answered with another object$/.test(name),
  ).map((row) => ({ ...row, times: Infinity })),
]

/** The write of `echo` is refused by the API server itself; all others have begun by then. */
function firstFault(place: Place): FaultRule {
  const message = 'secrets "echo" is forbidden: User "u" cannot patch resource "secrets"'
  return {
    when: (request) => isWrite(request) && request.path === `/api/v1/namespaces/${place.b}/secrets/echo`,
    fault: { kind: 'answer', answer: status(403, 'Forbidden', { message }) },
    times: 1,
  }
}

/** The requests of a failing run that a run without failure does not send. */
async function requestsOfUndo({ stage, five }: Means): Promise<readonly Ask[]> {
  return inPlace({ stage, five }, async ({ place, proxy }) => {
    proxy.set([firstFault(place)])
    await five.run(place, 'after', through(proxy, stage))
    const usual = new Set(five.requests.map(nameOf))
    return identify(proxy.requests, place).filter((ask) => !usual.has(nameOf(ask)))
  })
}

async function trySecond(
  { stage, five }: Means,
  ask: Ask,
  { fault, times }: TableFault & { readonly times: number },
): Promise<readonly string[]> {
  return inPlace({ stage, five }, async ({ place, before, proxy }) => {
    proxy.set([firstFault(place), { when: is(ask, place), fault, from: ask.nth, times }])
    const run = await five.run(place, 'after', through(proxy, stage))
    proxy.set([])
    const words = readWords(run, place)
    const lies = findLies(words, { before, now: await five.look(place) })
    const told = [...words.keys()].sort()
    const all = isDeepStrictEqual(told, [...CHANGED, ...WITNESSES].sort())
    const missing = all ? [] : [`the report tells of ${told.join(', ')}`]
    const next = await five.run(place, 'witness', through(proxy, stage))
    const verdict = await five.judge(place, before)
    return withLog(run, [
      ...(run.exitCode === 1 ? [] : ['it did not fail']),
      ...missing,
      ...lies,
      ...withLog(next, findWrongNext(next)),
      ...(verdict === 'before' ? [] : [`the next run left ${verdict}`]),
      ...(await five.unclean(place)),
    ])
  })
}

/** Whether a request is of the kind of one that was recorded. */
function is({ what }: Ask, place: Place): FaultRule['when'] {
  return (request) => kindOf(request, place) === what
}

interface Arranged {
  readonly place: Place
  readonly before: Look
  readonly proxy: FaultProxy
}

/** Work in a place of its own, behind a proxy of its own. */
async function inPlace<T>({ stage, five }: Means, work: (arranged: Arranged) => Promise<T>): Promise<T> {
  const place = await five.place()
  const proxy = await startFaultProxy(stage.server())
  try {
    return await work({ place, before: await five.look(place), proxy })
  } finally {
    await proxy.stop()
  }
}
