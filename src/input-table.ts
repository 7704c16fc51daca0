import { RENDER_INPUTS } from './inputs/render-table.ts'

/** What a step can ask for. */
export const MODES = ['apply', 'render', 'rollback', 'scan'] as const

export type Mode = (typeof MODES)[number]

export interface Input {
  readonly description: string
  /** Where the input means something; given in another mode, it is refused. Undefined: in every mode. */
  readonly modes?: readonly Mode[]
  /** What action.yml declares; undefined where the input has no default. */
  readonly default?: string
}

const WRITING = ['apply', 'rollback'] as const satisfies readonly Mode[]
/** Where one Secret may be declared by inputs alone. */
const DECLARING = ['apply', 'render'] as const satisfies readonly Mode[]
const SCANNING = ['scan'] as const satisfies readonly Mode[]

/** Every input, once: action.yml and the README's table are generated from here. */
export const INPUTS = {
  mode: { description: 'What to do: `apply`, `render`, `rollback` or `scan`.', default: 'apply' },
  config: {
    description: 'Path of the configuration file. Without `name` and `config`: `.github/secretferry.yml`.',
  },
  environment: { description: 'The environment of the file to use; also part of the default `set`.' },
  set: { description: 'Whose Secrets these are. Default: owner/repository/environment.' },
  name: {
    modes: DECLARING,
    description: 'The name of one Secret declared by inputs alone; no file is read then.',
  },
  namespace: { description: 'The namespace, before what the file says. Default: the kubeconfig context’s.' },
  type: {
    modes: DECLARING,
    description:
      'The type of the inline Secret: `opaque`, `tls`, `registry`, `basic-auth`, `ssh-auth`, or in full.',
  },
  data: {
    modes: DECLARING,
    description: 'Inline data: a YAML mapping of keys to templates. Every value is treated as secret.',
  },
  'from-env': {
    modes: DECLARING,
    description: 'Inline data from the step’s environment: `KEY` or `KEY=ENV_NAME`, one a line.',
  },
  labels: { modes: DECLARING, description: 'Labels of the inline Secret: a YAML mapping.' },
  annotations: { modes: DECLARING, description: 'Annotations of the inline Secret: a YAML mapping.' },
  immutable: {
    modes: DECLARING,
    description: 'Whether the inline Secret becomes immutable, once all else has succeeded.',
    default: 'false',
  },
  'github-secrets': { description: 'Opt-in `${{ toJSON(secrets) }}` for `github://NAME` references.' },
  kubeconfig: {
    description:
      'The kubeconfig: its YAML, its base64, or a path. Default: KUBECONFIG, ~/.kube/config, in-cluster.',
  },
  context: { description: 'The kubeconfig’s context. Default: its current one.' },
  ...RENDER_INPUTS,
  'dry-run': {
    modes: ['apply', 'render', 'rollback'],
    description: 'Plan and validate, write nothing.',
    default: 'false',
  },
  'create-namespace': {
    modes: WRITING,
    description: 'Create namespaces that do not exist. They are kept when the run fails.',
    default: 'false',
  },
  timeout: {
    description: 'Time limit of the whole run: `90s`, `5m`, `1h`. Undoing gets a minute more.',
    default: '5m',
  },
  journal: {
    modes: WRITING,
    description:
      '`on` (default): the former objects are kept in the cluster while the run writes, and runs of one set take turns. `off`: neither. Goes before the file’s `journal`.',
  },
  'lock-timeout': {
    modes: WRITING,
    description: 'How long to wait for another run of the same set: `30s`, `2m`; `0s`: not at all.',
    default: '2m',
  },
  history: {
    modes: WRITING,
    description:
      'How many former states are kept in the cluster, old values included. Default: what the file says, then 0.',
  },
  'exec-plugins': {
    description: 'Log-in commands of the kubeconfig that are allowed beyond the known ones.',
  },
  scan: {
    modes: SCANNING,
    description:
      'What is scanned: `diff` (what the change adds), `commits` (and each of its commits), `tree` (every file) or `history` (and every commit). Default: by the event.',
  },
  staged: {
    modes: SCANNING,
    description: 'Scan what is staged for the next commit, as a pre-commit hook does.',
    default: 'false',
  },
  'fail-on': {
    modes: SCANNING,
    description:
      'From which severity on a finding fails the run: `critical`, `high`, `medium`, `low` (default), or `never`.',
  },
  baseline: {
    modes: SCANNING,
    description:
      'Path of the baseline: findings that were there before scanning began. Default: `.github/secretferry-baseline`.',
  },
  'write-baseline': {
    modes: SCANNING,
    description: 'Write the baseline anew with all that is found, and fail for none of it.',
    default: 'false',
  },
  sarif: {
    modes: SCANNING,
    description:
      'Path of the SARIF file to write, in the workspace or RUNNER_TEMP. Default: one in RUNNER_TEMP.',
  },
  report: {
    modes: SCANNING,
    description: 'Path of a JSON report to write, in the workspace or RUNNER_TEMP.',
  },
  'audit-log': {
    description: 'Path of a JSON-lines audit log to append to, in the workspace or RUNNER_TEMP.',
  },
  restart: {
    modes: WRITING,
    description:
      'Which workloads are restarted when a Secret changes that does not say so itself in the file: `auto` (those that need it), `none`, or `kind/name`, one a line. Default: none.',
  },
  'restart-with': {
    modes: WRITING,
    description:
      'The mark by which a pod template changes: `digest` (of random ids of what the pods hold) or `restartedAt` (a time, as `kubectl rollout restart` sets it).',
    default: 'digest',
  },
  'rollout-timeout': {
    modes: WRITING,
    description:
      'How long all rollouts together may take, beyond `timeout`: `90s`, `5m`; putting them back may take as long again.',
    default: '5m',
  },
  'show-logs': {
    modes: WRITING,
    description:
      'Print the last log lines of a container that fails in a rollout. Known values are masked in them; what else the application logs is not.',
    default: 'false',
  },
  'on-failure': {
    modes: WRITING,
    description:
      'What happens to what was written when a rollout or a verification fails: `rollback` or `keep`. A write that fails is always put back.',
    default: 'rollback',
  },
  adopt: {
    modes: ['apply'],
    description:
      'Takes over Secrets that were made with kubectl, or by somebody who left no name. Goes before the file’s `adopt`, but not before a Secret’s own.',
  },
  'adopt-from': {
    modes: ['apply'],
    description:
      'Others that Secrets are taken over from, by name: `external-secrets`, `sealed-secrets`, `helm`, `argo-cd`, `flux`, `cert-manager`, a set, or a field manager.',
  },
  prune: {
    modes: ['apply'],
    description:
      'Deletes Secrets that this configuration applied before and declares no more, last of all writes. Goes before the file’s `prune`.',
  },
  'prune-limit': {
    modes: ['apply'],
    description: 'How many may be deleted at once. Default: ten, and no more than half of the set.',
  },
  'allow-older': {
    modes: ['apply'],
    description:
      'Lets a run of an older commit than the one that applied last delete what it does not declare.',
    default: 'false',
  },
  'force-conflicts': {
    modes: WRITING,
    description:
      'Takes fields whose values differ from the field managers that own them. Each is named in the plan.',
  },
} as const satisfies Record<string, Input>

export type InputName = keyof typeof INPUTS
