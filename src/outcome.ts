import type { Delivery } from './config/deliveries.ts'
import type { ActionError } from './error.ts'
import type { Recovered } from './journal/recover.ts'
import type { Applied } from './kubernetes/apply.ts'
import type { Rollouts } from './kubernetes/consumers/roll-out.ts'
import type { HandedOver, Successor } from './kubernetes/hand-over.ts'
import type { Plan } from './kubernetes/plan.ts'
import type { SetIdentity } from './kubernetes/set.ts'
import type { LayerName } from './scan/match.ts'
import type { RuleInfo, Severity } from './scan/rules/rule.ts'
import type { ScanResult } from './scan/scan.ts'
import type { Verified } from './verify/run.ts'
import type { Committed } from './render/commit.ts'
import type { PlannedFile } from './render/plan-files.ts'

/** What a run did, for every report: log, summary, outputs, plan file and audit log. Told apart by `mode`. */
export type Outcome = ApplyOutcome | HandOverOutcome | RenderOutcome | ScanOutcome

/** What became of Secrets that were planned and written. */
export interface ApplyOutcome {
  readonly mode: 'apply'
  readonly kind: 'dry-run' | 'applied' | 'failed'
  readonly set: SetIdentity
  readonly environment: string | undefined
  /** The API server's host and the context. */
  readonly cluster: string
  readonly plan: Plan
  /** What earlier runs had left unfinished, put right before the plan was made. */
  readonly recovered: readonly Recovered[]
  /** In the plan's order. */
  readonly applied: readonly Applied[]
  /** What became of the workloads that use what changed. */
  readonly rollouts: Rollouts
  /** What became of each check. */
  readonly verified: readonly Verified[]
  /** Namespaces that were created. */
  readonly namespaces: readonly string[]
  /** Set when `kind` is `failed`. */
  readonly failure: ActionError | undefined
}

/** What of the Secrets that were written directly is somebody else’s for the taking now. */
export interface HandOverOutcome {
  readonly mode: 'hand-over'
  readonly kind: 'dry-run' | 'applied'
  readonly set: SetIdentity
  readonly environment: string | undefined
  readonly successor: Successor
  readonly cluster: string
  readonly handed: readonly HandedOver[]
  readonly failure: ActionError | undefined
}

/** What a scan found, and what it could look at. */
export interface ScanOutcome {
  readonly mode: 'scan'
  /**
   * `clean`: nothing was found in all that was to be looked at. `allowed`: all that was found is allowed. `found`: something
   * is not. `could-not-look`: not all of it could be looked at, and nothing was found that fails.
   */
  readonly kind: 'clean' | 'allowed' | 'found' | 'could-not-look'
  /** What was looked at: `the pull request’s changes and 3 commits, 1234567...89abcde`. */
  readonly about: string
  readonly result: ScanResult
  readonly layers: readonly LayerState[]
  /** Of all layers. */
  readonly rules: readonly RuleInfo[]
  /** Known values that were not searched, by name. */
  readonly skipped: readonly { readonly secret: string; readonly why: string }[]
  /** What else is to be said, a line each. */
  readonly notes: readonly string[]
  readonly failOn: Severity | 'never'
  /** The paths of the files that were written. */
  readonly written: {
    readonly sarif: string | undefined
    readonly report: string | undefined
    readonly baseline: string | undefined
  }
  /** Set where a finding is as severe as `failOn` says, and where nothing could be looked at. */
  readonly failure: ActionError | undefined
}

/** Whether a layer looked. */
export interface LayerState {
  readonly name: LayerName
  readonly on: boolean
  /** Why it was off, or what it could not do. */
  readonly why: string | undefined
}

/** What became of files that were rendered. */
export interface RenderOutcome {
  readonly mode: 'render'
  readonly kind: 'dry-run' | 'rendered'
  readonly set: SetIdentity
  readonly environment: string | undefined
  readonly deliver: Delivery
  /** As the configuration names it. */
  readonly directory: string
  readonly planned: readonly PlannedFile[]
  /** What became of it in Git; undefined where it was not to be committed. */
  readonly committed: Committed | undefined
  readonly failure: undefined
}

/** Who ran it and where, as the runner tells. */
export interface Provenance {
  readonly actor: string | undefined
  readonly repository: string | undefined
  /** The run's URL. */
  readonly run: string | undefined
  readonly commit: string | undefined
}

export function readProvenance(env: Readonly<Record<string, string | undefined>>): Provenance {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env
  const complete = server !== undefined && repository !== undefined && id !== undefined
  return {
    actor: env['GITHUB_ACTOR'],
    repository,
    run: complete ? `${server}/${repository}/actions/runs/${id}` : undefined,
    commit: env['GITHUB_SHA'],
  }
}
