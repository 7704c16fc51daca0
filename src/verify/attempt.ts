import { ActionError } from '../error.ts'
import { refusalOfError } from '../kubernetes/exchange.ts'
import type { RefusalKind } from '../kubernetes/refusal.ts'
import type { Executed } from '../kubernetes/streams/exec.ts'
import type { Check, ExecProbe, HttpProbe } from './check.ts'
import { judgeExec, judgeHttp } from './judge.ts'
import type { ProbeAt } from './probes.ts'
import type { Failure, VerifyContext } from './run.ts'
import type { Unanswered } from './send.ts'

/** A failure of one attempt, and whether another would end the same. */
export interface Trial {
  readonly failure: Failure
  readonly final: boolean
}

/** Of what a command printed, as many lines are shown. */
const LINES_SHOWN = 20

/** Makes a check once; undefined where it passed. */
export async function tryOnce(check: Check, context: VerifyContext): Promise<Trial | undefined> {
  const { deadline } = context
  const { timeoutMs } = check.attempts
  const limit = AbortSignal.timeout(timeoutMs)
  const at = { namespace: check.namespace, signal: AbortSignal.any([deadline.signal, limit]) }
  const trial = await probe(check, at, context)
  if (trial === undefined) return undefined
  if (deadline.signal.aborted) return failed(RUN_OVER, { final: true })
  if (!limit.aborted) return trial
  return failed({ ...trial.failure, wrong: `no answer within ${timeoutMs / 1000} s`, hint: SLOW })
}

const GRANT = 'what a check needs in a Role is told in docs/verify.md; an admission plugin may forbid it too'
const SLOW = 'raise its `timeout` where it may take longer; see what its logs say'
const RUN_OVER: Failure = {
  wrong: 'the time of the run was over before it passed',
  hint: 'raise the input `timeout`, or lower `retries` and `interval` of the check',
  printed: [],
}

async function probe(check: Check, at: ProbeAt, context: VerifyContext): Promise<Trial | undefined> {
  const { probe: of } = check
  try {
    return of.kind === 'http' ? await request(of, at, context) : await command(of, at, context)
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    const [{ code, message, hint }] = error.problems
    const final = code === 'FORBIDDEN' || code === 'UNAUTHORIZED' || code === 'LOGIN_FAILED'
    const remedy = code === 'FORBIDDEN' ? GRANT : hint
    return failed({ wrong: message, hint: remedy, printed: [] }, { final })
  }
}

async function request(of: HttpProbe, at: ProbeAt, { probes }: VerifyContext): Promise<Trial | undefined> {
  const seen = await probes.http(of, at)
  if (!('status' in seen)) return unanswered(seen)
  const wrong = judgeHttp(seen, of.expect)
  return wrong === undefined ? undefined : failed({ wrong, hint: LOOK, printed: [] })
}

const LOOK = 'see what its logs say; the answer is not printed, because it may hold a value'

/** Nobody answered. Certificates that do not pass will not pass a second later either. */
function unanswered({ errno }: Unanswered): Trial {
  const { kind, by } = refusalOfError(errno, { signal: { aborted: false }, connected: false })
  const { words, hint } = WORDS[kind] ?? NO_CONNECTION
  return failed(
    { wrong: `${words}${by === undefined ? '' : ` (${by})`}`, hint, printed: [] },
    { final: kind === 'untrusted' },
  )
}

const NO_CONNECTION = {
  words: 'no connection, or none that lasted until the answer',
  hint: 'check the URL; what is only in the cluster is reached by `through: service/NAME:PORT`',
}
const WORDS: Readonly<Partial<Record<RefusalKind, { words: string; hint: string }>>> = {
  untrusted: {
    words: 'its certificate is not trusted',
    hint: 'NODE_EXTRA_CA_CERTS in the step’s environment adds authorities',
  },
}

async function command(of: ExecProbe, at: ProbeAt, context: VerifyContext): Promise<Trial | undefined> {
  const executed = await context.probes.exec(of, at)
  const wrong = judgeExec(executed)
  if (wrong === undefined) return undefined
  const printed = of.showLogs ? lastLines(executed, context) : []
  const hint = of.showLogs ? 'what it printed last is above' : '`show-logs: true` shows what it printed last'
  return failed({ wrong, hint, printed })
}

function lastLines({ printed }: Executed, { scrub }: VerifyContext): readonly string[] {
  const lines = printed.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.slice(-LINES_SHOWN).map(scrub)
}

function failed(failure: Failure, { final }: { final: boolean } = { final: false }): Trial {
  return { failure, final }
}
