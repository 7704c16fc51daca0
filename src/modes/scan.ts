import path from 'node:path'
import type { Effects, Files } from '../effects.ts'
import { ActionError } from '../error.ts'
import type { ScanInputs } from '../inputs/scan.ts'
import type { LayerState, ScanOutcome } from '../outcome.ts'
import { plural } from '../report/plural.ts'
import { unannotated } from '../report/scan/describe.ts'
import { fails } from '../report/scan/words.ts'
import { readAllowances, readText } from '../scan/allowances.ts'
import { DEFAULT_BASELINE } from '../scan/baseline.ts'
import { readEvent } from '../scan/event.ts'
import { authorizationOf } from '../scan/git/authorization.ts'
import { filesAt } from '../scan/git/base-files.ts'
import { GitFailure, openGit, type Git } from '../scan/git/git.ts'
import { openObjects } from '../scan/git/objects.ts'
import { collectKnown } from '../scan/known/collect.ts'
import { knownValueLayer, type Skipped } from '../scan/known/layer.ts'
import { permitKnownValues } from '../scan/known/permission.ts'
import { createJudge } from '../scan/judge.ts'
import { kubernetes } from '../scan/manifests/layer.ts'
import type { Layer } from '../scan/match.ts'
import { configuredPatterns } from '../scan/patterns.ts'
import { planScan, type ScanPlan } from '../scan/plan.ts'
import { scan, type Judge, type ScanResult } from '../scan/scan.ts'
import { writeScanFiles } from './scan-files.ts'
import { kindOf } from './scan-kind.ts'
import type { World } from './world.ts'

/** Milliseconds that one file may take. */
const FILE_LIMIT_MS = 10_000

/** Looks for secrets in what a change adds, or in all there is. Throws where it could not even begin. */
export async function scanRepository(inputs: ScanInputs, { effects }: World): Promise<ScanOutcome> {
  const workspace = path.resolve(effects.env['GITHUB_WORKSPACE'] ?? '.')
  const authorization = authorizationOf(inputs.token, effects.secret)
  const git = openGit({ workspace, env: effects.env, authorization })
  const event = await readEvent(effects.env)
  const plan = await planScan(git, { event, scope: inputs.scope, staged: inputs.staged })
  const deciding = plan.decides === undefined ? effects.files : filesAt(git, plan.decides, effects.files)
  const allowances = await readAllowances(inputs, deciding)
  const judging = createJudge({
    ...allowances,
    trusted: !plan.proposed,
    baseText: (file) => readText(file, deciding),
  })
  const explicit = inputs.source.kind === 'file' && inputs.source.explicit
  const configuration = allowances.configured || explicit ? deciding : undefined
  const known = await lookForKnown(inputs, effects, configuration)
  const layers = [...known.layers, kubernetes, configuredPatterns(allowances.rules)]
  const result = await run(git, { plan, layers, effects, judge: judging.judge })
  const states = [
    known.state,
    ...[kubernetes.name, 'pattern' as const].map((name) => ({ name, on: true, why: undefined })),
  ]
  const failOn = inputs.writeBaseline ? 'never' : inputs.failOn
  const outcome = {
    mode: 'scan',
    kind: kindOf(result, { whole: plan.whole, failOn }),
    about: plan.about,
    result,
    layers: states,
    rules: layers.flatMap((layer) => layer.rules),
    skipped: known.skipped,
    notes: [...plan.notes, ...allowances.notes, ...judging.notes()],
    failOn,
    written: { sarif: undefined, report: undefined, baseline: undefined },
    failure: undefined,
  } as const
  const { sarif, report, baseline = DEFAULT_BASELINE, writeBaseline } = inputs
  const wanted = { sarif, report, baseline, writeBaseline }
  return writeScanFiles({ ...outcome, failure: failureOf(outcome) }, wanted, effects)
}

interface Known {
  readonly layers: readonly Layer[]
  readonly state: LayerState
  readonly skipped: readonly Skipped[]
}

/** The layer of known values, where they may be searched for and there are some. */
async function lookForKnown(inputs: ScanInputs, effects: Effects, files: Files | undefined): Promise<Known> {
  const off = (why: string): Known => ({
    layers: [],
    state: { name: 'known-value', on: false, why },
    skipped: [],
  })
  const permission = await permitKnownValues(effects.env, inputs.githubSecrets !== undefined)
  if (!permission.on) return off(permission.why)
  const { values, unread } = await collectKnown(inputs, effects, files)
  const present = values.filter(({ secret }) => !secret.isBlank)
  const missing = unread.length === 0 ? undefined : `could not be read: ${unread.join('; ')}`
  if (present.length === 0)
    return off(missing ?? 'no values are given: set `github-secrets`, or declare them in the configuration')
  const { layer, skipped } = knownValueLayer(present)
  return { layers: [layer], state: { name: 'known-value', on: true, why: missing }, skipped }
}

interface Work {
  readonly plan: ScanPlan
  readonly layers: readonly Layer[]
  readonly judge: Judge
  readonly effects: Effects
}

async function run(git: Git, { plan, layers, effects, judge }: Work): Promise<ScanResult> {
  const { now, random, scrub } = effects
  const objects = openObjects(git)
  try {
    const bench = { layers, now, fileLimitMs: FILE_LIMIT_MS, key: random(32) }
    return await scan(plan.sources(objects), bench, judge)
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error
    throw new ActionError(
      {
        code: 'NOT_SCANNED',
        message: `${error.message}: ${scrub(error.said.trim())}`,
        hint: 'check that the clone is whole: `git fsck`, or check out again',
      },
      { cause: error },
    )
  } finally {
    objects.close()
  }
}

function failureOf(outcome: ScanOutcome): ActionError | undefined {
  const { kind, result, about, failOn } = outcome
  if (kind === 'could-not-look') return couldNotLook(result, about)
  const failing = result.found.filter((finding) => fails(finding, failOn)).length
  if (failing === 0) return undefined
  const more = unannotated(outcome)
  return new ActionError({
    code: 'SECRET_FOUND',
    message: `${plural(failing, 'secret')} found in ${about}${more === 0 ? '' : `, ${more} of them without an annotation: the log, the summary and the SARIF file have all`}`,
    hint: 'rotate each: who has read access has it already, and removing the line does not take it out of the history',
  })
}

function couldNotLook({ unscanned }: ScanResult, about: string): ActionError {
  const lost = unscanned.filter((each) => each.lost)
  const [first] = lost.length > 0 ? lost : unscanned
  const more = (lost.length > 0 ? lost : unscanned).length - 1
  const why =
    first === undefined
      ? 'there is no file'
      : `${first.path}: ${first.why}${more > 0 ? `; and ${more} files more` : ''}`
  return new ActionError({
    code: 'NOT_SCANNED',
    message: `could not look at ${about}: ${why}`,
    hint: 'check out the commits whole: no `filter`, no `sparse-checkout`, no `path`; or give `token: ${{ github.token }}`, by which what is lacking is fetched',
  })
}
