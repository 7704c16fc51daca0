import type { Change } from '../kubernetes/diff.ts'

/** Lines of the plan on what a change takes from others, by name. */
export function takenLines({ taken, forced = [] }: Change): readonly string[] {
  return [
    ...(taken === undefined ? [] : [`  ! taken over from ${taken.from.join(', ')}`]),
    ...forced.map(({ field, managers }) => `  ! ${field} taken by force from ${managers.join(', ')}`),
  ]
}

/** What whoever takes something over has to know. */
export function takenWarnings({ taken, manifest: { namespace, name } }: Change): readonly string[] {
  if (taken === undefined) return []
  const where = `${namespace}/${name}`
  return [
    ...(taken.readable
      ? [
          `${where} has its values in the annotation kubectl.kubernetes.io/last-applied-configuration, where all can read them who see its metadata: it is removed; what it held may be in backups and logs, so consider new values`,
        ]
      : []),
    ...taken.tools.map(
      (tool) =>
        `${where} is taken over from ${tool}: make sure that it no longer makes it there, or both fight over it`,
    ),
  ]
}
