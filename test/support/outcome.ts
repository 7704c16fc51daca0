import { diffSecret, type Change } from '../../src/kubernetes/diff.ts'
import { NO_RESTARTS } from '../../src/kubernetes/consumers/plan-restarts.ts'
import { NO_ROLLOUTS } from '../../src/kubernetes/consumers/roll-out.ts'
import { identifySet } from '../../src/kubernetes/set.ts'
import type { ApplyOutcome } from '../../src/outcome.ts'
import { liveOf, manifestOf } from './live-secret.ts'

const set = identifySet('owner/repository')

/** A change of `app/NAME`: a create, an update of every key, or nothing to do, with these values. */
export function changeOf(
  action: Change['action'],
  name: string,
  values: Readonly<Record<string, string>> = { KEY: 'value' },
): Change {
  const context = { set, provenance: {}, newRevision: () => '0123456789ab' }
  const manifest = manifestOf(values, { name })
  const before = action === 'update' ? manifestOf({ OLD: 'former value' }, { name }) : manifest
  const { desired } = diffSecret(before, undefined, context)
  return diffSecret(manifest, action === 'create' ? undefined : liveOf(desired, set.manager), context)
}

/** What a run did with these changes: applied unless said. */
export function outcomeOf(changes: readonly Change[], overrides: Partial<ApplyOutcome> = {}): ApplyOutcome {
  return {
    mode: 'apply',
    kind: 'applied',
    set,
    environment: 'production',
    cluster: '10.0.0.1:6443 (context test)',
    recovered: [],
    plan: {
      changes,
      namespaces: [],
      warnings: [],
      skipped: [],
      held: [],
      spared: [],
      restarts: NO_RESTARTS,
      checks: [],
    },
    verified: [],
    rollouts: NO_ROLLOUTS,
    applied: changes.map((change) => ({
      change,
      fate: change.action === 'unchanged' ? 'unchanged' : 'written',
    })),
    namespaces: [],
    failure: undefined,
    ...overrides,
  }
}
