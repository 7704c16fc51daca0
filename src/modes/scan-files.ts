import path from 'node:path'
import type { Effects } from '../effects.ts'
import type { ActionError } from '../error.ts'
import type { ScanOutcome } from '../outcome.ts'
import { failureOf } from '../report/bug.ts'
import { joinFailures } from '../report/failures.ts'
import { scanJson } from '../report/scan/json.ts'
import { sarifOf } from '../report/scan/sarif.ts'
import { cleanKey, renderBaseline } from '../scan/baseline.ts'
import type { Finding } from '../scan/finding.ts'

/** Where the inputs want what. */
export interface ScanFiles {
  /** Undefined: RUNNER_TEMP, where there is one. */
  readonly sarif: string | undefined
  readonly report: string | undefined
  readonly baseline: string
  /** Whether the baseline is written anew. */
  readonly writeBaseline: boolean
}

/**
 * Writes what is to be kept of a scan, each file by itself: one that can't be written loses no finding and no other file, and
 * is a failure of the run. Answers the outcome with what was written in it, and no value in its names.
 */
export async function writeScanFiles(
  given: ScanOutcome,
  wanted: ScanFiles,
  effects: Effects,
): Promise<ScanOutcome> {
  const outcome = withoutValues(given, effects.scrub)
  let failure: ActionError | undefined = outcome.failure
  const write = async (file: string | undefined, content: () => string): Promise<string | undefined> => {
    if (file === undefined) return undefined
    try {
      await effects.files.write(file, content())
      return file
    } catch (error) {
      failure = joinFailures(failure, failureOf(error, effects))
      return undefined
    }
  }
  const written = {
    sarif: await write(wanted.sarif ?? temporary('sarif', effects), () => sarifOf(outcome)),
    report: await write(wanted.report, () => scanJson(outcome)),
    baseline: await write(wanted.writeBaseline ? wanted.baseline : undefined, () =>
      renderBaseline(outcome.result),
    ),
  }
  return { ...outcome, written, failure }
}

function temporary(extension: string, { env, random }: Effects): string | undefined {
  const folder = env['RUNNER_TEMP']
  if (folder === undefined || folder === '') return undefined
  return path.join(folder, `secretferry-scan-${Buffer.from(random(6)).toString('hex')}.${extension}`)
}

/** A path or key in which a value stands is told with `***` in its place. */
function withoutValues(outcome: ScanOutcome, scrub: Effects['scrub']): ScanOutcome {
  const clean = (text: string): string => {
    const shown = scrub(text)
    return shown.includes('***') ? shown : text
  }
  const finding = (each: Finding): Finding => ({
    ...each,
    path: clean(each.path),
    key: each.key === undefined ? undefined : cleanKey(clean(each.key)),
  })
  const { found, allowed, unscanned, ...rest } = outcome.result
  return {
    ...outcome,
    result: {
      ...rest,
      found: found.map(finding),
      allowed: allowed.map((each) => ({
        ...each,
        finding: finding(each.finding),
        reason: each.reason === undefined ? undefined : clean(each.reason),
      })),
      unscanned: unscanned.map((each) => ({ ...each, path: clean(each.path) })),
    },
  }
}
