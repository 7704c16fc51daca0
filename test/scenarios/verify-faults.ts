import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapConcurrently } from '../../src/concurrency.ts'
import {
  badGateway,
  notJson,
  redirect,
  status,
  throttled,
  type Fault,
  type FaultRule,
} from '../faults/fault.ts'
import { startFaultProxy } from '../faults/proxy.ts'
import type { ActionRun } from '../support/run-action.ts'
import type { TestServer } from '../support/server.ts'
import { deploy, startApplication, type Application } from './application.ts'
import { makeKiller } from './killer.ts'
import { useStage, type Stage } from './stage.ts'

const FILE = JSON.stringify({
  version: '1',
  secrets: {
    one: { data: { PASSWORD: '${env://PASSWORD}' } },
    two: { data: { OTHER: '${env://PASSWORD}' } },
  },
  verify: [
    {
      name: 'log in',
      http: { url: '/login', through: 'service/web:80', body: '${env://PASSWORD}' },
      retries: 1,
      interval: '1s',
      timeout: '2s',
    },
    {
      name: 'command',
      exec: {
        in: 'deployment/web',
        command: ['sh', '-c', 'read -r got; test -n "$got"'],
        stdin: '${env://PASSWORD}\n',
      },
      retries: 1,
      interval: '1s',
      timeout: '2s',
    },
  ],
})

/** The requests that checks send, by the ends of their paths. */
const REQUESTS = ['/services/web', '/deployments/web', '/pods', '/exec', '/portforward'] as const

const FAULTS: Readonly<Record<string, Fault>> = {
  refused: { kind: 'refuse' },
  'cut before it took effect': { kind: 'swallow' },
  'cut when it took effect': { kind: 'cut-after' },
  'never answered': { kind: 'hang' },
  'the last before three seconds without a server': { kind: 'die', forMs: 3_000 },
  delayed: { kind: 'delay', ms: 500 },
  'answered 403': { kind: 'answer', answer: status(403, 'Forbidden') },
  'answered 404': { kind: 'answer', answer: status(404, 'NotFound') },
  'answered 429': { kind: 'answer', answer: throttled() },
  'answered 500': { kind: 'answer', answer: status(500, 'InternalError') },
  'answered 502 in HTML': { kind: 'answer', answer: badGateway(502) },
  'answered 200 in HTML': { kind: 'answer', answer: notJson() },
  redirected: { kind: 'answer', answer: redirect('https://elsewhere.example/') },
}

interface Case {
  readonly name: string
  readonly request: (typeof REQUESTS)[number]
  readonly fault: Fault
  /** Whether it strikes once, so that the second attempt of the check may pass, or again and again. */
  readonly times: number
}

/**
 * For every request that checks send every fault, once and for good: afterwards the run ended well and all is written, or it
 * did not and all is as it was. `each`: one case of so many is tried.
 */
export function verifyFaultScenarios(
  name: string,
  start: () => Promise<TestServer>,
  { each, whole, port }: { each: number; whole: boolean; port?: number },
): void {
  describe(`faults of checks, on ${name}`, () => {
    const stage = useStage(start)
    let app: Application
    beforeAll(async () => {
      app = await startApplication(port)
    })
    afterAll(() => app.stop())

    it(
      'whatever happens to a request of a check, all is applied or all is as before',
      { timeout: 600_000 },
      async () => {
        const cases = REQUESTS.flatMap((request) =>
          Object.entries(FAULTS).flatMap(([what, fault]) =>
            [1, Infinity].map((times): Case => ({
              name: `${request} ${what}${times === 1 ? '' : ', again and again'}`,
              request,
              fault,
              times,
            })),
          ),
        )
        const chosen = cases.filter((_, nth) => nth % each === 0)
        const found = await mapConcurrently(chosen, 4, (each) => tryCase(each, stage, app))
        process.stdout.write(`a check goes wrong, on ${name}: ${chosen.length} cases of ${cases.length}\n`)
        expect(found.flat()).toEqual([])
      },
    )

    it.each(whole ? (['SIGKILL', 'SIGTERM'] as const) : (['SIGKILL'] as const))(
      'a run that gets %s while it checks is undone: by itself, or by the next one',
      async (signal) => {
        const { namespace, before } = await prepare(stage, app)
        const { started, act } = makeKiller(signal)
        const proxy = await startFaultProxy(stage.server(), [
          {
            when: ({ path }) => path.endsWith('/exec'),
            fault: { kind: 'meanwhile', act, lost: true },
          },
        ])
        const inputs = { kubeconfig: proxy.kubeconfig(stage.server().admin) }
        const killed = await stage.run(namespace, { ...optionsOf('second'), inputs, started })
        expect(killed.exitCode).not.toBe(0)
        proxy.set([])
        const next = await stage.run(namespace, { ...optionsOf('first'), inputs })
        await proxy.stop()
        expect(next.exitCode, `${killed.log}\n${next.log}`).toBe(0)
        expect(next.outputs['changed']).toBe('false')
        expect(await stage.snapshot(namespace)).toEqual(before)
      },
    )
  })
}

const words = new Map<string, string>()

/** A run whose values are all of one kind. */
function optionsOf(which: 'first' | 'second') {
  const password = words.get(which) ?? `${which}-${randomBytes(9).toString('hex')}`
  words.set(which, password)
  return { files: { '.github/secretferry.yml': FILE }, env: { PASSWORD: password } }
}

async function prepare(stage: Stage, app: Application) {
  const namespace = await stage.fresh()
  await deploy(stage.server(), namespace, app)
  const first = await stage.run(namespace, optionsOf('first'))
  expect(first.exitCode, first.log).toBe(0)
  return { namespace, before: await stage.snapshot(namespace) }
}

async function tryCase(
  { name, request, fault, times }: Case,
  stage: Stage,
  app: Application,
): Promise<readonly string[]> {
  const { namespace, before } = await prepare(stage, app)
  const rule: FaultRule = {
    when: ({ path, query }) => path.endsWith(request) && !query.has('watch'),
    fault,
    times,
  }
  const proxy = await startFaultProxy(stage.server(), [rule])
  const inputs = { kubeconfig: proxy.kubeconfig(stage.server().admin) }
  const run = await stage.run(namespace, { ...optionsOf('second'), inputs })
  const struck = proxy.requests.some((each) => each.fault === fault.kind)
  await proxy.stop()
  const now = await stage.snapshot(namespace)
  const asBefore = isDeepStrictEqual(now, before)
  const wrongs = [
    ...(struck ? [] : ['the request never came']),
    ...(run.exitCode === 0 && asBefore ? ['it ended well, but nothing was written'] : []),
    ...(run.exitCode !== 0 && !asBefore ? ['it failed, and not all is as before'] : []),
    ...(run.exitCode !== 0 && run.outputs['error-code'] !== 'VERIFY_FAILED'
      ? [`its code is ${run.outputs['error-code'] ?? ''}`]
      : []),
    ...(run.exitCode !== 0 && times === 1 && mayRecover(fault) ? ['one fault was enough'] : []),
    ...(run.timedOut ? ['it did not end'] : []),
  ]
  return wrongs.map((wrong) => describeWrong(name, wrong, run))
}

/** Whether the second attempt of the check may pass. A permission that is missing will not come. */
function mayRecover(fault: Fault): boolean {
  if (fault.kind === 'die') return false
  return fault.kind !== 'answer' || fault.answer.status !== 403
}

function describeWrong(name: string, wrong: string, { log }: ActionRun): string {
  return `${name}: ${wrong}\n${log}\n`
}
