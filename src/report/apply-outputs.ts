import type { OutputName } from '../output-table.ts'
import type { Change } from '../kubernetes/diff.ts'
import type { ApplyOutcome } from '../outcome.ts'
import { nameOf } from './plan.ts'
import { restartedNames } from './rollouts.ts'

/** What the step's outputs tell of Secrets. After a failure nothing counts as created, updated or unchanged. */
export function applyOutputs(outcome: ApplyOutcome): Readonly<Partial<Record<OutputName, string>>> {
  const kept = outcome.kind === 'failed' ? [] : outcome.plan.changes
  const named = (action: Change['action']): string =>
    JSON.stringify(kept.filter((change) => change.action === action).map(nameOf))
  return {
    changed: String(kept.some(({ action }) => action !== 'unchanged')),
    created: named('create'),
    updated: named('update'),
    unchanged: named('unchanged'),
    deleted: named('delete'),
    restarted: JSON.stringify(restartedNames(outcome.rollouts)),
    results: JSON.stringify(resultsOf(outcome)),
  }
}

function resultsOf({ plan, applied }: ApplyOutcome): readonly object[] {
  const fates = new Map(applied.map((each) => [each.change, each]))
  const skipped = plan.skipped.map(({ namespace, name }) => ({
    namespace,
    name,
    keys: [],
    action: 'skipped',
    resourceVersion: null,
  }))
  const changed = plan.changes.map((change) => {
    const done = fates.get(change)
    return {
      namespace: change.manifest.namespace,
      name: change.manifest.name,
      keys: change.keys.map(({ key }) => key),
      action: change.action,
      ...(done === undefined ? {} : { fate: done.fate }),
      resourceVersion: versionOf(done?.object ?? change.live),
    }
  })
  return [...changed, ...skipped]
}

/** Kubernetes' are numbers (and comparable, since 1.35); nothing else that a server may have put there is handed on. */
function versionOf(object: Change['live']): string | null {
  const version = object?.resourceVersion
  return version !== undefined && /^\d{1,19}$/.test(version) ? version : null
}

/** The content of the plan file: what was to happen, by names. */
export function planFile({ set, environment, cluster, plan }: ApplyOutcome): string {
  const changes = plan.changes.map(({ action, manifest, keys, metadataChanges, taken, forced = [] }) => ({
    namespace: manifest.namespace,
    name: manifest.name,
    type: manifest.type,
    action,
    keys: keys.map(({ key, action: keyAction, source }) => ({ key, action: keyAction, source })),
    metadata: metadataChanges,
    ...(taken === undefined ? {} : { takenFrom: taken.from }),
    ...(forced.length === 0 ? {} : { forced: forced.map(({ field, managers }) => ({ field, managers })) }),
  }))
  const content = {
    version: 1,
    set: set.name,
    environment: environment ?? null,
    cluster,
    namespaces: plan.namespaces,
    changes,
    skipped: plan.skipped.map(({ namespace, name }) => ({ namespace, name })),
    restarts: plan.restarts.restarts.map(({ kind, namespace, name, secrets }) => ({
      kind,
      namespace,
      name,
      secrets,
    })),
    ...(plan.spared.length === 0 ? {} : { spared: plan.spared }),
    checks: plan.checks.map(({ name }) => name),
  }
  return `${JSON.stringify(content, null, 2)}\n`
}
