import { DELIVERIES, type Delivery } from '../config/deliveries.ts'
import { SCOPES, type Scope } from '../seal/scope.ts'
import type { Secret } from '../secret.ts'
import type { Parser } from './parser.ts'
import { readRun, type RunInputs } from './run.ts'

/** What `mode: render` takes. What is undefined, the file says. */
export interface RenderInputs extends RunInputs {
  readonly mode: 'render'
  readonly dryRun: boolean
  readonly deliver: Delivery | undefined
  readonly outputDirectory: string | undefined
  readonly removeStale: boolean
  readonly allowPlaintext: string | undefined
  readonly certificate: string | undefined
  readonly certificateFingerprint: string | undefined
  readonly scope: Scope | undefined
  /** Masked when it is used first. */
  readonly fingerprintKey: Secret | undefined
  readonly commit: 'none' | 'branch' | 'pull-request'
  readonly commitBranch: string | undefined
  readonly commitMessage: string | undefined
  /** Masked when it is used first. */
  readonly token: Secret | undefined
  /** The job’s own. */
  readonly githubToken: Secret | undefined
  readonly verifySealed: 'true' | 'false' | 'offline'
}

export function readRender(parser: Parser): RenderInputs {
  return {
    mode: 'render',
    ...readRun(parser),
    dryRun: parser.flag('dry-run'),
    deliver: parser.word('deliver', DELIVERIES),
    outputDirectory: parser.text('output-directory'),
    removeStale: parser.flag('remove-stale'),
    allowPlaintext: parser.text('allow-plaintext'),
    certificate: parser.text('certificate'),
    certificateFingerprint: parser.text('certificate-fingerprint'),
    scope: parser.word('scope', SCOPES),
    fingerprintKey: parser.hidden('fingerprint-key'),
    commit: parser.word('commit', ['none', 'branch', 'pull-request']) ?? 'none',
    commitBranch: parser.text('commit-branch'),
    commitMessage: parser.text('commit-message'),
    token: parser.hidden('token'),
    githubToken: parser.hidden('github-token'),
    verifySealed: parser.word('verify-sealed', ['true', 'false', 'offline']) ?? 'false',
  }
}
