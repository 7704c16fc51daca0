import { createHash } from 'node:crypto'

/** Label and annotation `set` (a digest there, the name here), and what else is ours under this prefix. */
export const PREFIX = 'secretferry.github.io'
export const SET_LABEL = `${PREFIX}/set`
export const SET_ANNOTATION = `${PREFIX}/set`
export const REVISIONS_ANNOTATION = `${PREFIX}/revisions`
/** Of a Secret whose name has a suffix: the name that is declared, and which of those that bore it this is. */
export const GENERATION_OF_ANNOTATION = `${PREFIX}/generation-of`
export const GENERATION_ANNOTATION = `${PREFIX}/generation`
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by'
export const PROVENANCE = {
  repository: `${PREFIX}/repository`,
  run: `${PREFIX}/run`,
  commit: `${PREFIX}/commit`,
} as const

/** Whose Secrets a run's are: the label, the annotation and the field manager that tell it. */
export interface SetIdentity {
  readonly name: string
  /** 16 hexadecimal digits of the name's SHA-256: the name itself fits no label. */
  readonly digest: string
  /** The field manager of server-side apply: one for each set, so that two sets never share fields unseen. */
  readonly manager: string
}

export function identifySet(name: string): SetIdentity {
  const digest = createHash('sha256').update(name, 'utf8').digest('hex').slice(0, 16)
  return { name, digest, manager: `secretferry-${digest}` }
}
