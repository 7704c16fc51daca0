import { describe, expect, test } from 'vitest'
import { fakeEffects } from '../../test/support/effects.ts'
import { plainSecret } from '../../test/support/plain-secret.ts'
import { ActionError } from '../error.ts'
import type { Executed } from '../kubernetes/streams/exec.ts'
import type { Check, ExecProbe, HttpProbe } from './check.ts'
import { verificationFailure } from './failure.ts'
import type { HttpSeen } from './judge.ts'
import type { Probes } from './probes.ts'
import { verify } from './run.ts'
import type { Unanswered } from './send.ts'

const HTTP: HttpProbe = {
  kind: 'http',
  url: new URL('https://a.example/healthz'),
  through: undefined,
  method: 'GET',
  headers: new Map(),
  body: undefined,
  expect: { statuses: undefined, fields: [] },
}
const EXEC: ExecProbe = {
  kind: 'exec',
  target: { kind: 'deployment', name: 'web' },
  container: undefined,
  command: ['login'],
  stdin: plainSecret('hush'),
  showLogs: true,
}

function check(probe: Check['probe'], attempts: Partial<Check['attempts']> = {}): Check {
  return {
    name: 'it works',
    secret: undefined,
    namespace: 'aura',
    always: false,
    attempts: { retries: 2, intervalMs: 1, timeoutMs: 1_000, ...attempts },
    probe,
    at: { file: 'secretferry.yml', line: 7 },
  }
}

type Outcome = HttpSeen | Unanswered | Executed | Error | 'never'

/** Probes that answer one outcome after the other, the last one again and again. */
function answering(outcomes: readonly Outcome[]): Probes & { readonly asked: () => number } {
  let nth = 0
  const next = async (signal: AbortSignal): Promise<never> => {
    const outcome = outcomes[Math.min(nth++, outcomes.length - 1)]
    if (outcome === 'never')
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () =>
          reject(new ActionError({ code: 'TIMEOUT', message: 'late', hint: '' })),
        ),
      )
    if (outcome instanceof Error) throw outcome
    return outcome as never
  }
  return { http: (_, { signal }) => next(signal), exec: (_, { signal }) => next(signal), asked: () => nth }
}

const ok: HttpSeen = { status: 200, redirects: false, json: undefined }
const down: HttpSeen = { ...ok, status: 503 }

async function run(of: Check, outcomes: readonly Outcome[], signal = new AbortController().signal) {
  const effects = fakeEffects()
  const secret = effects.secret('hush-hush', 'a value')
  const probes = answering(outcomes)
  const [verified] = await verify([of], { ...effects, probes, deadline: { signal } })
  return { ...verified, asked: probes.asked(), said: effects.said, secret }
}

describe('a check', () => {
  test('passes at once, or after some attempts', async () => {
    expect(await run(check(HTTP), [ok])).toMatchObject({ attempts: 1, failure: undefined, said: [] })
    const later = await run(check(HTTP), [down, down, ok])
    expect(later).toMatchObject({ attempts: 3, failure: undefined })
    expect(later.said.map(({ text }) => text)).toEqual([
      'it works: answered 503, expected 200 to 299; it is tried again, up to 2 more times',
    ])
  })

  test('fails when its attempts are used up', async () => {
    const { attempts, failure } = await run(check(HTTP), [down])
    expect(attempts).toBe(3)
    expect(failure).toMatchObject({ wrong: 'answered 503, expected 200 to 299' })
  })

  test.each([
    [
      'a certificate that is not trusted',
      { errno: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      'its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    [
      'no permission',
      new ActionError({ code: 'FORBIDDEN', message: 'no exec', hint: 'grant it' }),
      'no exec',
    ],
  ])('is not tried again after %s', async (_what, outcome, wrong) => {
    expect(await run(check(HTTP), [outcome])).toMatchObject({ attempts: 1, failure: { wrong } })
  })

  test.each([
    ['ECONNREFUSED', 'no connection, or none that lasted until the answer (ECONNREFUSED)'],
    ['odd: a value', 'no connection, or none that lasted until the answer'],
    [undefined, 'no connection, or none that lasted until the answer'],
  ])('is tried again after %s', async (errno, wrong) => {
    expect(await run(check(HTTP), [{ errno }])).toMatchObject({ attempts: 3, failure: { wrong } })
  })

  test('has a limit for each attempt', async () => {
    const { attempts, failure } = await run(check(HTTP, { timeoutMs: 20, retries: 1 }), ['never'])
    expect({ attempts, wrong: failure?.wrong }).toEqual({ attempts: 2, wrong: 'no answer within 0.02 s' })
  })

  test('ends with the time of the run', async () => {
    const { attempts, failure } = await run(
      check(HTTP, { retries: 100, intervalMs: 60_000 }),
      [down],
      AbortSignal.timeout(30),
    )
    expect(attempts).toBeLessThan(4)
    expect(failure).toMatchObject({ wrong: 'the time of the run was over before it passed' })
  })

  test('shows the last lines of a command without values, where that is asked for', async () => {
    const printed = `${'line\n'.repeat(30)}\nthe password is hush-hush\r\n`
    const executed: Executed = { end: { kind: 'exited', code: 3 }, printed, stdinLeftOpen: false }
    const shown = await run(check(EXEC), [executed])
    expect(shown.failure?.printed).toEqual([...Array<string>(19).fill('line'), 'the password is ***'])
    const hidden = await run(check({ ...EXEC, showLogs: false }), [executed])
    expect(hidden.failure).toMatchObject({ wrong: 'the command ended with exit code 3', printed: [] })
  })

  test('that failed is a problem with its place', async () => {
    const { check: made, attempts, failure } = await run(check(HTTP, { retries: 0 }), [down])
    if (made === undefined || attempts === undefined) throw new Error('no result')
    expect(verificationFailure([{ check: made, attempts, failure }])?.problems).toMatchObject([
      {
        code: 'VERIFY_FAILED',
        message: 'the check “it works” failed: answered 503, expected 200 to 299 (tried once)',
        at: { file: 'secretferry.yml', line: 7 },
      },
    ])
    expect(verificationFailure([{ check: made, attempts, failure: undefined }])).toBeUndefined()
  })
})
