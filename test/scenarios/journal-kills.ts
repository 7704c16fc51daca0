import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isWrite, type FaultRule, type ProxyRequest } from '../faults/fault.ts'
import { startFaultProxy, type FaultProxy } from '../faults/proxy.ts'
import type { ActionOptions, ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { identify, kindOf, type Ask } from './five-secrets.ts'
import { findUnclean } from './journal-check.ts'
import { KILLS, makeKilling, type Kill } from './killer.ts'
import { findWrongEnd, findWrongNext, withLog } from './run-wrongs.ts'
import { useStage, type Stage } from './stage.ts'

const LIMIT_MS = 20 * 60_000
/** What is read of both and written to both, packed, is more than one journal takes, and than two do. */
const large = (): string => randomBytes(330_000).toString('base64')
const WITNESS = '  witness: { data: { KEPT: fixed } }\n'

/** Whose requests a kill strikes: those of a run, or those of the next one, which undoes what it left. */
type Struck = 'the run' | 'the recovery'

interface Large {
  readonly namespace: string
  readonly proxy: FaultProxy
  /** A run that brings this content to both Secrets; without one it declares only what neither touches. */
  readonly run: (content: string | undefined, options?: ActionOptions) => Promise<ActionRun>
}

/** A run whose undo is over a mebibyte, killed at each of its requests to the further Secrets of its journal. */
export function journalKillScenarios(name: string, start: () => Promise<TestServer>): void {
  describe(`kills at further Secrets of the journal, on ${name}`, () => {
    const stage = useStage(start)

    it.each<Struck>(['the run', 'the recovery'])(
      'whichever of them %s is killed at, all is applied or all is as before',
      { timeout: LIMIT_MS },
      async (struck) => {
        const asks = await inNamespace(stage, (deployed) => requestsOf(struck, deployed))
        // Each signal in a namespace of its own, side by side.
        const found = await Promise.all(
          KILLS.map((kill) =>
            inNamespace(stage, async (deployed) => {
              const wrongs: string[] = []
              for (const ask of asks)
                wrongs.push(...(await tryKill({ stage, deployed }, { struck, ask, kill })))
              return wrongs
            }),
          ),
        )
        process.stdout.write(
          `killed at further Secrets by ${struck}, on ${name}: ${asks.length * KILLS.length} cases\n`,
        )
        expect(new Set(asks.map(({ what }) => what.split(' ')[0]))).toEqual(new Set(METHODS[struck]))
        expect(found.flat()).toEqual([])
      },
    )
  })
}

/** A run reads what may be there before it writes and deletes; a recovery reads what it undoes. */
const METHODS: Readonly<Record<Struck, readonly string[]>> = {
  'the run': ['GET', 'PATCH', 'DELETE'],
  'the recovery': ['GET', 'DELETE'],
}

/** A namespace in which both Secrets are, behind a proxy of its own. */
async function inNamespace<T>(stage: Stage, work: (deployed: Large) => Promise<T>): Promise<T> {
  const namespace = await stage.fresh()
  const proxy = await startFaultProxy(stage.server())
  const kubeconfig = proxy.kubeconfig(stage.server().admin)
  const run: Large['run'] = (content, options = {}) => {
    const both = content === undefined ? [] : ['one', 'two']
    const secrets = both.map((each) => `  ${each}: { data: { A: "\${file://big.txt}" } }\n`)
    const files = {
      '.github/secretferry.yml': `version: 1\nsecrets:\n${secrets.join('')}${WITNESS}`,
      'big.txt': content ?? '',
    }
    return stage.run(namespace, { timeoutMs: 120_000, ...options, files, inputs: { kubeconfig } })
  }
  try {
    const first = await run(large())
    expect(first.exitCode, first.log).toBe(0)
    return await work({ namespace, proxy, run })
  } finally {
    await proxy.stop()
  }
}

/** The requests to further Secrets of a run, or of a recovery, without a kill at one of them. */
async function requestsOf(struck: Struck, deployed: Large): Promise<readonly Ask[]> {
  const { namespace, proxy, run } = deployed
  if (struck === 'the recovery') await leaveUnfinished(deployed)
  const seen = proxy.requests.length
  const { exitCode, log } = await run(struck === 'the run' ? large() : undefined)
  expect(exitCode, log).toBe(0)
  return identify(proxy.requests.slice(seen).filter(isFurther), { a: namespace, b: namespace })
}

/** A run that is gone when it had written one of the two. */
async function leaveUnfinished({ proxy, run }: Large): Promise<void> {
  const { started, fault } = makeKilling({ signal: 'SIGKILL', moment: 'after' })
  const when: FaultRule['when'] = (request) => isWrite(request) && request.path.endsWith('/secrets/two')
  proxy.set([{ when, fault, times: 1 }])
  const { signal, log } = await run(large(), { started })
  expect(signal, log).toBe('SIGKILL')
}

interface Case {
  readonly struck: Struck
  readonly ask: Ask
  readonly kill: Kill
}

async function tryKill(
  { stage, deployed }: { stage: Stage; deployed: Large },
  { struck, ask, kill }: Case,
): Promise<readonly string[]> {
  const { namespace, proxy, run } = deployed
  const before = await stage.snapshot(namespace)
  if (struck === 'the recovery') await leaveUnfinished(deployed)
  const { started, fault } = makeKilling(kill)
  const is = (request: ProxyRequest): boolean => kindOf(request, { a: namespace, b: namespace }) === ask.what
  proxy.set([{ when: is, from: ask.nth, times: 1, fault }])
  const seen = proxy.requests.length
  const content = large()
  const killed = await run(struck === 'the run' ? content : undefined, { started })
  const struckOne = proxy.requests.slice(seen).some((request) => request.fault === fault.kind)
  proxy.set([])
  const next = await run(undefined)
  const now = await stage.snapshot(namespace)
  const isAfter = ['one', 'two'].every(
    (each) => now[each]?.data?.['A'] === Buffer.from(content).toString('base64'),
  )
  const verdict = isDeepStrictEqual(now, before) ? 'before' : isAfter ? 'after' : 'a mixed state'
  const end = struck === 'the run' ? { signal: kill.signal, verdict } : undefined
  const wrongs = [
    ...(struckOne ? [] : ['the request never came']),
    ...(end === undefined ? [] : findWrongEnd(killed, end)),
    ...(struck === 'the recovery' && verdict !== 'before' ? [`it was put back to ${verdict}`] : []),
    ...withLog(next, findWrongNext(next)),
    ...findUnclean(await stage.journals(namespace), []),
  ]
  return withLog(killed, wrongs).map(
    (wrong) => `${kill.signal} ${kill.moment} ${ask.what} (${ask.nth}): ${wrong}`,
  )
}

function isFurther({ path }: ProxyRequest): boolean {
  return /\/secretferry-journal-[0-9a-f]{16}-\d+$/.test(path)
}
