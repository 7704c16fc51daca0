import { RESTARTABLE, type RestartableKind } from './kinds.ts'

/** A workload as `restart` names it, in the namespace of the Secret. */
export interface NamedWorkload {
  readonly kind: RestartableKind
  readonly name: string
}

/** Which workloads are restarted when a Secret changes: those that need it, none, or these. */
export type RestartPolicy = 'auto' | 'none' | readonly NamedWorkload[]

const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/

/** The workload that `kind/name` names; undefined where it names none. */
export function parseNamedWorkload(text: string): NamedWorkload | undefined {
  const [word = '', name = '', ...rest] = text.trim().split('/')
  const kind = word.toLowerCase().replace(/s$/, '')
  if (!Object.hasOwn(RESTARTABLE, kind) || rest.length > 0 || !NAME.test(name)) return undefined
  return { kind: RESTARTABLE[kind as keyof typeof RESTARTABLE], name }
}

/** What to write instead of a text that names no workload. */
export const NAMED_WORKLOAD = `\`kind/name\` with one of the kinds ${Object.keys(RESTARTABLE).join(', ')}`
