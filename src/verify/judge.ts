import type { Executed } from '../kubernetes/streams/exec.ts'
import type { Expectation } from './spec.ts'

/** What was seen of an answer. Nothing of its body but whether fields are there. */
export interface HttpSeen {
  readonly status: number
  /** Whether it points elsewhere; that is not followed. */
  readonly redirects: boolean
  /** The JSON of the body; undefined where it is none, or was not wanted. Never printed. */
  readonly json: { readonly root: unknown } | undefined
}

/** What is wrong with an answer, in the words of a report; undefined where all is as expected. */
export function judgeHttp(seen: HttpSeen, { statuses, fields }: Expectation): string | undefined {
  const { status, json } = seen
  const right = statuses === undefined ? status >= 200 && status < 300 : statuses.includes(status)
  if (!right)
    return `answered ${status}${seen.redirects ? ', a redirect, which is not followed' : ''}, expected ${describe(statuses)}`
  if (fields.length === 0) return undefined
  if (json === undefined) return `answered ${status}, but not with JSON of a mebibyte at most`
  const missing = fields.filter((field) => !isThere(json.root, field))
  return missing.length === 0 ? undefined : `answered ${status} without the field ${missing.join(', ')}`
}

function describe(statuses: readonly number[] | undefined): string {
  return statuses === undefined ? '200 to 299' : statuses.join(' or ')
}

/** Whether the field, a name or a JSON pointer (RFC 6901), is there and is not null. */
function isThere(root: unknown, field: string): boolean {
  const steps = field.startsWith('/') ? field.slice(1).split('/').map(unescapeStep) : [field]
  let node = root
  for (const step of steps) node = child(node, step)
  return node !== undefined && node !== null
}

function child(node: unknown, step: string): unknown {
  if (typeof node !== 'object' || node === null) return undefined
  if (Array.isArray(node) && !/^(?:0|[1-9]\d*)$/.test(step)) return undefined
  return Object.hasOwn(node, step) ? (node as Readonly<Record<string, unknown>>)[step] : undefined
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** What is wrong with how a command ended, in the words of a report; undefined where it ended well. */
export function judgeExec({ end }: Executed): string | undefined {
  if (end.kind === 'not-started')
    return end.noProgram ? 'the container has no such program' : 'the command could not be started'
  return end.code === 0 ? undefined : `the command ended with exit code ${end.code}`
}
