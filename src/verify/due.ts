import type { Ref } from '../kubernetes/cluster.ts'
import type { Check } from './check.ts'

/** What a run did, or is to do, as far as checks depend on it. */
export interface Done {
  readonly written: readonly Ref[]
  readonly restarted: boolean
}

/** The checks to make: those of what was written, all of them after a restart, and those that are always made. */
export function dueChecks(checks: readonly Check[], { written, restarted }: Done): readonly Check[] {
  return checks.filter(({ always, secret }) => {
    if (always || restarted) return true
    if (secret === undefined) return written.length > 0
    return written.some(
      ({ namespace, name }) => name === secret.name && secret.namespaces.includes(namespace),
    )
  })
}
