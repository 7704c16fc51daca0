import * as core from '@actions/core'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createDeadline } from './deadline.ts'
import type { Effects } from './effects.ts'
import { ActionError } from './error.ts'
import { createFiles } from './files.ts'
import { blobReader } from './git.ts'
import { readInputs, type Inputs } from './inputs.ts'
import { connect } from './kubernetes/connect.ts'
import type { Cluster } from './kubernetes/cluster.ts'
import { createMasks, type Masks } from './masking.ts'
import { apply } from './modes/apply.ts'
import { readProvenance, type Outcome } from './outcome.ts'
import { auditLines } from './report/audit.ts'
import { createLog } from './report/log.ts'
import { outputsOf, planFile } from './report/outputs.ts'
import { describeResult } from './report/result.ts'
import { summaryOf } from './report/summary.ts'
import { Secret } from './secret.ts'
import { demandBase, judgeTrust } from './trust.ts'

const env = process.env
const startedAt = Date.now()
const underActions = env['GITHUB_ACTIONS'] === 'true'
const workspace = path.resolve(env['GITHUB_WORKSPACE'] ?? '.')
const log = createLog(core, underActions, env['RUNNER_DEBUG'] === '1')
const masks: Masks = createMasks({
  emit: (form) => {
    if (underActions) core.setSecret(form)
  },
  warn: (text) => log.warning(text),
})

process.on('uncaughtException', (error) => end({ failure: bugOf(error) }))
process.on('unhandledRejection', (error) => end({ failure: bugOf(error) }))
process.removeAllListeners('warning')

await main()

async function main(): Promise<void> {
  let inputs: Inputs | undefined
  let outcome: Outcome | undefined
  let failure: ActionError | undefined
  let effects: Effects | undefined
  try {
    inputs = readInputs(env)
    effects = await createEffects()
    outcome = await run(inputs, effects)
    failure = outcome.failure
    describeResult(outcome, log)
  } catch (error) {
    failure = error instanceof ActionError ? error : bugOf(error)
  }
  await report({ inputs, effects, outcome, failure })
}

async function run(inputs: Inputs, effects: Effects): Promise<Outcome> {
  const deadline = createDeadline(inputs.timeoutMs)
  let connected: Promise<Cluster> | undefined
  const cluster = (): Promise<Cluster> => (connected ??= connect({ ...inputs, workspace, deadline }, effects))
  try {
    return await apply(inputs, { effects, deadline, cluster })
  } finally {
    await connected?.then(
      (open) => open.close(),
      () => undefined,
    )
  }
}

async function createEffects(): Promise<Effects> {
  const trust = await judgeTrust(
    env,
    async () => JSON.parse(await readFile(env['GITHUB_EVENT_PATH'] ?? '', 'utf8')) as unknown,
  )
  const demand = trust.kind === 'own' ? undefined : demandBase(trust, blobReader(workspace, env))
  return {
    env,
    now: Date.now,
    random: (size) => randomBytes(size),
    secret: (value, name) => Secret.of(value, (bytes) => masks.register(bytes, name)),
    live: (value) => Secret.of(value, (bytes) => masks.registerLive(bytes)),
    literal: (value) => Secret.of(value, (bytes) => masks.publish(bytes)),
    scrub: (foreign) => masks.scrub(foreign),
    log,
    files: createFiles({ workspace, temp: env['RUNNER_TEMP'], path, demand }),
  }
}

interface Ending {
  readonly inputs: Inputs | undefined
  readonly effects: Effects | undefined
  readonly outcome: Outcome | undefined
  readonly failure: ActionError | undefined
}

/** Everything that is said at the end, and the files that are written. A report that fails is a failure too. */
async function report({ inputs, effects, outcome, failure: first }: Ending): Promise<void> {
  let failure = first
  try {
    const planPath = outcome === undefined ? undefined : await writePlan(outcome, effects)
    if (inputs?.auditLog !== undefined) await effects?.files.append(inputs.auditLog, audit(outcome, failure))
    if (underActions && env['GITHUB_STEP_SUMMARY'] !== undefined)
      await core.summary.addRaw(summaryOf(outcome, failure)).write()
    setOutputs(outcome, { planPath, failure })
  } catch (error) {
    failure ??= error instanceof ActionError ? error : bugOf(error)
  }
  end({ failure })
}

function audit(outcome: Outcome | undefined, failure: ActionError | undefined): string {
  return auditLines({ outcome, failure, provenance: readProvenance(env) }, { startedAt, now: Date.now() })
}

async function writePlan(outcome: Outcome, effects: Effects | undefined): Promise<string | undefined> {
  const folder = env['RUNNER_TEMP']
  if (folder === undefined || effects === undefined) return undefined
  const file = path.join(folder, `secretferry-plan-${randomBytes(6).toString('hex')}.json`)
  await effects.files.append(file, planFile(outcome))
  return file
}

/** Sets the outputs. The runner drops a job output in which it finds a mask: that is said, not left to be wondered at. */
function setOutputs(
  outcome: Outcome | undefined,
  ending: { planPath: string | undefined; failure: ActionError | undefined },
): void {
  if (!underActions || env['GITHUB_OUTPUT'] === undefined) return
  for (const [name, value] of Object.entries(outputsOf(outcome, ending))) {
    if (masks.covers(value))
      log.warning(
        `the output \`${name}\` holds text that is masked: the runner will drop it where it becomes a job output`,
      )
    core.setOutput(name, value)
  }
}

/** Says every problem on its place and sets the exit code. The process ends when its streams have drained. */
function end({ failure }: { failure: ActionError | undefined }): void {
  for (const { code, message, hint, at } of failure?.problems ?? [])
    log.error(`${masks.scrub(message)}. ${masks.scrub(hint)} [${code}]`, at)
  if (failure !== undefined) process.exitCode = 1
}

/** What is thrown and is no ActionError is our fault. Its message may quote a value, so only its place is told. */
function bugOf(error: unknown): ActionError {
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  const name = error instanceof Error ? error.constructor.name : typeof error
  for (const frame of frames.slice(0, 10)) log.debug(masks.scrub(frame))
  const place = masks.scrub(/[^/\\(]+:\d+:\d+/.exec(frames[0] ?? '')?.[0] ?? 'unknown place')
  return new ActionError(
    {
      code: 'BUG',
      message: `a fault in the action itself: ${name} at ${place}`,
      hint: 'please report it with this line; run again with debug logging for the stack',
    },
    { cause: error },
  )
}
