import type { Effects, Files } from '../../effects.ts'
import type { ScanInputs } from '../../inputs/scan.ts'
import { parseGithubSecrets } from '../../stores/github-secrets.ts'
import type { KnownValue } from './layer.ts'

export interface Collected {
  readonly values: readonly KnownValue[]
  /** What could not be read, for the report. */
  readonly unread: readonly string[]
}

/**
 * The values that the configuration reaches without a cluster, in the chosen environment or else in each, and those of the
 * `github-secrets` input; each masked. What can't be read is named. `files` is where the configuration is read from, if
 * there is one.
 */
export async function collectKnown(
  inputs: ScanInputs,
  effects: Effects,
  files: Files | undefined,
): Promise<Collected> {
  const { githubSecrets } = inputs
  const given =
    githubSecrets === undefined ? [] : [...parseGithubSecrets(githubSecrets.reveal(), effects.secret)]
  const values = given.map(([name, secret]) => ({ name, secret }))
  if (files === undefined) return { values, unread: [] }
  // All that a configuration may need is much to load, and most scans have none.
  const { collectDeclared } = await import('./declared.ts')
  const declared = await collectDeclared(inputs, effects, files)
  return { values: [...values, ...declared.values], unread: declared.unread }
}
