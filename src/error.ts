/**
 * Every way that a run can fail, as the `error-code` output names it. Closed: a workflow may branch on these, so a
 * code is never renamed, and each has its sentence here, which is also its row in docs/reference.md.
 */
export const CODES = {
  INPUT_INVALID: 'an input of the action is unknown, malformed or contradicts another',
  NOT_AVAILABLE: 'the configuration or an input asks for a feature that this version does not have yet',
  UNTRUSTED_CHANGE: 'the event runs on somebody else’s change, and a file differs from the base commit',
  CONFIG_NOT_FOUND: 'there is no configuration file at the path, or it may not be read',
  CONFIG_INVALID: 'the configuration file has errors; each is an annotation on its line',
  KUBECONFIG_INVALID: 'the kubeconfig is missing, malformed, or has no usable context',
  LOGIN_FAILED: 'a log-in command or token refresh of the kubeconfig failed',
  VALUE_MISSING: 'a required value does not exist or is empty',
  VALUE_INVALID: 'a value is not what its use needs: not JSON, not UTF-8, no such property, too large',
  STORE_DENIED: 'a store refused to let the run read a value',
  STORE_UNREACHABLE: 'a store could not be read',
  MANIFEST_INVALID: 'a Secret would not be valid: its name, keys, size, or what its type demands',
  CERTIFICATE_INVALID: 'the Sealed Secrets certificate can’t be used, or is not the pinned one',
  OUTPUT_INVALID: 'a file or directory that would be rendered to can’t be used; all files are as they were',
  SEALED_INVALID: 'a SealedSecret would not be unsealed: the controller says so, or it contradicts itself',
  CLUSTER_UNREACHABLE: 'the API server did not answer, or what answered is no API server',
  CLUSTER_MISMATCH: 'the cluster is not the one that the configuration names by uid',
  UNAUTHORIZED: 'the API server does not accept the credentials (401)',
  FORBIDDEN: 'permissions are missing in the cluster; the rule to add is printed',
  QUOTA_EXCEEDED: 'a ResourceQuota does not leave room for the plan',
  NAMESPACE_MISSING: 'a namespace does not exist and `create-namespace` is not set',
  NAMESPACE_TERMINATING: 'a namespace is being deleted',
  OWNED_BY_OTHER: 'a Secret belongs to another tool, another set, or a person',
  NO_FORMER_STATE: 'there is no former state to go back to, or not all of it is kept',
  PRUNE_REFUSED:
    'Secrets that nothing declares any more are not deleted: too many, or the run is of an older commit',
  CONFLICT: 'another field manager owns fields that would change',
  IMMUTABLE: 'a Secret is immutable, or its type would have to change',
  WEBHOOK_DENIED: 'an admission webhook refused an object or does not support dry runs',
  REJECTED: 'the API server did not accept an object',
  STALE: 'an object changed between plan and write, or another run was first',
  THROTTLED: 'the API server kept answering 429 until the retries ran out',
  TIMEOUT: 'the run’s own time limit ran out',
  LOCKED:
    'another run of the same set holds its journal, or took it over; nothing was changed, or all was put back',
  JOURNAL_INVALID: 'the set’s journal is not one that this version can read',
  STILL_NEEDED: 'a key or a Secret that would be removed is still needed by a workload',
  RESTART_IMPOSSIBLE: 'a workload that is to be restarted does not exist, or can’t be restarted as it is',
  ROLLOUT_FAILED: 'a workload was not ready with the new values in time',
  VERIFY_FAILED: 'a check under `verify` failed once all was written',
  CANCELLED: 'the run was asked to stop (SIGINT, SIGTERM); what it wrote was put back as far as time allowed',
  RESTORE_INCOMPLETE: 'a write failed and not everything could be put back; each object is named',
  SECRET_FOUND: 'the scan found secrets that nothing allows',
  NOT_SCANNED: 'the scan could not look at what it was to look at, so nothing is known of it',
  GITHUB_DENIED:
    'GitHub refused a commit or a pull request: a protected branch, a permission that the token lacks',
  GITHUB_UNREACHABLE: 'GitHub’s API did not answer',
  BUG: 'a fault in the action itself',
} as const

export type Code = keyof typeof CODES

/** A place in a file of the repository (`file` relative to the workspace; line and column from 1) or in an input. */
export interface Place {
  readonly file?: string
  readonly line?: number
  readonly column?: number
  /** What to call the place where it is no file: `input "data", line 2`. */
  readonly label?: string
}

/** One thing that is wrong: what and where in `message`, what to do in `hint`. Neither ever holds a value. */
export interface Problem {
  readonly code: Code
  readonly message: string
  readonly hint: string
  readonly at?: Place
}

/** A failure the user can act on, of one or more problems. Anything else that is thrown is a bug. */
export class ActionError extends Error {
  override readonly name = 'ActionError'
  readonly problems: readonly [Problem, ...Problem[]]

  constructor(problems: Problem | readonly [Problem, ...Problem[]], options?: { cause?: unknown }) {
    const all = 'code' in problems ? ([problems] as const) : problems
    super(all.map(({ message }) => message).join('\n'), options)
    this.problems = all
  }

  /** The code of the first problem: the one that the `error-code` output names. */
  get code(): Code {
    return this.problems[0].code
  }
}

/** Throws all problems together where there are any. */
export function throwIfAny(problems: readonly Problem[]): void {
  const [first, ...rest] = problems
  if (first !== undefined) throw new ActionError([first, ...rest])
}
