#!/usr/bin/env node
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { asksForResultCodes, inputsOfArguments } from './command-line.ts'
import { cancelled, createDeadline, type Deadline } from './deadline.ts'
import type { Effects } from './effects.ts'
import type { ActionError } from './error.ts'
import { exitCodeOf } from './exit-code.ts'
import { createFiles } from './files.ts'
import { ancestryReader, blobReader } from './git.ts'
import { readInputs, type Inputs } from './inputs.ts'
import type { Cluster } from './kubernetes/cluster.ts'
import { UNDO_LIMIT_MS } from './kubernetes/undo-limit.ts'
import { createMasks, type Masks } from './masking.ts'
import { runMode } from './modes/run.ts'
import { readProvenance, type Outcome, type ScanOutcome } from './outcome.ts'
import { identifySelf, isGone } from './process-identity.ts'
import { auditLines } from './report/audit.ts'
import { failureOf } from './report/bug.ts'
import { joinFailures, legible } from './report/failures.ts'
import { createLog } from './report/log.ts'
import type { ModeReport } from './report/mode-report.ts'
import { loadReport } from './report/modes.ts'
import { outputsOf } from './report/outputs.ts'
import { stalled } from './report/stalled.ts'
import { summaryOf } from './report/summary.ts'
import { proxiedFetch } from './proxied-fetch.ts'
import { createOutputFiles } from './output-directory.ts'
import { openOutput } from './printer.ts'
import { createRunner } from './runner.ts'
import { Secret } from './secret.ts'
import { listenForSignals } from './signals.ts'
import { demandBase, judgeTrust } from './trust.ts'

/** Milliseconds after every limit of the run until it is given up. */
const GRACE_MS = 30_000
const env = process.env
const given = process.argv.slice(2)
const scanning = env['INPUT_MODE'] === 'scan' || given[0] === 'scan'
const startedAt = Date.now()
const underActions = env['GITHUB_ACTIONS'] === 'true'
const workspace = path.resolve(env['GITHUB_WORKSPACE'] ?? '.')
const { runner, print } = openOutput(createRunner, !underActions && given[0] === 'render')
const log = createLog(runner, underActions, env['RUNNER_DEBUG'] === '1')
const masks: Masks = createMasks({
  emit: (forms) => {
    if (underActions) runner.setSecrets(forms)
  },
  warn: (text) => log.warning(text),
})

/** What went wrong outside of all that main awaits. */
const astray: ActionError[] = []
/** How a scan ended; undefined as long as it did not. */
let looked: ScanOutcome['kind'] | undefined
process.on('uncaughtException', stray)
process.on('unhandledRejection', stray)
process.removeAllListeners('warning')

process.exitCode = 1
await main()

async function main(): Promise<void> {
  let inputs: Inputs | undefined
  let told: ModeReport | undefined
  let failure: ActionError | undefined
  let effects: Effects | undefined
  let awake: NodeJS.Timeout | undefined
  try {
    inputs = readInputs({ ...env, ...inputsOfArguments(given) })
    awake = setTimeout(() => undefined, longest(inputs))
    effects = await createEffects()
    const outcome = await Promise.race([run(inputs, effects, createDeadline(inputs.timeoutMs)), stalled()])
    if (outcome.mode === 'scan') looked = outcome.kind
    if (outcome.failure !== undefined) failure = readable(outcome.failure)
    told = await loadReport(outcome)
    told.describe(log)
  } catch (error) {
    failure = readable(error)
  }
  await report({ inputs, effects, told, failure })
  clearTimeout(awake)
}

/** Milliseconds that a run may take with all its limits, those of rolling out and of rolling back among them. */
function longest(inputs: Inputs): number {
  const rollouts = 'rolloutTimeoutMs' in inputs ? 2 * inputs.rolloutTimeoutMs : 0
  return inputs.timeoutMs + UNDO_LIMIT_MS + rollouts + GRACE_MS
}

