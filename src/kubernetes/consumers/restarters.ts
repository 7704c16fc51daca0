import type { ChangedSecret } from './consumers.ts'
import type { Workload } from './workload.ts'

const RELOADER = 'reloader.stakater.com'

/** Tools that replace pods when a Secret changes, told by their own documented annotations. */
const RESTARTERS: readonly {
  readonly name: string
  readonly covers: (workload: Workload, secret: ChangedSecret) => boolean
}[] = [
  { name: 'Reloader', covers: isReloaders },
  {
    name: 'Wave',
    covers: ({ annotations }) => annotations['wave.pusher.com/update-on-config-change'] === 'true',
  },
]

/** Who replaces the pods of a workload for every one of these Secrets; undefined where not all are covered. */
export function restarterOf(workload: Workload, secrets: readonly ChangedSecret[]): string | undefined {
  return RESTARTERS.find(({ covers }) => secrets.every((secret) => covers(workload, secret)))?.name
}

/** Reloader reads the annotations of the workload, and of its pod template where that has none. */
function isReloaders({ annotations, template }: Workload, secret: ChangedSecret): boolean {
  const marks = { ...template, ...annotations }
  const own = secret.annotations ?? {}
  if (marks[`${RELOADER}/ignore`] === 'true' || own[`${RELOADER}/ignore`] === 'true') return false
  if (named(marks[`secrets.exclude.${RELOADER}/reload`]).includes(secret.name)) return false
  return (
    marks[`${RELOADER}/auto`] === 'true' ||
    marks[`secret.${RELOADER}/auto`] === 'true' ||
    named(marks[`secret.${RELOADER}/reload`]).includes(secret.name) ||
    (marks[`${RELOADER}/search`] === 'true' && own[`${RELOADER}/match`] === 'true')
  )
}

function named(value = ''): readonly string[] {
  return value.split(',').map((each) => each.trim())
}
