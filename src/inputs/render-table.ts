import type { Input, Mode } from '../input-table.ts'

/** Where files are made for Git. */
const RENDERING = ['render'] as const satisfies readonly Mode[]

/** The inputs of `mode: render`. */
export const RENDER_INPUTS = {
  deliver: {
    modes: RENDERING,
    description:
      'What is rendered: `sealed-secret`, or `apply` for Secrets as they are. Goes before the file’s `deliver`.',
  },
  'output-directory': {
    modes: RENDERING,
    description: 'The directory that files are rendered to. Goes before the file’s.',
  },
  'remove-stale': {
    modes: RENDERING,
    description: 'Delete files of the set whose Secrets are no longer declared. A dry run shows which.',
    default: 'false',
  },
  'allow-plaintext': {
    modes: RENDERING,
    description: 'A directory of the repository that Secrets may be rendered to as they are.',
  },
  certificate: {
    modes: RENDERING,
    description:
      'The Sealed Secrets certificate: a file, an `https://` URL, or `controller`. Goes before the file’s.',
  },
  'certificate-fingerprint': {
    modes: RENDERING,
    description: 'The SHA-256 that the certificate must have; a URL needs it.',
  },
  scope: {
    modes: RENDERING,
    description:
      'The scope of sealing: `strict`, `namespace-wide` or `cluster-wide`. Goes before `seal.scope`.',
  },
  'fingerprint-key': {
    modes: RENDERING,
    description:
      'A secret of 32 bytes and more, by which unchanged values are known and keep their ciphertext.',
  },
  'verify-sealed': {
    modes: RENDERING,
    description:
      '`true`: every SealedSecret of the repository is checked, and the controller is asked whether it unseals what is rendered. `offline`: checked only.',
    default: 'false',
  },
  commit: {
    modes: RENDERING,
    description:
      'Whether what was rendered is committed, by GitHub’s API and signed by it: `branch` (on the branch that the workflow runs on), `pull-request` (opens one or brings it up to date), or `none`.',
    default: 'none',
  },
  'commit-branch': {
    modes: RENDERING,
    description: 'The branch of the pull request. Default: `secretferry/` and the environment.',
  },
  'commit-message': {
    modes: RENDERING,
    description: 'The first line of the commit, and the title of the pull request.',
  },
  token: {
    modes: ['render', 'scan'],
    description:
      'In `mode: render`, who commits: a token of a GitHub App has workflows start on its pull requests, the job’s own has not. In `mode: scan`, for fetching commits that the clone lacks from origin, where actions/checkout does not leave its own.',
  },
  'github-token': {
    description:
      'The job’s own token, by which commits are made where `token` is not set. Leave it as it is.',
    default: '${{ github.token }}',
  },
} as const satisfies Record<string, Input>

export const RENDER_OUTPUTS = {
  'commit-sha': {
    description: 'The commit that was made (`commit`); empty where there was nothing to commit.',
  },
  'pull-request': { description: 'The address of the pull request that is open (`commit: pull-request`).' },
  'ecs-secrets': {
    description:
      '`NAME=ARN`, one a line, of what was rendered for ECS: the `secrets` of aws-actions/amazon-ecs-render-task-definition.',
  },
} as const satisfies Record<string, { readonly description: string }>