async function run(inputs: Inputs, effects: Effects, deadline: Deadline): Promise<Outcome> {
  listenForSignals(deadline, log)
  let connected: Promise<Cluster> | undefined
  // Only who needs a cluster loads what talks to it.
  const cluster = (): Promise<Cluster> =>
    (connected ??= import('./kubernetes/connect.ts').then(({ connect }) =>
      connect({ ...inputs, workspace, deadline }, effects),
    ))
  try {
    // Found only after the writes, it would leave them without a record.
    if (inputs.auditLog !== undefined) await effects.files.append(inputs.auditLog, '')
    return await runMode(inputs, { effects, deadline, cluster })
  } catch (error) {
    // Whatever failed then failed because of it, or does not matter any more.
    throw deadline.cancelled ? cancelled() : error
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
  const places = { workspace, temp: env['RUNNER_TEMP'], path, demand }
  return {
    env,
    now: Date.now,
    random: randomBytes,
    secret: (value, name) => Secret.of(value, (bytes) => masks.register(bytes, name)),
    live: (value) => Secret.of(value, (bytes) => masks.registerLive(bytes)),
    literal: (value) => Secret.of(value, (bytes) => masks.publish(bytes)),
    scrub: (foreign) => masks.scrub(foreign),
    fetch: proxiedFetch(env),
    log,
    processes: { self: identifySelf(), isGone },
    ancestry: ancestryReader(workspace, env),
    files: createFiles(places),
    output: createOutputFiles(places, { random: randomBytes }),
    print,
  }
}

interface Ending {
  readonly inputs: Inputs | undefined
  readonly effects: Effects | undefined
  readonly told: ModeReport | undefined
  readonly failure: ActionError | undefined
}

/**
 * Everything that is said at the end, and the files that are written, each tried by itself: one that fails loses no
 * other, and is a failure too, which those that follow tell of.
 */
async function report({ inputs, effects, told, failure: first }: Ending): Promise<void> {
  let failure = first
  const attempt = async <T>(part: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await part()
    } catch (error) {
      failure = joinFailures(failure, readable(error))
      return undefined
    }
  }
  const planPath = await attempt(() => writePlan(told, effects))
  await attempt(async () => {
    if (inputs?.auditLog !== undefined) await effects?.files.append(inputs.auditLog, audit(told, failure))
  })
  const whole = (): ActionError | undefined => [failure, ...astray].reduce(joinFailures)
  await attempt(() => {
    setOutputs(told, { planPath, failure: whole(), scanning })
  })
  const summary = await attempt(() => summaryOf(told, whole(), inputs?.mode ?? 'apply'))
  if (summary !== undefined) writeSummary(summary)
  end(failure)
}

function audit(report: ModeReport | undefined, failure: ActionError | undefined): string {
  return auditLines({ report, failure, provenance: readProvenance(env) }, { startedAt, now: Date.now() })
}

async function writePlan(
  told: ModeReport | undefined,
  effects: Effects | undefined,
): Promise<string | undefined> {
  const folder = env['RUNNER_TEMP']
  const content = told?.planFile
  if (content === undefined || folder === undefined || effects === undefined) return undefined
  const file = path.join(folder, `secretferry-plan-${randomBytes(6).toString('hex')}.json`)
  await effects.files.append(file, content)
  return file
}

/** Sets the outputs. The runner drops a job output in which it finds a mask: that is said, not left to be wondered at. */
function setOutputs(told: ModeReport | undefined, ending: Parameters<typeof outputsOf>[1]): void {
  const file = env['GITHUB_OUTPUT'] ?? ''
  if (!underActions || file === '') return
  for (const [name, value] of Object.entries(outputsOf(told, ending))) {
    if (masks.covers(value))
      log.warning(
        `the output \`${name}\` holds text that is masked: the runner will drop it where it becomes a job output`,
      )
    runner.setOutput(file, name, value)
  }
}

/** Without it the run is the same: all that it tells is in the log too. */
function writeSummary(text: string): void {
  const file = env['GITHUB_STEP_SUMMARY'] ?? ''
  if (!underActions || file === '') return
  try {
    runner.addSummary(file, text)
  } catch {
    log.warning('the job summary could not be written: the file that GITHUB_STEP_SUMMARY names takes none')
  }
}

/** Says every problem on its place and sets the exit code. The process ends when its streams have drained. */
function end(failure: ActionError | undefined): void {
  for (const { code, message, hint, at } of failure?.problems ?? [])
    log.error(`${message}. ${hint} [${code}]`, at)
  const scan = scanning ? { result: looked, byResult: asksForResultCodes(given) } : undefined
  process.exitCode = exitCodeOf([failure, ...astray].reduce(joinFailures), scan)
}

function stray(error: unknown): void {
  const failure = readable(error)
  astray.push(failure)
  end(failure)
}

function readable(error: unknown): ActionError {
  const scrub = (text: string): string => masks.scrub(text)
  return legible(failureOf(error, { scrub, log }), scrub)
}
